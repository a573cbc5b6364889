"""What could stand where the cursor is in a filter: fields, and the values that are known for a field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cockpit.base.records import dataclass
from cockpit.domain.job import Priority
from cockpit.tui.filter_parser import Piece, allowed, pieces
from cockpit.tui.filters import DAYS, FIELDS, GROUPS, STATES, TIMES, quoted

Known = Callable[[str], Sequence[str]]
"""The known values of user, project and agent."""

_FIXED: dict[str, tuple[str, ...]] = {
    "state": (*STATES, *GROUPS),
    "pri": tuple(priority.label for priority in Priority),
    "day": DAYS,
}
_KNOWN = ("user", "project", "agent")


@dataclass(frozen=True, slots=True)
class Completion:
    """`word` as it is offered; with it, the text and the place of the cursor would be these."""

    word: str
    text: str
    cursor: int


def completions(text: str, cursor: int, known: Known, most: int = 12) -> list[Completion]:
    """What may be meant, the likeliest first; empty where nothing is known or the word stands already."""
    piece = next((piece for piece in pieces(text) if piece.start < cursor <= piece.end), None)
    if piece is None:
        return []
    if piece.field:
        return _values(piece, text, cursor, known)[:most] if piece.value_start <= cursor else []
    return _fields(piece, text, cursor)[:most]


def _fields(piece: Piece, text: str, cursor: int) -> list[Completion]:
    start = piece.start + piece.negated
    typed = text[start:cursor].lower()
    fitting = [name for name in FIELDS if typed and name.startswith(typed)]
    return [_put(f"{name}{'>' if name in TIMES else ':'}", text, start, cursor) for name in fitting]


def _values(piece: Piece, text: str, cursor: int, known: Known) -> list[Completion]:
    typed = text[piece.value_start : cursor].lstrip('"').lower()
    names = known(piece.field) if piece.field in _KNOWN else _FIXED.get(piece.field, ())
    fitting = [name for name in names if name.lower().startswith(typed)]
    if [name.lower() for name in fitting] == [typed]:
        return []
    return [_put(quoted(name), text, piece.value_start, max(cursor, piece.end), " ") for name in fitting]


def _put(word: str, text: str, start: int, end: int, behind: str = "") -> Completion:
    """`word` in place of what stands from `start` to `end`."""
    rest = text[end:]
    new = text[:start] + word + ("" if rest.startswith(" ") else behind)
    return Completion(word, new + rest, len(new) + (1 if behind and rest.startswith(" ") else 0))


def hint(text: str, cursor: int) -> str:
    """What may stand where the cursor is, in words; empty where anything may."""
    piece = next((piece for piece in pieces(text) if piece.start < cursor <= piece.end), None)
    if piece is None or not piece.field or piece.field not in FIELDS:
        return ""
    return allowed(piece.field)
