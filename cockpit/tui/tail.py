"""The end of a log that grows: read only what is new, start over where it was cut."""

from __future__ import annotations

import codecs
import os

from textual.strip import Strip

from cockpit.tui.ansi import AnsiLines

FIRST = 256 * 1024
"""Bytes at the end that are read when a log is opened, and at most in one go."""


class Tail:
    """Follows one file. Reading is inline: it lies on a local disk and is in the page cache."""

    def __init__(self, path: str, most: int = FIRST) -> None:
        self.path = path
        self._most = most
        self._offset = 0
        self._inode = 0
        self._reset()

    def _reset(self) -> None:
        self._parser = AnsiLines()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self) -> tuple[list[Strip], Strip | None, bool]:
        """Lines that are complete now, the open one, and whether the log began anew (or a piece was left out)."""
        anew = False
        try:
            with open(self.path, "rb", buffering=0) as file:
                found = os.fstat(file.fileno())
                if found.st_ino != self._inode or found.st_size < self._offset:
                    self._inode, self._offset, anew = found.st_ino, 0, True
                if found.st_size - self._offset > self._most:
                    self._offset, anew = found.st_size - self._most, True
                if anew:
                    self._reset()
                file.seek(self._offset)
                data = file.read(self._most)
        except OSError:
            return [], self._parser.last(), False
        cut = self._offset > 0 and anew
        self._offset += len(data)
        lines = self._parser.feed(self._decoder.decode(data))
        return lines[1:] if cut else lines, self._parser.last(), anew
