"""What a terminal was sent, as plain text, in pieces of any size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.jobdir.text import PlainText, plain_line


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bplain\x1b=", "plain"),
        ("\x1bP1$r0m\x1b\\after", "after"),
        ("10%\r20%\r", "20%"),
        ("dos\r", "dos"),
        ("bo\x08o\x08ld", "bld"),
        ("a\tb\x00\x07c", "a\tbc"),
        ("ü🚀❯", "ü🚀❯"),
        ("\x1b]0;never ends", ""),
    ],
)
def test_lines(line: str, plain: str) -> None:
    assert plain_line(line) == plain


@given(
    st.lists(st.sampled_from(["\x1b[31m", "ü", "\r", "\n", "\x1b]0;t\x07", "text", "🚀", "\r\n"])),
    st.integers(1, 7),
)
def test_pieces_make_no_difference(parts: list[str], size: int) -> None:
    data = "".join(parts).encode()
    whole = PlainText()
    expected = whole.feed(data) + whole.end()
    pieces = PlainText()
    found = "".join(pieces.feed(data[at : at + size]) for at in range(0, len(data), size)) + pieces.end()
    assert found == expected
    assert "\x1b" not in found
    assert "\r" not in found


def test_bytes_that_are_no_text_do_no_harm() -> None:
    plain = PlainText()
    assert plain.feed(b"caf\xe9\n") == "caf\ufffd\n"
    assert plain.feed(b"\xf0\x9f") + plain.end() == "\ufffd\n"


def test_a_line_without_end_is_given_out() -> None:
    assert len(PlainText().feed(b"x" * 100_000)) > 65_000
