"""What cockpit itself said: the end of cockpit.log, as lines with a time. Pure, but for reading the file."""

from __future__ import annotations

import os
import re
import time

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND

_END = 48 * 1024  # bytes of the file that are read
_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) \d+ ([A-Z]+) (.*)")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said; `level` is a word: info, warning, error, notice."""

    at: Micros
    level: str
    text: str


def parse_log(text: str) -> list[Said]:
    """The lines of a log. Of a traceback its last line stays, behind what it belongs to; what else has no time goes."""
    found: list[Said] = []
    tail = ""
    for line in reversed(text.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None:
            tail = tail or line.strip()
            continue
        at = _micros(match[1], int(match[2]))
        if at is not None:
            found.append(Said(at, match[3].lower(), f"{match[4]}: {tail}" if tail else match[4]))
        tail = ""
    return found[::-1]


def _micros(moment: str, thousandths: int) -> Micros | None:
    try:
        return int(time.mktime(time.strptime(moment, "%Y-%m-%d %H:%M:%S"))) * SECOND + thousandths * 1000
    except (ValueError, OverflowError):
        return None


class OwnLog:
    """The end of one log file; read again only when it has changed."""

    def __init__(self, path: str, most: int = 200) -> None:
        self._path = path
        self._most = most
        self._stamp: tuple[int, int] | None = None
        self._said: list[Said] = []

    def read(self) -> list[Said]:
        """The newest things said, the oldest of them first; empty where there is no log."""
        try:
            stat = os.stat(self._path)
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                with open(self._path, "rb") as file:
                    file.seek(max(0, stat.st_size - _END))
                    text = file.read().decode("utf-8", "replace")
                self._stamp, self._said = stamp, parse_log(text)[-self._most :]
        except OSError:
            self._stamp, self._said = None, []
        return self._said
