"""The screens by their NAMEs, each imported when it is first opened: the first paint does not wait for the others."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from cockpit.tui.screens.base import CockpitScreen


def screen_named(name: str) -> type[CockpitScreen]:
    """One of the screens that lie over the main one: for "grid" GridScreen of screens/grid.py."""
    module = import_module(f"cockpit.tui.screens.{name}")
    return cast("type[CockpitScreen]", getattr(module, f"{name.title()}Screen"))
