"""Lines folded to a width, at blanks where there are any: which part of which line stands in which row.

The oldest go where there are too many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.strip import Strip


class Folded:
    """Lines and one more that may still grow; `dropped` counts those that went at the top."""

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self.lines: list[Strip] = []
        self.open: Strip | None = None
        self._most = most
        self._width = 1
        self._hangs: Sequence[int] = ()
        # line (since the first there ever was) and the cell it starts at
        self._rows: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def end(self) -> int:
        """The number of the line behind the last complete one: the open one's."""
        return self.dropped + len(self.lines)

    def set(self, lines: Iterable[Strip], hangs: Sequence[int] = ()) -> bool:
        """These instead; False where they are what is there. `hangs`: how far the further rows of each are moved in."""
        fresh, hangs = list(lines)[-self._most :], hangs[-self._most :]
        if fresh == self.lines and hangs == self._hangs and self.open is None and not self.dropped:
            return False
        self._hangs = hangs
        self.lines, self.open, self.dropped = fresh, None, 0
        self._fold_all()
        return True

    def add(self, lines: Sequence[Strip], last: Strip | None) -> int | None:
        """Behind those that are there. The first row that is another one now; None where nothing changed."""
        if not lines and last == self.open:
            return None
        first = len(self._rows) - self._rows_of(self.open)
        del self._rows[first:]
        for number, line in enumerate(lines, self.end):
            self._fold(number, line)
        self.lines += lines
        self.open = last
        if last is not None:
            self._fold(self.end, last)
        if len(self.lines) > self._most + self._most // 10:
            gone = len(self.lines) - self._most
            del self.lines[:gone]
            self.dropped += gone
            self._hangs = self._hangs[gone:]
            self._fold_all()
            return 0
        return first

    def fold(self, width: int) -> None:
        """Rows are this wide from now on."""
        if width != self._width:
            self._width = max(1, width)
            self._fold_all()

    def line(self, number: int) -> Strip | None:
        """A line by its number; None when it is gone."""
        place = number - self.dropped
        if place == len(self.lines):
            return self.open
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def row(self, y: int) -> tuple[int, int]:
        """Number and first cell of what stands in row `y`."""
        return self._rows[y]

    def cells_of(self, y: int) -> tuple[int, int]:
        """The first cell that row `y` shows of its line, and the one behind the last."""
        number, start = self._rows[y]
        following = self._rows[y + 1] if y + 1 < len(self._rows) else (-1, 0)
        end = start + self._width - self.hang_of(y)
        return start, min(end, following[1]) if following[0] == number else end

    def hang_of(self, y: int) -> int:
        """How many cells stay free before what row `y` shows: what folded hangs below where its text begins."""
        number, start = self._rows[y]
        return self._hang(number) if start else 0

    def _hang(self, number: int) -> int:
        place = number - self.dropped
        hang = self._hangs[place] if place < len(self._hangs) else 0
        return hang if 2 * hang <= self._width else 0

    def row_of(self, number: int, cell: int) -> int:
        """The row in which a cell of a line stands."""
        return max(0, bisect_right(self._rows, (number, cell)) - 1)

    def _rows_of(self, line: Strip | None) -> int:
        return 0 if line is None else len(fold_line(line, self._width))

    def _fold(self, number: int, line: Strip) -> None:
        self._rows += [(number, start) for start in fold_line(line, self._width, self._hang(number))]

    def _fold_all(self) -> None:
        self._rows = []
        for number, line in enumerate(self.lines, self.dropped):
            self._fold(number, line)
        if self.open is not None:
            self._fold(self.end, self.open)


def fold_line(line: Strip, width: int, hang: int = 0) -> list[int]:
    """The cells at which its rows begin: behind the last blank that fits, in the middle of what has none.

    The further rows have `hang` cells less; the first is not folded before that place.
    """
    length = line.cell_length
    if length <= width:
        return [0]
    text = line.text
    if len(text) != length:
        return _fold_wide(text, width, hang)
    starts = [0, _behind_blank(text, hang, width)]
    while length - starts[-1] > width - hang:
        starts.append(_behind_blank(text, starts[-1], starts[-1] + width - hang))
    return [start for start in starts if start < length]  # a last blank needs no row


def _behind_blank(text: str, start: int, end: int) -> int:
    """Where the next row begins; blanks that a line begins with are no place to fold it."""
    blank = text.rfind(" ", start + 1, end + 1)
    return blank + 1 if blank > start and text[start:blank].strip() else end


def _fold_wide(text: str, width: int, hang: int) -> list[int]:
    """Some characters take two cells, or none."""
    starts, place, cell, length, room, least = [0], 0, 0, cell_len(text), width, hang
    while length - cell > room:
        end, cells = place, 0
        while end < len(text) and cells + cell_len(text[end]) <= room:
            cells += cell_len(text[end])
            end += 1
        end = _behind_blank(text, max(place, least), max(end, place + 1))
        cell += cell_len(text[place:end])
        place = end
        starts.append(cell)
        room, least = width - hang, 0
    return [start for start in starts if start < length]
