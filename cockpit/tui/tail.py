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
        self.left_out = 0
        self._reset()

    def _reset(self) -> None:
        self._parser = AnsiLines()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self) -> tuple[list[Strip], Strip | None, bool]:
        """Lines that are complete now, the open one, and whether the log began anew.

        `left_out` is how many bytes before these lines were passed over because there were too many.
        """
        self.left_out = 0
        try:
            with open(self.path, "rb", buffering=0) as file:
                found = os.fstat(file.fileno())
                anew = found.st_ino != self._inode or found.st_size < self._offset
                if anew:
                    self._inode, self._offset = found.st_ino, 0
                self.left_out = max(0, found.st_size - self._offset - self._most)
                if anew or self.left_out:
                    self._reset()
                self._offset += self.left_out
                file.seek(self._offset)
                data = file.read(self._most)
        except OSError:
            return [], self._parser.last(), False
        self._offset += len(data)
        lines = self._parser.feed(self._decoder.decode(data))
        return lines[1:] if self.left_out else lines, self._parser.last(), anew
