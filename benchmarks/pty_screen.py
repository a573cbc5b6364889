"""A program on a pty of its own, and the screen that its bytes draw: just enough terminal to see what a person sees.

Reading is apart from drawing: each piece gets the moment at which it arrived, so what drawing costs here is nobody's
latency.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import psutil
from rich.cells import cell_len

_WORD = re.compile(
    r"\x1b\[([0-9;?<>=]*)([ -/]*)([@-~])"  # CSI
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    r"|\x1b[()].|\x1b[^\[\]()]|[\x00-\x1a\x1c-\x1f\x7f]"
)


class Grid:
    """Rows of characters; colours and modes are passed over."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Draw this; half an escape sequence at its end waits for the other half."""
        text = self._rest + text
        cut = text.rfind("\x1b", -64)
        self._rest = ""
        if cut >= 0 and not _WORD.match(text, cut):
            text, self._rest = text[:cut], text[cut:]
        place = 0
        for word in _WORD.finditer(text):
            self._put(text[place : word.start()])
            self._do(word)
            place = word.end()
        self._put(text[place:])

    def lines(self) -> list[str]:
        """What each row says."""
        return ["".join(row).rstrip() for row in self.cells]

    def text(self) -> str:
        return "\n".join(self.lines())

    def _put(self, text: str) -> None:
        for character in text:
            if self.x < self.columns and self.y < self.rows:
                self.cells[self.y][self.x] = character
                wide = cell_len(character)
                if wide == 2 and self.x + 1 < self.columns:
                    self.cells[self.y][self.x + 1] = ""
                self.x += wide

    def _do(self, word: re.Match[str]) -> None:
        kind = word[3]
        if kind is None:
            if word[0] == "\r":
                self.x = 0
            elif word[0] == "\n":
                self.y = min(self.y + 1, self.rows - 1)
            return
        numbers = [int(number) if number.isdecimal() else 0 for number in word[1].split(";")]
        if kind in "Hf":
            self.y = min(max(numbers[0] - 1, 0), self.rows - 1)
            self.x = min(max((numbers[1] if len(numbers) > 1 else 1) - 1, 0), self.columns - 1)
        elif kind == "C":
            self.x = min(self.x + max(1, numbers[0]), self.columns - 1)
        elif kind == "J" and numbers[0] == 2:
            self.cells = [[" "] * self.columns for _ in range(self.rows)]
        elif kind == "K":
            self.cells[self.y][self.x :] = [" "] * (self.columns - self.x)


class Program:
    """`argv` on a pty of `size` (columns, rows); `grid` is what it has drawn."""

    def __init__(
        self, argv: Sequence[str], size: tuple[int, int] = (120, 40), environ: Mapping[str, str] | None = None
    ) -> None:
        self.grid = Grid(*size)
        self.written = 0
        self.begun = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # The child has the pty already; its size must be there before it looks.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execve(
                argv[0],
                list(argv),
                {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})},
            )
        os.set_blocking(self._fd, False)

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.pid)

    def press(self, keys: str) -> float:
        """Type; the moment at which it was."""
        os.write(self._fd, keys.encode())
        return time.perf_counter()

    def read(self, seconds: float) -> float | None:
        """Draw the next piece that comes within so long; the moment at which it arrived."""
        if not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return None
        moment = time.perf_counter()
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return None
        self.written += len(data)
        self.grid.feed(data.decode("utf-8", "replace"))
        return moment

    def until(self, holds: Callable[[str], object], seconds: float = 60.0) -> float:
        """The moment at which the piece arrived that made it hold. Raises TimeoutError with the screen."""
        end = time.perf_counter() + seconds
        moment = time.perf_counter()
        while not holds(self.grid.text()):
            left = end - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"never:\n{self.grid.text()}")
            moment = self.read(left) or moment
        return moment

    def rest(self, seconds: float) -> int:
        """Read on for so long; how many bytes came."""
        before, end = self.written, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return self.written - before

    def end(self) -> None:
        """SIGTERM, and wait."""
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 20
        while time.monotonic() < end and os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.05)
        os.close(self._fd)
