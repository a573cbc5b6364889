"""`cockpit demo` on a terminal: the cockpit comes up over the fleet; quitting leaves nothing, or what was asked for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home, end_home, run_folder

pytestmark = [pytest.mark.tmux, pytest.mark.git, pytest.mark.slow]

_ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[@-Z\\-_=>])")
_PATIENCE = 60.0  # seconds; everything here takes a few


class Terminal:
    """A pty of 120x36 with `cockpit demo` on it."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cockpit", "demo"], env=environ | {"TERM": "xterm-256color"},
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._seen = b""

    def wait_for(self, words: str) -> str:
        """Everything printed until `words` (a pattern) have come, escape sequences left out."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            plain = _ESCAPES.sub(b"", self._seen).decode("utf-8", "replace")
            if re.search(words, plain):
                self._seen = b""
                return plain
            ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{words!r} did not come; the end of what did: {plain[-1500:]}"
            try:
                self._seen += os.read(self._master, 65536)
            except OSError:
                pytest.fail(f"it ended before {words!r} came: {plain[-1500:]}")

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=_PATIENCE)
        os.close(self._master)


@pytest.fixture
def terminal(home: Home, tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "t").mkdir()
    opened = Terminal({**os.environ, "TMPDIR": str(tmp_path / "t")})
    yield opened
    opened.close()


def quit_and_answer(terminal: Terminal, answer: str) -> str:
    """Quit in the middle of the story; returns the demo's folder."""
    terminal.wait_for(r"slots \d/3")
    terminal.wait_for(r"running.*\d+%")
    terminal.type("q")
    terminal.wait_for("Quit")
    terminal.type("q")
    said = terminal.wait_for(r"Keep it, with what runs in it\? \[y/N\]")
    terminal.type(f"{answer}\n")
    found = re.search(r"The demo lies in (\S+)\.\s", said)
    assert found
    return found[1]


def test_quitting_it_removes_all_of_it(terminal: Terminal, tmp_path: Path) -> None:
    root = quit_and_answer(terminal, "n")
    terminal.wait_for("removing its folder")
    assert terminal.process.wait(timeout=_PATIENCE) == 0
    assert not os.path.exists(root)
    assert not run_folder(Path(root) / "home").exists()
    assert list((tmp_path / "t").iterdir()) == []


def test_it_can_be_kept_and_come_back_to(terminal: Terminal) -> None:
    root = quit_and_answer(terminal, "y")
    said = terminal.wait_for("(?s)To come back:.*cockpit\r?\n")
    try:
        assert terminal.process.wait(timeout=_PATIENCE) == 0
        variables = dict(word.split("=", 1) for word in said.split() if word.startswith("COCKPIT_"))
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cockpit", "agents", "status"],
            env={**os.environ, **variables}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "running" in done.stdout, "its agents run on"
    finally:
        end_home(run_folder(Path(root) / "home"))
        shutil.rmtree(root, ignore_errors=True)
