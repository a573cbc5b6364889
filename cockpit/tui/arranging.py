"""Remembers between two sessions how the person divided the screen: one small JSON file in the state folder.

Whatever stands in it, the cockpit opens: what is missing or makes no sense is as it comes by default.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from cockpit.base.errors import CockpitError
from cockpit.base.files import read_text, write_json_atomic
from cockpit.tui.layout import LISTS, Arrangement

_FIELDS = ("lists", "lists_of_three", "side")
_LONGEST = 10_000  # characters; ours has some 200


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
    hidden, side_tab = value.get("hidden"), value.get("side_tab")
    return Arrangement(
        **shares,
        weights={name: _number(weights.get(name), usual.weights[name]) for name in LISTS},
        hidden=frozenset(LISTS).intersection(
            [each for each in hidden if isinstance(each, str)] if isinstance(hidden, list) else []
        ),
        side_tab=side_tab if isinstance(side_tab, str) else usual.side_tab,
    )


def _number(value: object, otherwise: int) -> int:
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1000 else otherwise
    )


def save_arrangement(path: str, wanted: Arrangement) -> None:
    """Remember it. Where that can't be done it is forgotten: no reason to disturb anybody."""
    value = {
        **{name: getattr(wanted, name) for name in _FIELDS},
        "weights": {name: wanted.weights[name] for name in LISTS},
        "hidden": sorted(wanted.hidden),
        "side_tab": wanted.side_tab,
    }
    with suppress(OSError, CockpitError):
        write_json_atomic(path, value)
