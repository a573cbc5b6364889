"""The installed command on a real terminal: attach, the editor, SIGTERM, a terminal that goes away or takes nothing."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from rich.cells import cell_len

from cockpit.tui.cells import agree_with_terminals
from tests.conftest import Home
from tests.terminal import PATIENCE, Terminal, alive

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

COMMAND = [sys.executable, "-m", "cockpit"]


class Cockpit(Terminal):
    """A terminal with the cockpit of this test's home."""

    def open(self, **environ: str) -> None:
        self.start(COMMAND, **environ)

    def cockpit(self, *words: str) -> str:
        done = subprocess.run(
            [*COMMAND, *words], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def attach(self, first: str = "") -> str:
        """Open the cockpit over an agent that speaks, and give the terminal to it; the job's id."""
        job = self.cockpit("enqueue", "web", f"{first}echo the agent speaks; exec cat").rpartition(":")[2]
        self.open()
        self.wait("●")
        self.keys("a")
        self.until(lambda: "Agents" not in self.screen() and "the agent speaks" in self.screen(), "attached")
        return job


@pytest.fixture
def terminal(home: Home, tmp_path: Path) -> Iterator[Cockpit]:
    (tmp_path / "web").mkdir()
    home.configure('[projects.web]\npath = "web"\nuser = "alice"\n')
    made = Cockpit(tmp_path)
    yield made
    made.close()


def test_attach_and_come_back_while_the_scheduler_goes_on(terminal: Cockpit) -> None:
    """As long as the terminal is away, the screen must not be painted: a full writer's queue once hung the loop."""
    job = terminal.attach()
    for n in range(40):  # each would be a painting
        terminal.cockpit("enqueue", "web", f"echo {n}")
    # the scheduler inside the suspended cockpit ends it, and its window with it
    terminal.cockpit("kill", job)
    terminal.wait("Agents")
    terminal.wait("killed")
    terminal.keys("?")
    terminal.wait("Everywhere")


def test_detached_and_quit_nothing_is_left_on_the_terminal(terminal: Cockpit) -> None:
    """tmux says `[detached ...]` on the normal screen, where it would stand when the cockpit is long gone."""
    terminal.attach()
    terminal.keys("C-b", "d")
    terminal.wait("Agents")
    os.kill(terminal.pid(), signal.SIGTERM)
    assert terminal.ended() == 0
    assert terminal.screen().strip() == ""


def test_a_terminal_resized_while_it_is_given_away_is_filled_on_return(terminal: Cockpit) -> None:
    wild = "❤️|👍🏽|👨‍👩‍👧|🇩🇪|1️⃣|⚠️|क्षि|"
    terminal.attach(f"echo '{wild}'; ")
    terminal.tmux("resize-window", "-x", "76", "-y", "20")
    terminal.until(lambda: len(terminal.screen().splitlines()) == 20, "the terminal is smaller")
    terminal.keys("C-b", "d")
    terminal.wait("Queue 0")  # one column now
    shown = terminal.screen().splitlines()
    assert "quit" in shown[-1]
    assert shown[2].startswith("╭")
    assert shown[2].endswith("╮")
    terminal.tmux("resize-window", "-x", "130", "-y", "40")
    terminal.until(lambda: "quit" in terminal.screen().splitlines()[39], "the larger one is filled, too")
    terminal.until(lambda: terminal.screen().count("❤|👍") > 1, "its screen and its row have the emoji")
    agree_with_terminals()  # as tmux measures

    def at_the_edge() -> bool:
        return all(cell_len(line) == 130 for line in terminal.screen().splitlines()[1:39])

    terminal.until(at_the_edge, "every row ends at the edge, whatever stands in it")


def test_the_editor_writes_the_prompt(terminal: Cockpit) -> None:
    editor = terminal.folder / "edit.sh"
    editor.write_text("#!/bin/sh\necho 'echo from the editor' >>\"$1\"\n")
    editor.chmod(0o755)
    terminal.open(EDITOR=str(editor), VISUAL="")
    terminal.wait("No job waits.")
    terminal.keys("e")
    terminal.wait("Enqueue a job")
    terminal.keys("C-e")
    terminal.wait("from the editor")
    terminal.keys("C-s")
    terminal.wait("alice/web")


def test_a_terminal_that_goes_away_ends_the_cockpit_and_agents_go_on(terminal: Cockpit) -> None:
    job = terminal.cockpit("enqueue", "web", "exec sleep 300").rpartition(":")[2]
    terminal.open()
    terminal.wait("●")
    pid = terminal.pid()
    terminal.tmux("kill-server")
    terminal.until(lambda: not alive(pid), "the cockpit has ended")
    assert '"running"' in terminal.cockpit("jobs", job, "--json")


def test_a_terminal_that_goes_away_while_attached_ends_the_cockpit_and_agents_go_on(
    terminal: Cockpit,
) -> None:
    job = terminal.cockpit("enqueue", "web", "echo the agent speaks; exec sleep 300").rpartition(":")[2]
    terminal.open()
    terminal.wait("●")
    terminal.keys("a")
    terminal.until(
        lambda: "Agents" not in terminal.screen() and "the agent speaks" in terminal.screen(), "attached"
    )
    pid = terminal.pid()
    terminal.tmux("kill-server")
    terminal.until(lambda: not alive(pid), "the cockpit has ended")
    assert '"running"' in terminal.cockpit("jobs", job, "--json")


def test_sigterm_ends_it_in_good_order(terminal: Cockpit) -> None:
    terminal.open()
    terminal.wait("No job waits.")
    os.kill(terminal.pid(), signal.SIGTERM)
    assert terminal.ended() == 0
    assert "Traceback" not in terminal.screen()


def test_stopped_and_continued_it_is_there_again(terminal: Cockpit) -> None:
    """SIGSTOP can't be prepared for; SIGCONT alone must not start a second reader of the keys."""
    terminal.open()
    terminal.wait("No job waits.")
    os.kill(terminal.pid(), signal.SIGSTOP)
    terminal.until(lambda: psutil.Process(terminal.pid()).status() == psutil.STATUS_STOPPED, "stopped")
    terminal.until(
        lambda: terminal.tmux("send-keys", "-R") + terminal.screen().strip() == "", "an empty screen"
    )
    os.kill(terminal.pid(), signal.SIGCONT)
    terminal.wait("No job waits.")
    terminal.keys("?")
    terminal.wait("Everywhere")
    terminal.keys("Escape")
    terminal.until(lambda: "Everywhere" not in terminal.screen(), "the help is closed")
    os.kill(terminal.pid(), signal.SIGTERM)
    assert terminal.ended() == 0


def test_a_terminal_that_takes_nothing_stops_neither_the_scheduler_nor_the_end(terminal: Cockpit) -> None:
    """A laptop asleep behind ssh: nobody reads what is painted."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    with subprocess.Popen(
        COMMAND, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm-256color"}
    ) as child:
        try:
            os.close(theirs)
            for n in range(12):  # each is a painting, and more than such a terminal holds
                terminal.cockpit("enqueue", "web", f"seq {n} 1000")
            terminal.until(
                lambda: terminal.cockpit("jobs", "--json").count('"completed"') == 12, "all have run"
            )
            child.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert child.wait(PATIENCE) == 0
            assert time.monotonic() - began < PATIENCE / 2
        finally:
            child.kill()
            os.close(ours)
