"""What a cockpit tells its person: toasts, and bell, notification and title of a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cockpit.domain.job import State
from cockpit.domain.screen import AgentState, PaneState
from tests.conftest import Home
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, NOON, Stage, until

COMMAND = [sys.executable, "-m", "cockpit"]
ALL = """
[notify]
interval = 0
events = ["task_queued", "task_started", "task_completed", "task_error", "needs_input"]
"""


def toasts(pilot: Pilot[int]) -> list[tuple[str, str]]:
    """Title and text of what stands on screen, the oldest first."""
    return [(each.title, each.message) for each in pilot.app._notifications]


class TestToasts:
    async def test_of_what_others_do(self, make_stage: MakeStage) -> None:
        stage = make_stage(ALL + CONFIG)
        async with stage.open() as pilot:
            job = stage.start("web", prompt="Build the page")
            begun = [("alice/web queued", "Build the page"), ("alice/web started", "Build the page")]
            await until(pilot, lambda: sorted(toasts(pilot)) == begun)
            stage.finish(job, 3)
            await until(pilot, lambda: ("alice/web failed", "exit code 3") in toasts(pilot))

    async def test_a_burst_is_one(self, stage: Stage) -> None:
        async with stage.open() as pilot:
            with stage.store.transaction():
                for _ in range(3):
                    stage.finish(stage.start("web"))
            await until(pilot, lambda: toasts(pilot))
            assert toasts(pilot) == [("3 jobs completed", "alice/web")]

    async def test_not_of_what_the_person_did(self, make_stage: MakeStage) -> None:
        stage = make_stage(ALL + CONFIG)
        waiting = stage.enqueue("web", "mine")
        stage.enqueue("api", "comes after it", after=(waiting,))
        async with stage.open() as pilot:
            await pilot.press("K", "y")  # the one that waits: its dependent fails with it
            await until(pilot, lambda: stage.store.get(waiting).state is State.KILLED)
            stage.enqueue("docs", "somebody else's")
            await until(pilot, lambda: any("carol" in title for title, _ in toasts(pilot)))
            assert [title for title, _ in toasts(pilot) if "failed" in title] == []

    async def test_a_question_once_and_only_while_it_stands(self, stage: Stage) -> None:
        job = stage.start("web")

        def see(state: PaneState) -> None:
            stage.store.set_agent_state(
                job.id, job.fence or 0, AgentState(state, "permission", "Allow?", NOON)
            )

        async with stage.open() as pilot:
            see(PaneState.BLOCKED)
            see(PaneState.WORKING)  # answered by its profile
            see(PaneState.BLOCKED)
            see(PaneState.BLOCKED)
            await until(pilot, lambda: toasts(pilot))
            assert [text for _, text in toasts(pilot)] in (["Allow?"], ["alice/web"])
            assert len(toasts(pilot)) == 1

    async def test_none_where_they_are_off(self, make_stage: MakeStage) -> None:
        stage = make_stage("[notify]\ntoasts = false\n" + CONFIG)
        async with stage.open() as pilot:
            seen: list[str] = []
            pilot.app.news._write = seen.append  # type: ignore[attr-defined]
            stage.finish(stage.start("web"))
            await until(pilot, lambda: seen)
            assert toasts(pilot) == []


class Screenless:
    """The cockpit in a pty: all bytes that it writes."""

    def __init__(self, **environ: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("TMUX", "DISPLAY")}
        self.child = subprocess.Popen(
            COMMAND,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=kept | {"TERM": "xterm-256color"} | environ,
        )
        os.close(theirs)
        self.said = b""

    def wait(self, holds: Callable[[bytes], object]) -> None:
        """Read until it has said so."""
        end = time.monotonic() + 60
        while not holds(self.said):
            assert time.monotonic() < end, self.said[-3000:]
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    self.said += os.read(self._ours, 65536)
                except OSError:
                    return

    def titles(self) -> list[str]:
        return [found.decode() for found in re.findall(rb"\x1b\]2;([^\a]*)\a", self.said)]

    def close(self) -> None:
        self.child.kill()
        self.child.wait(10)
        os.close(self._ours)


@pytest.fixture
def web(home: Home, tmp_path: Path) -> Home:
    (tmp_path / "web").mkdir()
    return home


@pytest.fixture
def opened() -> Iterator[list[Screenless]]:
    made: list[Screenless] = []
    yield made
    for each in made:
        each.close()


PROJECT = '[projects.web]\npath = "web"\nuser = "alice"\n'


def enqueue(prompt: str) -> None:
    subprocess.run([*COMMAND, "enqueue", "web", prompt], check=True, capture_output=True, timeout=60)


@pytest.mark.tmux
@pytest.mark.slow
class TestTerminal:
    def test_bell_notification_and_title(self, web: Home, opened: list[Screenless]) -> None:
        web.configure("[notify]\nbell = true\n" + PROJECT)
        opened.append(cockpit := Screenless())
        cockpit.wait(lambda said: b"\x1b]2;cockpit\a" in said)
        assert b"\x1b[22;0t\x1b]2;cockpit\a" in cockpit.said, "the terminal keeps its own title"
        enqueue("sleep 0.5")
        cockpit.wait(lambda said: b"\x1b]9;" in said)
        assert b"\a\x1b]9;alice/web completed: sleep 0.5\a" in cockpit.said
        cockpit.wait(lambda _: cockpit.titles()[-1] == "cockpit")
        assert cockpit.titles() == ["cockpit", "cockpit: 1 running", "cockpit"], (
            "told when it changes, only then"
        )
        cockpit.child.send_signal(signal.SIGTERM)
        cockpit.wait(lambda said: b"\x1b[23;0t" in said)
        assert cockpit.child.wait(30) == 0
        assert cockpit.said.count(b"\x1b[22;0t") == cockpit.said.count(b"\x1b[23;0t") == 1

    def test_in_tmux_by_passthrough_and_no_title_where_it_is_off(
        self, web: Home, opened: list[Screenless]
    ) -> None:
        web.configure('[ui]\ntitle = false\n[notify]\ndesktop = "osc777"\n' + PROJECT)
        opened.append(cockpit := Screenless(TMUX="/nowhere,1,0"))
        enqueue("true")
        cockpit.wait(lambda said: b"777;notify" in said)
        assert b"\x1bPtmux;\x1b\x1b]777;notify;alice/web completed;true\a\x1b\\" in cockpit.said
        assert (cockpit.titles(), b"\x1b[22;0t" in cockpit.said) == ([], False)
