"""Token, Host and Origin: who comes in."""

from __future__ import annotations

import pytest

from cockpit.web.guard import Guard, is_loopback, new_token

LOCAL = Guard("secret", "127.0.0.1")
OPEN = Guard("secret", "0.0.0.0")


def test_tokens_differ_and_can_stand_in_a_path() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 32 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


@pytest.mark.parametrize(
    ("token", "known"),
    [("secret", True), ("", False), ("secre", False), ("secrets", False), ("\udcff", False)],
)
def test_only_the_token_is_known(token: str, known: bool) -> None:
    assert LOCAL.knows(token) is known


def test_the_token_is_in_no_log_of_a_guard() -> None:
    assert "secret" not in f"{LOCAL!r} {LOCAL}"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9000", "localhost", "[::1]:8000", "127.9.9.9"])
def test_loopback_is_asked_by_its_names_at_any_port(host: str) -> None:
    """A tunnel (ssh -L) has a port of its own."""
    assert LOCAL.takes_host(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:8000", "10.0.0.5:8000", "[", "a@b:x"]
)
def test_a_name_that_resolves_here_all_of_a_sudden_is_refused(host: str) -> None:
    assert not LOCAL.takes_host(host)


def test_beyond_loopback_addresses_and_the_own_name_are_taken_and_no_others() -> None:
    assert OPEN.takes_host("10.0.0.5:8000")
    assert not OPEN.takes_host("evil.example:8000")
    assert Guard("secret", "box.lan").takes_host("box.lan:8000")


@pytest.mark.parametrize(
    ("origin", "taken"),
    [("http://localhost:8000", True), ("https://localhost:8000", True), ("", False), ("null", False),
     ("http://localhost:8001", False), ("http://evil.example", False)],
)  # fmt: skip
def test_only_the_page_from_here_opens_a_websocket(origin: str, taken: bool) -> None:
    assert LOCAL.takes_origin(origin, "localhost:8000") is taken


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.1.2.3")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "box", "")))
