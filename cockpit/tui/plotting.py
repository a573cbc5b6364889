"""Plots of block characters: columns of eighths, a time axis, and how rows are shared out. Pure: numbers in, text out.

Nothing is told by colour alone: a column's height is its value, a dash at the bottom is zero, a gap is "nobody looked".
A value above zero is always higher than the dash.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND
from cockpit.domain.statistics import DAY, HOUR, MINUTE, Window

Values = Sequence[float | None]
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_STEPS = (
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
)


def height_of(value: float | None, top: float, rows: int) -> int:
    """Of a column, in eighths of a row: 0 for None, 1 for zero, at least 2 for more."""
    if value is None:
        return 0
    if value <= 0 or top <= 0:
        return 1
    return min(rows * 8, max(2, round(value / top * rows * 8)))


def columns(values: Values, top: float, rows: int, each: int = 1) -> list[str]:
    """`rows` lines, the highest first, in which every value is a column `each` cells wide; `top` fills it."""
    heights = [height_of(value, top, rows) for value in values]
    return [
        "".join(_EIGHTHS[min(8, max(0, height - 8 * row))] * each for height in heights)
        for row in reversed(range(rows))
    ]


def spark(values: Values, top: float) -> str:
    """One line, one cell each."""
    return columns(values, top, 1)[0]


def sums(values: Sequence[float]) -> float:
    """What some buckets of counts are together."""
    return sum(values)


def mean(values: Sequence[float]) -> float:
    """What some buckets of shares are together."""
    return sum(values) / len(values)


def merged(values: Values, factor: int, how: Callable[[Sequence[float]], float]) -> list[float | None]:
    """Every `factor` values as one, counted from the end (the oldest may be left out); None where all of them are."""
    chunks = [values[at : at + factor] for at in range(len(values) % factor, len(values), factor)]
    known = [[value for value in chunk if value is not None] for chunk in chunks]
    return [how(some) if some else None for some in known]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a window's buckets go into some cells: `factor` of them make one of `count` columns, `each` cells wide."""

    factor: int
    each: int
    count: int

    @property
    def cells(self) -> int:
        return self.each * self.count

    def narrowed(self, window: Window) -> Window:
        """The part of the window that the columns show, a bucket for each of them."""
        width = window.width * self.factor
        return Window(window.until - width * self.count, width, self.count)


_FULL = 0.75  # of the cells: finer columns are worth leaving a quarter empty
_FEWEST = 20


def fit(buckets: int, cells: int) -> Fit:
    """The finest columns of one width that fill most of the cells."""
    best = Fit(buckets, max(1, cells), 1)
    for factor in range(1, buckets + 1):
        count = buckets // factor
        found = Fit(factor, cells // count, count)
        if (
            found.each
            and (count >= _FEWEST or best.count == 1)
            and (best.count == 1 or found.cells > best.cells)
        ):
            best = found
        if best.count > 1 and best.cells >= cells * _FULL:
            break
    return best


def axis(window: Window, cells: int) -> str:
    """Times below the columns: marks at whole steps of the wall clock, as dense as their words allow."""
    per_cell = (window.until - window.since) / cells
    room = 9
    step = next((step for step in _STEPS if step / per_cell >= room), _STEPS[-1])
    line = [" "] * cells
    free = 0
    for at in _marks(window, step):
        place = round((at - window.since) / per_cell)
        word = "╵" + _word(at, step)
        if free <= place <= cells - len(word):
            line[place : place + len(word)] = word
            free = place + len(word) + 1
    return "".join(line)


def _marks(window: Window, step: Micros) -> list[Micros]:
    """Multiples of `step` on the wall, from where the window begins; a change to summer time moves them along."""
    offset = time.localtime(window.since // SECOND).tm_gmtoff * SECOND
    first = -(-(window.since + offset) // step) * step - offset
    return list(range(first, window.until, step))


def _word(at: Micros, step: Micros) -> str:
    return time.strftime("%a %d" if step >= DAY else "%H:%M", time.localtime(at // SECOND))


def share_out(rows: int, weights: Sequence[int]) -> list[int]:
    """Rows for each: one at least, the last ones none where there are too few, the rest by weight."""
    given = [1 if place < rows else 0 for place in range(len(weights))]
    left = rows - sum(given)
    total = sum(weights)
    if left <= 0 or total <= 0:
        return given
    extra = [left * weight // total for weight in weights]
    rest = left - sum(extra)
    for place in sorted(range(len(weights)), key=lambda place: -weights[place])[:rest]:
        extra[place] += 1
    return [one + more for one, more in zip(given, extra, strict=True)]
