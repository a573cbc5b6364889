"""What notices say, the bytes that terminals get, and which way is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.job import Completed, Job, Priority
from cockpit.notify import terminal
from cockpit.notify.happening import SAMPLES, Happening, Notice, joined
from cockpit.notify.programs import environment
from cockpit.notify.ways import choose

AT = 1_700_049_600_000_000


def job(project: str = "web", user: str = "alice") -> Job:
    return Job(
        id="113754-a2f5", seq=1, project=project, user=user, agent="claude", priority=Priority.HIGH,
        status=Completed(AT), slots=1, held=False, waits_for=0, attempt=1, failures=0, losses=0, retries=0,
        timeout=None, created_at=AT, started_at=AT, finished_at=AT, exit_code=0, fence=1, ref=None, wish=None,
    )  # fmt: skip


def notice(event: str = "task_completed", count: int = 1, why: str = "", head: str = "Fix it") -> Notice:
    return Notice(event, count, (Happening(event, AT, job(), why, head),))


@pytest.mark.parametrize(
    ("told", "title", "text"),
    [
        (notice(why="exit code 0"), "alice/web completed", "Fix it"),
        (notice("needs_input", why="Allow this?"), "alice/web needs you", "Allow this?"),
        (notice("task_error", why="exit code 3"), "alice/web failed", "exit code 3"),
        (notice(count=3), "3 jobs completed", "alice/web and 2 more"),
        (notice("needs_input", 2), "2 agents need you", "alice/web and 1 more"),
        (Notice("task_queued", 1200, ()), "1,200 jobs queued", "and 1,200 more"),
    ],
)
def test_words(told: Notice, title: str, text: str) -> None:
    assert (told.title, told.text.strip()) == (title, text)


def test_a_user_of_the_projects_name_is_named_once() -> None:
    one = Happening("task_started", AT, job("web", "web"))
    assert Notice("task_started", 1, (one,)).title == "web started"


def test_the_document_has_the_contracts_names() -> None:
    document = notice().document()
    assert {name: document[name] for name in ("event", "count", "title")} == {
        "event": "task_completed",
        "count": 1,
        "title": "alice/web completed",
    }
    assert document["jobs"] == [
        {
            "job_id": "113754-a2f5", "project": "web", "user": "alice", "agent": "claude", "priority": "high",
            "state": "completed", "attempt": 1, "exit_code": 0, "why": None, "prompt": "Fix it",
            "at": "2023-11-15T12:00:00.000000Z", "created_at": "2023-11-15T12:00:00.000000Z",
            "started_at": "2023-11-15T12:00:00.000000Z", "finished_at": "2023-11-15T12:00:00.000000Z",
        }
    ]  # fmt: skip


def test_joined_keeps_the_count_and_the_first_jobs() -> None:
    whole = joined([notice() for _ in range(30)])
    assert (whole.count, len(whole.jobs)) == (30, SAMPLES)


class TestTerminal:
    def test_the_bytes(self) -> None:
        one = notice("needs_input", why="Allow; this?")
        assert terminal.osc9(one) == "\x1b]9;alice/web needs you: Allow; this?\a"
        assert terminal.osc777(one) == "\x1b]777;notify;alice/web needs you;Allow; this?\a"
        assert terminal.title("cockpit: 2 need you") == "\x1b]2;cockpit: 2 need you\a"

    def test_through_tmux_every_escape_is_doubled(self) -> None:
        sent = terminal.notification("osc9", notice(), {"TMUX": "/tmp/x,1,0"})
        assert sent == "\x1bPtmux;\x1b\x1b]9;alice/web completed: Fix it\a\x1b\\"
        assert terminal.notification("osc9", notice(), {}) == terminal.osc9(notice())

    @given(st.text())
    def test_what_an_agent_wrote_commands_no_terminal(self, wild: str) -> None:
        one = notice("needs_input", why=wild, head=wild)
        for sequence in (terminal.osc9(one), terminal.osc777(one)):
            assert sequence[0] == "\x1b"
            assert sequence[-1] == "\a"
            assert sequence[1:-1].isprintable()
        assert terminal.title(wild)[1:-1].isprintable()


class TestWay:
    @pytest.fixture
    def desktop(self, tmp_path: Path) -> dict[str, str]:
        program = tmp_path / "notify-send"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        return {"PATH": str(tmp_path), "DISPLAY": ":0", "TERM": "xterm-256color"}

    def test_auto_takes_the_desktop_that_is_there(self, desktop: dict[str, str]) -> None:
        assert choose("auto", desktop).name == "notify-send"
        wayland = {"PATH": desktop["PATH"], "WAYLAND_DISPLAY": "wayland-0"}
        assert choose("auto", wayland).name == "notify-send"

    def test_auto_takes_the_terminal_where_there_is_none(self, desktop: dict[str, str]) -> None:
        for lacking in ("DISPLAY", "PATH"):
            found = choose("auto", {**desktop, lacking: ""})
            assert (found.name, found.by_terminal) == ("osc9", True)
            assert "DISPLAY" in found.why or "not installed" in found.why

    def test_over_ssh_the_person_sits_at_the_terminal(self, desktop: dict[str, str]) -> None:
        assert choose("auto", desktop | {"SSH_CONNECTION": "1 2 3 4"}).name == "osc9"

    def test_terminals_that_know_another_sequence_get_that(self) -> None:
        assert choose("auto", {"TERM": "foot"}).name == "osc777"
        assert choose("auto", {"TERM": "xterm-256color", "VTE_VERSION": "7000"}).name == "osc777"

    def test_what_is_named_is_taken_or_told(self, desktop: dict[str, str]) -> None:
        assert choose("osc777", desktop).name == "osc777"
        assert choose("off", desktop).name == "off"
        assert choose("notify-send", desktop).name == "notify-send"
        assert choose("notify-send", {}).name == "off"


def test_a_hook_gets_no_secret() -> None:
    outer = {
        "PATH": "/bin",
        "HOME": "/h",
        "LC_ALL": "C",
        "API_KEY": "x",
        "GITHUB_TOKEN": "x",
        "SSH_AUTH_SOCK": "x",
    }
    assert environment(outer) == {"PATH": "/bin", "HOME": "/h", "LC_ALL": "C"}
