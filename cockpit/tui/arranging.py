"""Remembers between two sessions how the person divided the screens: one small JSON file in the state folder.

Whatever stands in it, the cockpit opens: what is missing or makes no sense is as it comes by default.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cockpit.base.errors import CockpitError
from cockpit.base.files import read_text, write_json_atomic
from cockpit.tui.layout import LISTS, Arrangement
from cockpit.tui.tiling import FEWEST, MOST

_FIELDS = ("lists", "lists_of_three", "side")
_LONGEST = 10_000  # characters; ours has some 200
_STILL = 0.5  # seconds without a change before it is written down


class Arranged:
    """What the person wants now, for all screens, and soon after on the disk.

    `kept` says whether it may be written there: who only looks leaves the person's own screens as they are.
    """

    def __init__(self, path: str, kept: Callable[[], bool]) -> None:
        self.now = load_arrangement(path)
        self._path = path
        self._kept = kept
        self._saving: asyncio.TimerHandle | None = None

    def want(self, wanted: Arrangement) -> None:
        """Like this from now on. It is written once it stands still: who drags a divider passes a hundred places."""
        if wanted == self.now:
            return
        self.now = wanted
        if self._kept():
            self._cancel()
            self._saving = asyncio.get_running_loop().call_later(_STILL, self._save_aside)

    def _save_aside(self) -> None:
        self._saving = None
        asyncio.get_running_loop().run_in_executor(None, save_arrangement, self._path, self.now)

    def _cancel(self) -> None:
        if self._saving is not None:
            self._saving.cancel()

    def close(self) -> None:
        """Write what is not written yet."""
        if self._saving is not None:
            self._cancel()
            self._saving = None
            save_arrangement(self._path, self.now)


def load_arrangement(path: str) -> Arrangement:
    """What is remembered in `path`; raises nothing."""
    try:
        text = read_text(path) or ""
        return arrangement_of(json.loads(text)) if 0 < len(text) < _LONGEST else Arrangement()
    except (OSError, ValueError, RecursionError):
        return Arrangement()


def arrangement_of(value: Any) -> Arrangement:
    """An arrangement out of whatever a file held."""
    if not isinstance(value, dict):
        return Arrangement()
    usual = Arrangement()
    shares = {name: _number(value.get(name), getattr(usual, name)) for name in _FIELDS}
    weights = value.get("weights")
    weights = weights if isinstance(weights, dict) else {}
    hidden, side_tab, tiles = value.get("hidden"), value.get("side_tab"), value.get("tiles")
    return Arrangement(
        **shares,
        weights={name: _number(weights.get(name), usual.weights[name]) for name in LISTS},
        hidden=frozenset(LISTS).intersection(
            [each for each in hidden if isinstance(each, str)] if isinstance(hidden, list) else []
        ),
        side_tab=side_tab if isinstance(side_tab, str) else usual.side_tab,
        tiles=_number(tiles, usual.tiles, FEWEST, MOST),
    )


def _number(value: object, otherwise: int, least: int = 1, most: int = 1000) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return otherwise
    return value if least <= value <= most else otherwise


def save_arrangement(path: str, wanted: Arrangement) -> None:
    """Remember it. Where that can't be done it is forgotten: no reason to disturb anybody."""
    value = {
        **{name: getattr(wanted, name) for name in _FIELDS},
        "weights": {name: wanted.weights[name] for name in LISTS},
        "hidden": sorted(wanted.hidden),
        "side_tab": wanted.side_tab,
        "tiles": wanted.tiles,
    }
    with suppress(OSError, CockpitError):
        write_json_atomic(path, value)
