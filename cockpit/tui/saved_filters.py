"""Filters with names, kept in filters.json of the state folder: a file that may be missing, old or broken."""

from __future__ import annotations

import json
import os

from cockpit.base.files import read_text, write_json_atomic
from cockpit.base.records import dataclass
from cockpit.tui.filter_parser import parse_filter

MOST = 9
"""So many have a key of their own; more are kept."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A filter as it is typed, and what it is called."""

    name: str
    text: str


STARTERS = (
    Saved("failed today", "state:failed day:today"),
    Saved("waits for long", "state:waiting age>1h"),
    Saved("urgent", "pri:critical,high"),
)
"""What is offered while nobody has saved any."""


class SavedFilters:
    """One file; read when asked, for another cockpit may have written it."""

    def __init__(self, home: str) -> None:
        self._path = os.path.join(home, "filters.json")

    def all(self) -> list[Saved]:
        """By name; the starters where there is no file. What is no filter in it is left out."""
        text = read_text(self._path)
        if text is None:
            return list(STARTERS)
        return parse_saved(text)

    def save(self, name: str, text: str) -> None:
        """Keep a filter under a name; one of that name goes. Raises OSError."""
        kept = [saved for saved in self.all() if saved.name != name]
        self._write([*kept, Saved(name, text)])

    def remove(self, name: str) -> None:
        """Forget a filter. Raises OSError."""
        self._write([saved for saved in self.all() if saved.name != name])

    def _write(self, filters: list[Saved]) -> None:
        text = read_text(self._path)
        if text is not None and not _readable(text):
            os.replace(self._path, f"{self._path}.bad")  # a person may have written it: it is not lost
        ordered = sorted(filters, key=lambda saved: saved.name.lower())
        write_json_atomic(self._path, {"filters": {saved.name: saved.text for saved in ordered}})


def parse_saved(text: str) -> list[Saved]:
    """The filters in a file, by name; whatever else stands in it is left out."""
    found = []
    for name, value in _table(text).items():
        if name.strip() and isinstance(value, str) and parse_filter(value)[0]:
            found.append(Saved(name.strip(), value))
    return sorted(found, key=lambda saved: saved.name.lower())


def _table(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    table = value.get("filters") if isinstance(value, dict) else None
    return table if isinstance(table, dict) else {}


def _readable(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
