"""A captured screen as strips: only lines that differ from the capture before are parsed and told.

tmux carries colours from the end of one line into the next, so a line is the same only if it also begins with the
same pen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cockpit.tui.ansi import PLAIN, AnsiLines, Pen
from cockpit.tui.cells import tame_captured

_SHIFTED = re.compile("\x0e([^\x0f]*)\x0f?")
_DRAWN = str.maketrans("jklmnqtuvwxaf`opsyz{|}~", "┘┐┌└┼─├┤┴┬│▒°◆⎺⎻⎽≤≥π≠£·")
_Key = tuple[Pen, str]


class Picture:
    """The lines of one screen. No widget, no terminal: text in, strips and the numbers of changed lines out."""

    def __init__(self) -> None:
        self.strips: list[Strip] = []
        self._keys: list[_Key] = []
        self._ends: list[Pen] = []

    def __len__(self) -> int:
        return len(self.strips)

    def update(self, lines: Sequence[str]) -> list[int]:
        """Take a capture (lines with SGR escapes); which lines look different now, also those that are gone."""
        pen = PLAIN
        changed: list[int] = []
        kept: dict[_Key, tuple[Strip, Pen]] = {}
        for y, line in enumerate(lines):
            key = (pen, line)
            if y < len(self._keys) and self._keys[y] == key:
                pen = self._ends[y]
                continue
            if not changed:  # what has only moved keeps its strip, and all that was worked out for it
                kept = dict(zip(self._keys, zip(self.strips, self._ends, strict=True), strict=True))
            strip, pen = kept.get(key) or _parse(line, pen)
            self._put(y, key, strip, pen)
            changed.append(y)
        changed += range(len(lines), len(self.strips))
        for gone in (self.strips, self._keys, self._ends):
            del gone[len(lines) :]
        return changed

    def _put(self, y: int, key: _Key, strip: Strip, end: Pen) -> None:
        if y < len(self.strips):
            self.strips[y], self._keys[y], self._ends[y] = strip, key, end
        else:
            self.strips.append(strip)
            self._keys.append(key)
            self._ends.append(end)

    def text(self) -> list[str]:
        """The lines without colours, stripped on the right."""
        return [strip.text.rstrip() for strip in self.strips]

    def last(self) -> int:
        """The number of the last line that holds anything; 0 for an empty screen."""
        filled = (y for y in range(len(self.strips) - 1, -1, -1) if self.strips[y].text.strip())
        return next(filled, 0)


def _parse(line: str, pen: Pen) -> tuple[Strip, Pen]:
    if "\x0e" in line:  # line drawing as terminals had it before Unicode
        line = _SHIFTED.sub(lambda found: found[1].translate(_DRAWN), line)
    parser = AnsiLines(pen)
    strips = parser.feed(tame_captured(line) + "\n")
    return (strips[0] if strips else Strip([])), parser.pen


def with_cursor(line: Strip, column: int, how: str) -> Strip:
    """The line with the cell at `column` marked."""
    line = line.extend_cell_length(column + 1)
    return with_style(line, Style(**{how: True}), column, column + 1)  # type: ignore[arg-type]  # by name


def with_style(line: Strip, style: Style, start: int, end: int) -> Strip:
    """The line with `style` over the cells from `start` up to `end` (-1: to its end)."""
    end = line.cell_length if end < 0 else end
    middle = line.crop(start, end)
    over = Strip([Segment(text, (own or Style.null()) + style) for text, own, _ in middle])
    return Strip.join([line.crop(0, start), over, line.crop(end)])
