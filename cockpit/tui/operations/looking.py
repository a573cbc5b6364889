"""What actions of the main screen show: tabs, panes, the filter."""

from __future__ import annotations

from typing import Protocol

from cockpit.tui.actions.action import Situation


class Looked(Protocol):
    """A screen with a list, the selected job beside it, and a filter."""

    def open_tab(self, name: str) -> None: ...
    def step_tab(self, by: int) -> None: ...
    def step_pane(self, by: int) -> None: ...
    def open_filter(self) -> None: ...
    def step_back(self) -> None: ...
    def fold(self) -> bool: ...


class LookingOperations:
    """The part of a screen's operations that changes nothing but what is seen."""

    _screen: Looked

    async def details(self, _: Situation) -> None:
        """The job pane, at its details; on the heading of a group, fold it or open it."""
        if not self._screen.fold():
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

    async def clear_filter(self, at: Situation) -> None:
        """Everything again; or back from the job to the list it is in. A count is forgotten first."""
        if not at.count:
            self._screen.step_back()
