"""What can be done on which screen: the hands for each, by its NAME, imported when the screen is first acted on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from cockpit.tui.operations.base import BaseOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.base import CockpitScreen


def hands_of(name: str) -> type[BaseOperations]:
    """For "grid" GridOperations of operations/grid.py; the first picture waits for none of them."""
    module = import_module(f"cockpit.tui.operations.{name}")
    return cast("type[BaseOperations]", getattr(module, f"{name.title()}Operations"))


def operations_on(screen: CockpitScreen) -> BaseOperations:
    """The hands of a screen; they keep nothing, so that new ones do as well."""
    return hands_of(screen.NAME)(screen)
