"""Fuzzy matching: the typed letters in this order anywhere in a text; the best place for each, and how good it is.

Starts of words and letters in a row count most, so `wa` finds `web-api` before `show-wait`. The best of all ways to
place the letters is taken, so the marked ones are those that a person would mark.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from cockpit.base.records import dataclass

T = TypeVar("T")
_IN_A_ROW, _WORD, _FIRST, _PREFIX, _SAME = 11.0, 8.0, 4.0, 60.0, 1000.0
_NEVER = float("-inf")
_LONGEST = 200  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Match:
    """How good (only to be compared), and which characters of the text were meant."""

    score: float
    places: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """Where `query` is in `text`; spaces and case of the query don't count. None when it is not."""
    wanted = [char.lower() for char in query if not char.isspace()]
    have = _lowered(text[:_LONGEST])
    if not wanted:
        return Match(-len(text) / 1000)
    if not _occurs(wanted, have):
        return None
    score, places = _best_places(wanted, have, text)
    score -= len(text) / 1000
    if list(have) == wanted:
        score += _SAME
    elif list(have[: len(wanted)]) == wanted:
        score += _PREFIX
    return Match(score, places)


def best(query: str, items: Iterable[T], text: Callable[[T], str], most: int = 50) -> list[tuple[T, Match]]:
    """The items that fit, the best first, equally good ones in their own order; at most `most`."""
    found = ((item, match(query, text(item))) for item in items)
    fitting = [(item, fit) for item, fit in found if fit is not None]
    if not query.strip():
        return fitting[:most]
    return heapq.nsmallest(most, fitting, key=lambda pair: -pair[1].score)


def _lowered(text: str) -> Sequence[str]:
    """Character by character: a few letters become two when lowered."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else [char.lower() for char in text]


def _occurs(wanted: list[str], have: Sequence[str]) -> bool:
    rest = iter(have)
    return all(char in rest for char in wanted)


def _worth(text: str, at: int) -> float:
    """What a hit at this place is worth: more where a word begins."""
    if at == 0:
        return 1 + _WORD + _FIRST
    before, here = text[at - 1], text[at]
    starts = (here.isalnum() and not before.isalnum()) or (here.isupper() and before.islower())
    return 1 + (_WORD if starts else 0)


def _best_places(wanted: list[str], have: Sequence[str], text: str) -> tuple[float, tuple[int, ...]]:
    """Goes over the places where each letter stands only, so that hundreds of rows are ranked between two keys."""
    where: dict[str, list[int]] = {letter: [] for letter in wanted}
    for at, char in enumerate(have):
        if char in where:
            where[char].append(at)
    row = [
        (_worth(text, at), at, -1) for at in where[wanted[0]]
    ]  # score, place, index of the letter before in its own row
    rows = [row]
    for letter in wanted[1:]:
        row = _next_row(row, where[letter], text)
        rows.append(row)
    index = max(range(len(row)), key=lambda each: row[each][0])
    score, places = row[index][0], []
    for each in reversed(rows):
        _, at, index = each[index]
        places.append(at)
    return score, tuple(reversed(places))


def _next_row(
    before: list[tuple[float, int, int]], places: list[int], text: str
) -> list[tuple[float, int, int]]:
    """The best way to each place of the next letter, from the places of the one before."""
    row = []
    best, come_from, seen = _NEVER, -1, 0
    for at in places:
        neighbour = -1
        while seen < len(before) and before[seen][1] < at:
            if before[seen][1] == at - 1:
                neighbour = seen
            elif before[seen][0] > best:
                best, come_from = before[seen][0], seen
            seen += 1
        value, from_ = best, come_from
        if neighbour >= 0:
            if before[neighbour][0] + _IN_A_ROW >= best:
                value, from_ = before[neighbour][0] + _IN_A_ROW, neighbour
            if before[neighbour][0] > best:
                best, come_from = before[neighbour][0], neighbour
        if from_ >= 0:
            row.append((value + _worth(text, at), at, from_))
    return row
