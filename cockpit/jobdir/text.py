"""What a terminal was sent, as plain text: escape sequences, overwritten lines and control characters taken out.

Lines come out when they are complete, because a carriage return may still overwrite the one that is being written.
"""

from __future__ import annotations

import codecs
import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # OSC: titles, links, notifications
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # two-byte and charset sequences
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OVERSTRUCK = re.compile(r"[^\x08]\x08")
_LONGEST = 1 << 16  # characters without a newline after which a line is given out all the same


def plain_line(line: str) -> str:
    """One line (without its newline) as it stood on the screen in the end."""
    text = _ESCAPES.sub("", line)
    parts = [part for part in text.split("\r") if part]
    text = parts[-1] if parts else ""
    while "\b" in text and (shorter := _OVERSTRUCK.sub("", text)) != text:
        text = shorter
    return _CONTROL.sub("", text)


class PlainText:
    """Feed it bytes as they come, in pieces of any size; get whole plain lines."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    def feed(self, data: bytes) -> str:
        """The lines that are complete now, each with its newline."""
        lines = (self._rest + self._decode(data)).split("\n")
        self._rest = lines.pop()
        if len(self._rest) > _LONGEST:
            lines.append(self._rest)
            self._rest = ""
        return "".join(f"{plain_line(line)}\n" for line in lines)

    def end(self) -> str:
        """The last, unfinished line, if there is one; with a newline."""
        rest = plain_line(self._rest + self._decode(b"", True))
        self._rest = ""
        return f"{rest}\n" if rest else ""
