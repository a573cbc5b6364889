"""The installed command on a real terminal: attach, the editor, SIGTERM, a terminal that goes away."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Home

pytestmark = [pytest.mark.tmux, pytest.mark.slow]


class Terminal:
    """A tmux server of the test's own, with one pane that runs `cockpit`."""

    def __init__(self, folder: Path, home: Home) -> None:
        self._socket = folder / "t.sock"
        self.home = home
        self.folder = folder

    def tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *words],
            capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
        return done.stdout

    def start(self, **environ: str) -> None:
        words = [f"{name}={value}" for name, value in environ.items()]
        words += [f"COCKPIT_HOME={self.home.state}", f"COCKPIT_CONFIG={self.home.config}"]
        command = shlex.join(["env", "-u", "COLUMNS", "-u", "LINES", *words, sys.executable, "-m", "cockpit"])
        pid = shlex.quote(str(self.folder / "pid"))
        code = shlex.quote(str(self.folder / "code"))
        script = f"sh -c 'echo $$ >{pid}; exec {command}'; echo $? >{code}; sleep 60"
        self.tmux("new-session", "-d", "-x", "120", "-y", "30", script)

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, wanted: str) -> None:
        self.until(lambda: wanted in self.screen(), wanted)

    def until(self, holds: Callable[[], bool], what: str) -> None:
        for _ in range(400):
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError(f"never: {what}\n{self.screen()}")

    def pid(self) -> int:
        return int((self.folder / "pid").read_text())

    def cockpit(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cockpit", *words], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def terminal(home: Home, tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "web").mkdir()
    home.configure('[projects.web]\npath = "web"\nuser = "alice"\n')
    made = Terminal(tmp_path, home)
    yield made
    made.tmux("kill-server")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_attach_and_come_back_while_the_scheduler_goes_on(terminal: Terminal) -> None:
    """As long as the terminal is away, the screen must not be painted: a full writer's queue once hung the loop."""
    job = terminal.cockpit("enqueue", "web", "echo the agent speaks; exec cat").rpartition(":")[2]
    terminal.start()
    terminal.wait("●")
    terminal.keys("a")
    terminal.until(
        lambda: "Agents" not in terminal.screen() and "the agent speaks" in terminal.screen(), "attached"
    )
    for n in range(40):  # each would be a painting
        terminal.cockpit("enqueue", "web", f"echo {n}")
    terminal.cockpit(
        "kill", job
    )  # the scheduler inside the suspended cockpit ends it, and its window with it
    terminal.wait("Agents")
    terminal.wait("killed")
    terminal.keys("?")
    terminal.wait("Everywhere")


def test_the_editor_writes_the_prompt(terminal: Terminal) -> None:
    editor = terminal.folder / "edit.sh"
    editor.write_text("#!/bin/sh\necho 'echo from the editor' >>\"$1\"\n")
    editor.chmod(0o755)
    terminal.start(EDITOR=str(editor), VISUAL="")
    terminal.wait("No job waits.")
    terminal.keys("e")
    terminal.wait("Enqueue a job")
    terminal.keys("C-e")
    terminal.wait("from the editor")
    terminal.keys("C-s")
    terminal.wait("alice/web")


def test_a_terminal_that_goes_away_ends_the_cockpit_and_agents_go_on(terminal: Terminal) -> None:
    job = terminal.cockpit("enqueue", "web", "sleep 300").rpartition(":")[2]
    terminal.start()
    terminal.wait("●")
    pid = terminal.pid()
    terminal.tmux("kill-server")
    terminal.until(lambda: not alive(pid), "the cockpit has ended")
    assert '"running"' in terminal.cockpit("jobs", job, "--json")


def test_sigterm_ends_it_in_good_order(terminal: Terminal) -> None:
    terminal.start()
    terminal.wait("No job waits.")
    os.kill(terminal.pid(), 15)
    terminal.until((terminal.folder / "code").exists, "ended")
    terminal.until(lambda: (terminal.folder / "code").read_text().strip() == "0", "with 0")
    assert "Traceback" not in terminal.screen()
