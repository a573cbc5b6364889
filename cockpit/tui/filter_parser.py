"""From what a person types behind `/` to a Filter, and to a sentence about what could not be understood.

    terms    term term ...                       all of them have to fit
    term     [! or -] word | field:values | field>duration | field<duration
    values   value,value,...                     one of them has to fit
    value    bare or "in quotes", where \\" and \\\\ stand for themselves

Any text gives a filter: a term that makes no sense (yet) is left out and told. Pure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from cockpit.base.errors import UsageError
from cockpit.base.records import dataclass
from cockpit.base.times import parse_duration
from cockpit.domain.job import Priority
from cockpit.tui.filters import (
    CHOICES,
    FIELDS,
    GROUPS,
    STATES,
    TEXTS,
    TIMES,
    Filter,
    Term,
    known_day,
    priorities_of,
    states_of,
)

_FIELD = re.compile(r"([a-z_]+)(:[<>]=?|[<>]=?|:)", re.IGNORECASE | re.ASCII)
_VALUE = re.compile(r'(?:[^\s,"\\]|\\.?)*')
_ALLOWED = f"{' '.join((*TEXTS[:3], *CHOICES, *TEXTS[3:]))} with :, {' '.join(TIMES)} with < or >"


@dataclass(frozen=True, slots=True)
class Piece:
    """One term as typed, with where each of its values begins; what has no values is on its way."""

    start: int
    end: int
    negated: bool
    field: str
    op: str
    values: tuple[str, ...]
    value_start: int
    open_quote: bool = False


def parse_filter(text: str) -> tuple[Filter, str | None]:
    """The filter, and the first thing that could not be understood (that term is left out)."""
    terms: list[Term] = []
    problem: str | None = None
    for piece in pieces(text):
        wrong = _problem(piece)
        problem = problem or wrong or ('the quote is not closed; end it with "' if piece.open_quote else None)
        if wrong is None and piece.values:
            terms.append(_term(piece))
    return Filter(tuple(terms)), problem


def pieces(text: str) -> Iterator[Piece]:
    """The terms as typed, sensible or not."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        piece = _piece(text, at)
        yield piece
        at = max(piece.end, at + 1)


def _piece(text: str, start: int) -> Piece:
    at = start + (text[start] in "!-")
    found = _FIELD.match(text, at)
    field, op = ("", ":") if found is None else (found[1].lower(), found[2])
    at = at if found is None else found.end()
    values, value_start, end, is_open = _values(text, at)
    if len(op) > 1:
        op = op.strip(":=") or ":"
    return Piece(start, end, text[start] in "!-", field, op, values, value_start, is_open)


def _values(text: str, at: int) -> tuple[tuple[str, ...], int, int, bool]:
    """Values up to the next space; where the last one begins, where they end, and whether a quote is open."""
    values: list[str] = []
    is_open = False
    while True:
        value, start = "", at
        while at < len(text) and not text[at].isspace() and text[at] != ",":
            if text[at] == '"':
                part, at, is_open = _quoted(text, at + 1)
            else:
                found = _VALUE.match(text, at)
                assert found is not None
                part, at = _unescaped(found[0]), found.end()
            value += part
        if value:
            values.append(value.lower())
        if at >= len(text) or text[at] != ",":
            return tuple(values), start, at, is_open
        at += 1


def _quoted(text: str, at: int) -> tuple[str, int, bool]:
    """What stands up to the closing quote, where it goes on behind that, and whether there was none."""
    found: list[str] = []
    while at < len(text):
        if text[at] == '"':
            return "".join(found), at + 1, False
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        found.append(text[at])
        at += 1
    return "".join(found), at, True


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _term(piece: Piece) -> Term:
    return Term(piece.field, piece.values, piece.op, piece.negated)


def _problem(piece: Piece) -> str | None:
    """What is wrong with a term, and what is allowed; None when it makes sense."""
    field, values = piece.field, piece.values
    if not field:
        return None if values or not piece.negated else "nothing behind the '!' or '-': write !state:done"
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1)
        return f"no field '{field}'{f', but {near[0]}' if near else ''}: {_ALLOWED}"
    if field in TIMES:
        return _bad_time(piece)
    if piece.op != ":":
        return f"'{field}' has no < and >; write {field}:value ({', '.join(TIMES)} have them)"
    if not values:
        return f"'{field}:' wants a value: {allowed(field)}"
    return next((wrong for value in values if (wrong := _bad_value(field, value))), None)


def _bad_time(piece: Piece) -> str | None:
    field, values = piece.field, piece.values
    if piece.op == ":":
        return f"'{field}' is a time: write {field}>1h or {field}<30m"
    if len(values) != 1:
        return f"'{field}{piece.op}' wants one duration: {allowed(field)}"
    try:
        parse_duration(values[0])
    except UsageError:
        return f"'{values[0]}' is not a duration: write {allowed(field)}"
    return None


def _bad_value(field: str, value: str) -> str | None:
    fits = _FITS.get(field)
    if fits is not None and not fits(value):
        return f"no {'priority' if field == 'pri' else field} '{value}'; there are {allowed(field)}"
    return None


_FITS: dict[str, Callable[[str], object]] = {
    "state": lambda word: states_of((word,)),
    "pri": lambda word: priorities_of((word,)),
    "day": known_day,
}


def allowed(field: str) -> str:
    """What may stand behind a field, in words."""
    told = {
        "state": ", ".join((*STATES, *GROUPS)),
        "pri": ", ".join(priority.label for priority in Priority),
        "day": "today, yesterday, mon to sun, 2026-01-31",
        "reason": "words of the reason",
        "id": "a part of an id",
        "ref": "a part of the reference",
    }
    return told.get(
        field, "30s, 10m, 1h30m or 2d" if field in TIMES else f"the beginning of a {field}'s name"
    )
