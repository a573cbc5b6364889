"""All that can be done on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.operations.agents import AgentOperations
from cockpit.tui.operations.arranging import ArrangingOperations
from cockpit.tui.operations.common import CommonOperations
from cockpit.tui.operations.filtering import GroupingOperations, SavedFilterOperations
from cockpit.tui.operations.jobs import JobOperations
from cockpit.tui.operations.looking import LookingOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.main import MainScreen


class MainOperations(
    SavedFilterOperations,
    GroupingOperations,
    JobOperations,
    AgentOperations,
    LookingOperations,
    ArrangingOperations,
    CommonOperations,
):
    """The hands of the main screen."""

    _screen: MainScreen
