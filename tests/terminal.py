"""A real terminal for a test: a tmux server of the test's own with one pane, which shows what a person would see."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

PATIENCE = 60.0  # seconds; machines that run tests are shared


class Terminal:
    """`start` runs one command in the pane; `code` is there when it has ended."""

    def __init__(self, folder: Path, width: int = 120, height: int = 30) -> None:
        self.folder = folder
        self._size = ("-x", str(width), "-y", str(height))

    def tmux(self, *words: str) -> str:
        """One tmux command; what it prints."""
        command = ["tmux", "-S", str(self.folder / "t.sock"), "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE).stdout

    def start(self, argv: Sequence[str], **environ: str) -> None:
        """Run `argv` with these variables on top of the test's own."""
        words = [f"{name}={value}" for name, value in environ.items()]
        command = shlex.join(["env", "-u", "COLUMNS", "-u", "LINES", "-u", "TMUX", *words, *argv])
        pid, code = (shlex.quote(str(self.folder / name)) for name in ("pid", "code"))
        script = f"sh -c 'echo $$ >{pid}; exec \"$@\"' sh {command}; echo $? >{code}.new; mv {code}.new {code}; read _"
        self.tmux("new-session", "-d", *self._size, script)

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.tmux("send-keys", *keys)

    def screen(self) -> str:
        """What it shows now."""
        return self.tmux("capture-pane", "-p")

    def text(self) -> str:
        """The same, with lines whole that were longer than the screen is wide."""
        return self.tmux("capture-pane", "-p", "-J")

    def wait(self, wanted: str) -> str:
        """Until the screen shows `wanted`; all that it shows."""
        return self.wait_for(re.escape(wanted))

    def wait_for(self, pattern: str) -> str:
        """Until a line of the screen fits; all that it shows."""
        self.until(lambda: re.search(pattern, self.screen()) is not None, pattern)
        return self.screen()

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Look until it is so; fail with what the screen shows."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"never: {what}\n{self.screen()}"
            time.sleep(0.05)

    def pid(self) -> int:
        """The command's."""
        return int((self.folder / "pid").read_text())

    def ended(self) -> int:
        """Wait for the command's end; its exit code."""
        self.until((self.folder / "code").exists, "the command has ended")
        return int((self.folder / "code").read_text())

    def close(self) -> None:
        """End it and what runs in it."""
        pid = self.pid() if (self.folder / "pid").exists() and not (self.folder / "code").exists() else None
        self.tmux("kill-server")
        if pid is not None:
            self.until(lambda: not alive(pid), f"the end of {pid} after its terminal's")


def alive(pid: int) -> bool:
    """Does it run? (A zombie does not; who was to reap it may not care.)"""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
