"""What can be done on the dashboard: choose the time and the grouping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.common import CommonOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.dashboard import DashboardScreen


class DashboardOperations(CommonOperations):
    """The hands of the dashboard."""

    _screen: DashboardScreen

    async def range_longer(self, _: Situation) -> None:
        """Hour, day, week, and the hour again."""
        self._screen.step_range(1)

    async def range_shorter(self, _: Situation) -> None:
        """The other way round."""
        self._screen.step_range(-1)

    async def group_times(self, _: Situation) -> None:
        """By project or by user."""
        self._screen.step_group()
