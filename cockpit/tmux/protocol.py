"""tmux's control mode, read without any I/O: bytes in, events out.

    %begin T N F / lines / %end T N F     the reply to a command (%error: it failed); F bit 1: to one of our own
    %output %PANE data                    a pane printed something; data is octal-escaped
    %extended-output %PANE AGE ... : data the same under flow control
    %name arguments                       something happened: a window closed, a pane was paused
    %exit [reason]                        tmux lets us go

A reply's lines are whatever a pane shows, lines that look like `%end` or `%output` among them: only the very numbers
of its %begin end a reply. Any bytes may come in and nothing is raised; what tmux would never say comes out as `Stray`,
and whoever reads knows that the two sides are out of step.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_LINE = 8 << 20  # bytes; a line of a screen is some kilobytes at most
LONGEST_REPLY = 64 << 20  # bytes; 20,000 lines of scrollback with colours stay below 20 MB


class Reply(NamedTuple):
    """The whole answer to one command; `own` when it was one of ours, `lines` without their newlines."""

    number: int
    ok: bool
    own: bool
    lines: list[bytes]

    def text(self) -> str:
        """The lines as text, undecodable bytes replaced, no newline at the end."""
        return b"\n".join(self.lines).decode("utf-8", "replace")


class Output(NamedTuple):
    """Pane `pane` (such as `%3`) printed `data`, still escaped: most readers only want to know that it did."""

    pane: str
    data: bytes


class Notice(NamedTuple):
    """Something happened: `window-close`, `pause`, ... and what tmux says with it."""

    name: str
    rest: str


class Exit(NamedTuple):
    """tmux ends the connection."""

    reason: str


class Stray(NamedTuple):
    """A line that control mode does not know here."""

    line: bytes


Event = Reply | Output | Notice | Exit | Stray

_FRAME = re.compile(rb"%begin (\d{1,20}) (\d{1,18}) (\d{1,9})")
_OUTPUT = re.compile(rb"%output (%\d{1,18}) (.*)", re.DOTALL)
_EXTENDED = re.compile(rb"%extended-output (%\d{1,18}) [^:]*: (.*)", re.DOTALL)
_NOTICE = re.compile(rb"%([a-z][a-z-]*)(?: (.*))?", re.DOTALL)
_OCTAL = re.compile(rb"\\([0-7]{3})")


def unescape(data: bytes) -> bytes:
    """The bytes that the pane printed, from the `data` of an Output."""
    return _OCTAL.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), data)


class ControlParser:
    """Feed it whatever was read; it hands out the events that are complete."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []  # pieces of a line whose newline has not come yet
        self._rest_size = 0
        self._dropping = False  # inside a line that is too long
        self._begin: tuple[bytes, int, bool] | None = None
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Event]:
        """All events that `data` completes, in order."""
        first, *others = data.split(b"\n")
        self._keep(first)
        if not others:
            return []
        events: list[Event] = []
        self._line(self._whole(), events)
        for line in others[:-1]:
            self._line(line, events)
        self._keep(others[-1])
        return events

    def _keep(self, piece: bytes) -> None:
        self._rest_size += len(piece)
        if self._rest_size > LONGEST_LINE:
            self._dropping = True
            self._rest.clear()
        elif piece:
            self._rest.append(piece)

    def _whole(self) -> bytes | None:
        line = None if self._dropping else b"".join(self._rest)
        self._rest.clear()
        self._rest_size = 0
        self._dropping = False
        return line

    def _line(self, line: bytes | None, events: list[Event]) -> None:
        if line is None or len(line) > LONGEST_LINE:
            events.append(Stray(b"a line that is too long"))
        elif self._begin is not None:
            self._in_reply(line, events)
        else:
            self._between(line, events)

    def _in_reply(self, line: bytes, events: list[Event]) -> None:
        assert self._begin is not None
        numbers, number, own = self._begin
        if line[:2] == b"%e" and line in (b"%end " + numbers, b"%error " + numbers):
            events.append(Reply(number, line[:4] == b"%end", own, self._lines))
            self._begin, self._lines, self._size = None, [], 0
            return
        self._size += len(line) + 1
        if self._size > LONGEST_REPLY:
            self._lines.clear()
            self._size = 0
            events.append(Stray(b"a reply that is too long"))
        else:
            self._lines.append(line)

    def _between(self, line: bytes, events: list[Event]) -> None:
        if output := _OUTPUT.fullmatch(line) or _EXTENDED.fullmatch(line):
            events.append(Output(output[1].decode("ascii"), output[2]))
        elif frame := _FRAME.fullmatch(line):
            self._begin = (line[len(b"%begin ") :], int(frame[2]), bool(int(frame[3]) & 1))
        elif notice := _NOTICE.fullmatch(line):
            events.append(_named(notice[1].decode("ascii"), (notice[2] or b"").decode("utf-8", "replace")))
        else:
            events.append(Stray(line))


def _named(name: str, rest: str) -> Event:
    if name == "exit":
        return Exit(rest)
    if name in ("begin", "end", "error", "output", "extended-output"):  # right word, wrong shape or place
        return Stray(f"%{name} {rest}".encode("utf-8", "replace"))
    return Notice(name, rest)
