"""How the main screen is divided: one, two or three columns, the heights of the lists, and what the person made of it.

Pure arithmetic: an `Arrangement` is what the person wants, in parts of the whole so that it fits every terminal; a
`Plan` is what that comes to in cells on the terminal at hand. Whatever the size, every pane that is shown has room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

LISTS = ("queue", "agents", "locks")
SMALLEST = (60, 15)
"""Columns and rows below which nothing useful fits."""

TWO_FROM, THREE_FROM = 100, 180
_COLUMN, _LIST = 36, 4  # the least cells of a column, the least rows of a list: frame, titles, one row
_WHOLE = 1000  # shares are told in thousandths

Divider = Literal["lists", "side", "queue", "agents"]
"""What a person can drag: behind the lists, before the side pane, or below one list."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the person wants. Shares are thousandths of the width; weights tell how lists share their height; `tiles` is
    how many agents' screens the grid shows at once (0: as many as can be read well)."""

    lists: int = 510
    lists_of_three: int = 400
    side: int = 240
    weights: Mapping[str, int] = field(default_factory=lambda: {"queue": 375, "agents": 375, "locks": 250})
    hidden: frozenset[str] = frozenset()
    side_tab: str = "Details"
    tiles: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is shown: widths in columns, heights in rows; 0 is not shown. `side` is the second view of the job."""

    columns: int
    lists: int
    job: int
    side: int
    heights: Mapping[str, int]

    @property
    def shown(self) -> tuple[str, ...]:
        """The panes that can be seen, in the order in which one steps through them."""
        if self.columns == 1:
            return (*LISTS, "job")
        lists = tuple(name for name in LISTS if self.heights[name]) if self.lists else ()
        return (*lists, "job", "side") if self.side else (*lists, "job")


def too_small(width: int, height: int) -> bool:
    """Is a terminal of this size of no use?"""
    return width < SMALLEST[0] or height < SMALLEST[1]


def plan(wanted: Arrangement, width: int, height: int) -> Plan:
    """The plan for a body of `width` x `height` cells."""
    shown = [name for name in LISTS if name not in wanted.hidden]
    if width < TWO_FROM:
        return Plan(1, width, width, 0, dict.fromkeys(LISTS, max(0, height)))
    heights = dict.fromkeys(LISTS, 0) | _shared(wanted.weights, shown, height)
    if width < THREE_FROM:
        lists = _clamped(wanted.lists, width, width - _COLUMN) if shown else 0
        return Plan(2, lists, width - lists, 0, heights)
    side = _clamped(wanted.side, width, width - 2 * _COLUMN)
    lists = _clamped(wanted.lists_of_three, width, width - side - _COLUMN) if shown else 0
    return Plan(3, lists, width - lists - side, side, heights)


def _clamped(share: int, width: int, most: int) -> int:
    return max(_COLUMN, min(most, round(width * share / _WHOLE)))


def _shared(weights: Mapping[str, int], names: Sequence[str], rows: int) -> dict[str, int]:
    """`rows` divided by weight; each has the least that a list needs, as far as there is that much."""
    heights: dict[str, int] = {}
    left, weight = rows, sum(max(1, weights.get(name, 1)) for name in names)
    for place, name in enumerate(names):
        after = len(names) - place - 1
        own = max(1, weights.get(name, 1))
        fair = round(left * own / weight) if after else left
        heights[name] = max(min(_LIST, left), min(fair, left - after * _LIST))
        left -= heights[name]
        weight -= own
    return heights


# what the person does to it


def moved(wanted: Arrangement, now: Plan, divider: Divider, by: int) -> Arrangement:
    """The divider, moved by `by` cells to the right (or down), as far as it goes."""
    if divider == "lists" and now.lists:
        return _widened(wanted, now, now.lists + by)
    if divider == "side" and now.side:
        return replace(wanted, side=_share(now.side - by, now))
    if divider in ("queue", "agents"):
        return _taller(wanted, now, divider, by)
    return wanted


def _widened(wanted: Arrangement, now: Plan, cells: int) -> Arrangement:
    if now.columns == 3:
        return replace(wanted, lists_of_three=_share(cells, now))
    return replace(wanted, lists=_share(cells, now)) if now.columns == 2 else wanted


def _share(cells: int, now: Plan) -> int:
    """As a share that comes to just these cells again, and is no more than there can be."""
    width = now.lists + now.job + now.side
    most = width - _COLUMN * (now.columns - 1)
    return round(max(_COLUMN, min(most, cells)) * _WHOLE / width)


def taller(wanted: Arrangement, now: Plan, name: str, by: int) -> Arrangement:
    """This list with `by` more rows, taken from the one below it (the last one: from the one above)."""
    shown = [each for each in LISTS if now.heights[each]] if now.columns > 1 and now.lists else []
    if name not in shown or len(shown) < 2:
        return wanted
    if name == shown[-1]:
        return _taller(wanted, now, shown[-2], -by)
    return _taller(wanted, now, name, by)


def _taller(wanted: Arrangement, now: Plan, name: str, by: int) -> Arrangement:
    shown = [each for each in LISTS if now.heights[each]]
    if name not in shown[:-1]:
        return wanted
    below = shown[shown.index(name) + 1]
    both = now.heights[name] + now.heights[below]
    if both < 2 * _LIST:
        return wanted
    rows = max(_LIST, min(both - _LIST, now.heights[name] + by))
    heights = {each: now.heights[each] for each in shown} | {name: rows, below: both - rows}
    total = sum(wanted.weights[each] for each in shown)
    # Rows as weights: exact for this terminal, in proportion on any other one.
    scale = max(1, total) / sum(heights.values())
    fresh = {each: max(1, round(height * scale)) for each, height in heights.items()}
    return replace(wanted, weights={**wanted.weights, **fresh})


def toggled(wanted: Arrangement, names: Sequence[str]) -> Arrangement:
    """These lists hidden; shown again where all of them are hidden."""
    every = frozenset(names)
    hidden = wanted.hidden - every if every <= wanted.hidden else wanted.hidden | every
    return replace(wanted, hidden=hidden)


def divider_at(now: Plan, x: int, y: int) -> Divider | None:
    """The divider under a place of the body: the frames that touch are its handle."""
    if now.columns == 1:
        return None
    if now.lists and x in (now.lists - 1, now.lists):
        return "lists"
    if now.side and x in (edge_of(now, "side") - 1, edge_of(now, "side")):
        return "side"
    shown = [name for name in LISTS if now.heights[name]] if x < now.lists else []
    below: tuple[Divider, ...] = ("queue", "agents")
    at = (name for name in below if name in shown[:-1] and y in (edge_of(now, name) - 1, edge_of(now, name)))
    return next(at, None)


def edge_of(now: Plan, divider: Divider) -> int:
    """The first column (or row) of the body behind a divider."""
    if divider == "lists":
        return now.lists
    if divider == "side":
        return now.lists + now.job
    return now.heights["queue"] + (now.heights["agents"] if divider == "agents" else 0)
