"""What can be done on which screen: the hands for each, by its NAME."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.operations.dashboard import DashboardOperations
from cockpit.tui.operations.grid import GridOperations
from cockpit.tui.operations.history import HistoryOperations
from cockpit.tui.operations.log import LogOperations
from cockpit.tui.operations.main import MainOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.base import CockpitScreen

HANDS: dict[str, type[BaseOperations]] = {
    "main": MainOperations,
    "history": HistoryOperations,
    "grid": GridOperations,
    "log": LogOperations,
    "dashboard": DashboardOperations,
}


def operations_on(screen: CockpitScreen) -> BaseOperations:
    """The hands of a screen; they keep nothing, so that new ones do as well."""
    return HANDS[screen.NAME](screen)
