"""A robot at the keyboard of the installed `cockpit`: it presses named keys in a real terminal and reads lines.

    robot.press("e").sees("Enqueue a job").types("fix the login").press("ctrl+s").sees_line("alice", "fix the login")

Each step waits for what it wants to see, up to a deadline; a failure shows what was done so far and the screen as it
stands. It knows nothing of the program behind the screen.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.terminal import PATIENCE, Terminal

COMMAND = [sys.executable, "-P", "-m", "cockpit"]
_NAMES = {
    "enter": "Enter", "esc": "Escape", "tab": "Tab", "shift+tab": "BTab", "space": "Space", "backspace": "BSpace",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right", "home": "Home", "end": "End",
    "pageup": "PPage", "pagedown": "NPage",
}  # fmt: skip


class Robot:
    """One person at one terminal; `open` and `open_again` start the cockpit there."""

    def __init__(self, folder: Path, width: int = 140, height: int = 40) -> None:
        self._folder, self._size = folder, (width, height)
        self._terminals: list[Terminal] = []
        self._done: list[str] = []

    # the program

    def open(self, *words: str, **environ: str) -> Robot:
        """Start `cockpit` in a new terminal, and see it."""
        folder = self._folder / f"terminal-{len(self._terminals)}"
        folder.mkdir()
        self._terminals.append(Terminal(folder, *self._size))
        self._did("open", *words)
        self._terminal.start([*COMMAND, *words], **environ)
        return self.sees(" cockpit ")

    def shell(self, *words: str) -> str:
        """Run a cockpit command elsewhere; what it prints."""
        self._did("shell", *words)
        done = subprocess.run(
            [*COMMAND, *words], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, f"{self._story()}\n{done.stderr}"
        return done.stdout.strip()

    def has_ended(self) -> Robot:
        """The program has quit, with 0."""
        code = self._terminal.ended()
        assert code == 0, f"{self._story()}\nended with {code}\n{self.text()}"
        return self

    def close(self) -> None:
        """Switch the terminals off."""
        for terminal in self._terminals:
            terminal.close()

    # the keyboard

    def press(self, *keys: str) -> Robot:
        """Keys by name: `e`, `enter`, `ctrl+s`, `esc`."""
        self._did("press", *keys)
        for key in keys:
            plain = key.replace("ctrl+", "C-")
            self._terminal.keys(*(("-l", "--", key) if len(key) == 1 else (_NAMES.get(key, plain),)))
        return self

    def types(self, text: str) -> Robot:
        """A text, letter by letter."""
        self._did("types", text)
        self._terminal.keys("-l", "--", text)
        return self

    # the eyes

    def text(self) -> str:
        """All that stands on the screen."""
        return self._terminal.screen() if self._terminals else ""

    def line(self, *words: str) -> str:
        """The first line that has all these words; empty where none has."""
        lines = self.text().split("\n")
        return next((line for line in lines if all(re.search(word, line) for word in words)), "")

    def sees(self, *texts: str) -> Robot:
        """All of these stand on the screen."""
        return self._until(lambda screen: all(text in screen for text in texts), "sees", *texts)

    def sees_no(self, *texts: str) -> Robot:
        """None of these does."""
        return self._until(lambda screen: not any(text in screen for text in texts), "sees no", *texts)

    def sees_line(self, *patterns: str) -> Robot:
        """One line has all of these (regular expressions)."""
        return self._until(lambda _: self.line(*patterns), "sees a line with", *patterns)

    def selected(self, *patterns: str) -> Robot:
        """The selected row has all of these."""
        return self.sees_line("▌", *patterns)

    # what was done

    @property
    def _terminal(self) -> Terminal:
        return self._terminals[-1]

    def _until(self, holds: object, *step: str) -> Robot:
        self._did(*step)
        assert callable(holds)
        end = time.monotonic() + PATIENCE
        while not holds(screen := self.text()):
            assert time.monotonic() < end, f"{self._story()} - but not within {PATIENCE:.0f} s:\n{screen}"
            time.sleep(0.05)  # a terminal tells nobody that it was written to
        return self

    def _did(self, *step: str) -> None:
        self._done.append(" ".join((step[0], *map(repr, step[1:]))))

    def _story(self) -> str:
        return "\n".join(f"  {step}" for step in self._done)
