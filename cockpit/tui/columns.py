"""How the columns of a list share its width: pure arithmetic, told apart from drawing."""

from __future__ import annotations

from functools import lru_cache

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `least` cells or not at all, growing up to `most` (None: without end).

    Where the list is too narrow, the column with the highest `drop` goes first; those with 0 stay.
    """

    title: str
    least: int
    most: int | None = 0
    drop: int = 0

    @property
    def limit(self) -> int:
        """The most cells that it can use."""
        return 10_000 if self.most is None else max(self.least, self.most)


@lru_cache(maxsize=256)
def fit(columns: tuple[Column, ...], width: int, gap: int = 1) -> tuple[int, ...]:
    """The width of each column (0: not shown), together at most `width` with `gap` cells between them.

    What is left over goes round, a cell at a time, until each has its most.
    """
    shown = set(range(len(columns)))

    def needed() -> int:
        return sum(columns[i].least for i in shown) + gap * max(0, len(shown) - 1)

    for index in sorted((i for i in shown if columns[i].drop), key=lambda i: -columns[i].drop):
        if needed() <= width:
            break
        shown.discard(index)
    widths = [columns[i].least if i in shown else 0 for i in range(len(columns))]
    spare = width - needed()
    while spare > 0:
        growing = [i for i in sorted(shown) if widths[i] < columns[i].limit][:spare]
        if not growing:
            break
        for index in growing:
            widths[index] += 1
        spare -= len(growing)
    return tuple(widths)
