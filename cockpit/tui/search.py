"""Where a text occurs in lines that come and go at both ends: for `/` in an output, n and N."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

MOST_HITS = 10_000
"""More are not looked for: whoever has that many wants another word."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Characters `start` up to `end` of line `line`; lines are counted from the first there ever was."""

    line: int
    start: int
    end: int


class Search:
    """The hits of one text. Capitals matter only where the text has some."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.hits: list[Hit] = []
        self.current: Hit | None = None
        self._exact = wanted != wanted.lower()
        self._wanted = wanted if self._exact else wanted.lower()

    def add(self, number: int, text: str) -> None:
        """Look through a line that comes after all those before."""
        self.hits += self._found(number, text)

    def put(self, number: int, text: str) -> None:
        """As `add`, for the last line, which has grown."""
        del self.hits[bisect_left(self.hits, Hit(number, 0, 0)) :]
        self.add(number, text)

    def drop_before(self, number: int) -> None:
        """The lines before this one are gone."""
        del self.hits[: bisect_left(self.hits, Hit(number, 0, 0))]
        if self.current is not None and self.current.line < number:
            self.current = None

    def on_line(self, number: int) -> list[Hit]:
        """The hits of one line."""
        place = bisect_left(self.hits, Hit(number, 0, 0))
        return self.hits[place : bisect_left(self.hits, Hit(number + 1, 0, 0))]

    def first_from(self, number: int) -> Hit | None:
        """Make the first hit at or below a line the current one; above it where there is none below."""
        place = bisect_left(self.hits, Hit(number, 0, 0))
        self.current = self.hits[place % len(self.hits)] if self.hits else None
        return self.current

    def step(self, by: int) -> Hit | None:
        """The hit after the current one (or before it), round again."""
        if not self.hits:
            self.current = None
        elif self.current is None:
            self.current = self.hits[0 if by > 0 else -1]
        else:
            place = bisect_left(self.hits, self.current)
            self.current = self.hits[(place + by) % len(self.hits)]
        return self.current

    @property
    def told(self) -> str:
        """`3 of 17: error`."""
        if not self.hits:
            return f"nowhere: {self.wanted}"
        most = "+" if len(self.hits) >= MOST_HITS else ""
        where = "" if self.current is None else f"{bisect_left(self.hits, self.current) + 1:,} of "
        return f"{where}{len(self.hits):,}{most}: {self.wanted}"

    def _found(self, number: int, text: str) -> Iterable[Hit]:
        if not self._wanted or len(self.hits) >= MOST_HITS:
            return
        looked = text if self._exact else _lower(text)
        size, place = len(self._wanted), looked.find(self._wanted)
        while place >= 0:
            yield Hit(number, place, place + size)
            place = looked.find(self._wanted, place + size)


def _lower(text: str) -> str:
    """In small letters, each where it was: a few capitals become two letters otherwise."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )
