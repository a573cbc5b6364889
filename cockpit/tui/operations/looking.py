"""What actions of the main screen show: tabs, panes, the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation

if TYPE_CHECKING:
    from cockpit.tui.screens.main import MainScreen


class LookingOperations:
    """The part of a main screen's operations that changes nothing but what is seen."""

    _screen: MainScreen

    async def details(self, _: Situation) -> None:
        """The job pane, at its details."""
        self._screen.open_tab("Details")

    async def screen_tab(self, _: Situation) -> None:
        """The job pane, at the agent's screen."""
        self._screen.open_tab("Screen")

    async def output(self, _: Situation) -> None:
        """The job pane, at its output."""
        self._screen.open_tab("Output")

    async def next_tab(self, _: Situation) -> None:
        """The next tab of the job pane."""
        self._screen.step_tab(1)

    async def previous_tab(self, _: Situation) -> None:
        """The tab before."""
        self._screen.step_tab(-1)

    async def next_pane(self, _: Situation) -> None:
        """The next pane."""
        self._screen.step_pane(1)

    async def previous_pane(self, _: Situation) -> None:
        """The pane before."""
        self._screen.step_pane(-1)

    async def filter(self, _: Situation) -> None:
        """Type a filter."""
        self._screen.open_filter()

    async def clear_filter(self, _: Situation) -> None:
        """Everything again; or back from the job to the list it is in."""
        self._screen.step_back()
