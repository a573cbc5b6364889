"""Rows under headings, over any source: the groups say how many of its rows each takes, no row is held.

A group that is folded shows its heading alone. Headings have keys of their own, so a list's selection can stand on one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from cockpit.base.records import dataclass

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
_MARK = "\0"  # no id of a job begins with it


@dataclass(frozen=True, slots=True)
class Group:
    """So many rows of the source, one after the other, under one title."""

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that is the title of a group."""

    key: str
    title: str
    count: int
    folded: bool


class Source(Protocol[R_co]):
    """Where rows come from."""

    def __len__(self) -> int: ...
    def row(self, index: int) -> R_co | None: ...
    def key(self, index: int) -> str | None: ...
    def index_of(self, key: str) -> int | None: ...


class Grouped(Generic[R]):
    """A source whose rows stand in groups; `regroup` whenever the source has changed."""

    def __init__(self, rows: Source[R]) -> None:
        self.rows = rows
        self.folded: set[str] = set()
        self._groups: list[Group] = []
        self._tops: list[int] = []  # where each heading stands
        self._firsts: list[int] = []  # which row of the source comes first in each group
        self._length = 0

    def regroup(self, groups: Sequence[Group]) -> None:
        """These are the groups now, in the order of the source's rows."""
        self._groups = [group for group in groups if group.count]
        self._tops, self._firsts = [], []
        top = first = 0
        for group in self._groups:
            self._tops.append(top)
            self._firsts.append(first)
            top += 1 + (0 if group.key in self.folded else group.count)
            first += group.count
        self._length = top

    def fold(self, key: str) -> None:
        """Fold the group of a heading's key, or open it again."""
        self.folded ^= {key.removeprefix(_MARK)}
        self.regroup(self._groups)

    def __len__(self) -> int:
        return self._length

    @property
    def count(self) -> int:
        """Rows without headings, folded ones too."""
        return sum(group.count for group in self._groups)

    def row(self, index: int) -> R | Heading | None:
        if not 0 <= index < self._length:
            return None
        place = bisect_right(self._tops, index) - 1
        group, within = self._groups[place], index - self._tops[place]
        if within == 0:
            return Heading(_MARK + group.key, group.title, group.count, group.key in self.folded)
        return self.rows.row(self._firsts[place] + within - 1)

    def key(self, index: int) -> str | None:
        row = self.row(index)
        if isinstance(row, Heading):
            return row.key
        if row is None:
            return None
        place = bisect_right(self._tops, index) - 1
        return self.rows.key(self._firsts[place] + index - self._tops[place] - 1)

    def index_of(self, key: str) -> int | None:
        if key.startswith(_MARK):
            found = (
                top for top, group in zip(self._tops, self._groups, strict=True) if _MARK + group.key == key
            )
            return next(found, None)
        inner = self.rows.index_of(key)
        if inner is None:
            return None
        place = bisect_right(self._firsts, inner) - 1
        if place < 0 or inner >= self._firsts[place] + self._groups[place].count:
            return None
        if self._groups[place].key in self.folded:
            return self._tops[place]
        return self._tops[place] + 1 + inner - self._firsts[place]


def groups_of(rows: Iterable[R], name: Callable[[R], str], title: Callable[[str], str] = str) -> list[Group]:
    """The groups of rows that stand in their order already."""
    return [Group(key, title(key), sum(1 for _ in each)) for key, each in groupby(rows, key=name)]
