"""Fuzzy matching: the typed letters in this order anywhere in a text; the best place for each, and how good it is.

Starts of words and letters in a row count most, so `wa` finds `web-api` before `show-wait`. A table of the best score
for each letter at each place, so the marked letters are the ones a person would mark.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

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
    have = [char.lower() for char in text[:_LONGEST]]
    if not wanted:
        return Match(-len(text) / 1000)
    if not _occurs(wanted, have):
        return None
    score, places = _best_places(wanted, have, [_worth(text, at) for at in range(len(have))])
    score -= len(text) / 1000
    if have == wanted:
        score += _SAME
    elif have[: len(wanted)] == wanted:
        score += _PREFIX
    return Match(score, places)


def best(query: str, items: Iterable[T], text: Callable[[T], str], most: int = 50) -> list[tuple[T, Match]]:
    """The items that fit, the best first, equally good ones in their own order; at most `most`."""
    found = ((item, match(query, text(item))) for item in items)
    fitting = [(item, fit) for item, fit in found if fit is not None]
    if not query.strip():
        return fitting[:most]
    return heapq.nsmallest(most, fitting, key=lambda pair: -pair[1].score)


def _occurs(wanted: list[str], have: list[str]) -> bool:
    rest = iter(have)
    return all(char in rest for char in wanted)


def _worth(text: str, at: int) -> float:
    """What a hit at this place is worth: more where a word begins."""
    if at == 0:
        return 1 + _WORD + _FIRST
    before, here = text[at - 1], text[at]
    starts = (here.isalnum() and not before.isalnum()) or (here.isupper() and before.islower())
    return 1 + (_WORD if starts else 0)


def _best_places(wanted: list[str], have: list[str], worth: list[float]) -> tuple[float, tuple[int, ...]]:
    rows: list[list[int]] = []  # for each letter and place: the place of the letter before
    scores = [worth[at] if char == wanted[0] else _NEVER for at, char in enumerate(have)]
    for letter in wanted[1:]:
        following, came_from = [_NEVER] * len(have), [-1] * len(have)
        so_far, where = _NEVER, -1  # the best anywhere before the place before
        for at in range(1, len(have)):
            row = scores[at - 1] + _IN_A_ROW
            if have[at] == letter:
                value, from_ = (row, at - 1) if row >= so_far else (so_far, where)
                following[at], came_from[at] = value + worth[at], from_
            if scores[at - 1] > so_far:
                so_far, where = scores[at - 1], at - 1
        rows.append(came_from)
        scores = following
    end = max(range(len(scores)), key=lambda at: scores[at])
    places = [end]
    for came_from in reversed(rows):
        places.append(came_from[places[-1]])
    return scores[end], tuple(reversed(places))
