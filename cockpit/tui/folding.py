"""Lines folded to a width: which part of which line stands in which row. The oldest go where there are too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.strip import Strip


class Folded:
    """Lines and one more that may still grow; `dropped` counts those that went at the top."""

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self.lines: list[Strip] = []
        self.open: Strip | None = None
        self._most = most
        self._width = 1
        self._rows: list[
            tuple[int, int]
        ] = []  # line (since the first there ever was) and the cell it starts at

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def end(self) -> int:
        """The number of the line behind the last complete one: the open one's."""
        return self.dropped + len(self.lines)

    def set(self, lines: Iterable[Strip]) -> bool:
        """These instead; False where they are what is there."""
        fresh = list(lines)[-self._most :]
        if fresh == self.lines and self.open is None and not self.dropped:
            return False
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

    def row_of(self, number: int, cell: int) -> int:
        """The row in which a cell of a line stands."""
        low, high = 0, len(self._rows)
        while low < high:
            middle = (low + high) // 2
            if self._rows[middle] <= (number, cell):
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def _rows_of(self, line: Strip | None) -> int:
        return 0 if line is None else max(1, -(-line.cell_length // self._width))

    def _fold(self, number: int, line: Strip) -> None:
        self._rows += [(number, part * self._width) for part in range(self._rows_of(line))]

    def _fold_all(self) -> None:
        self._rows = []
        for number, line in enumerate(self.lines, self.dropped):
            self._fold(number, line)
        if self.open is not None:
            self._fold(self.end, self.open)
