"""All that can be done on the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.agents import AgentOperations
from cockpit.tui.operations.common import CommonOperations
from cockpit.tui.operations.jobs import JobOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.grid import GridScreen


class GridOperations(JobOperations, AgentOperations, CommonOperations):
    """The hands of the grid."""

    _screen: GridScreen

    async def open_main(self, at: Situation) -> None:
        """One step back: from one alone to all, from all to the main screen."""
        if self._screen.zoomed:
            self._screen.zoom()
        else:
            await super().open_main(at)

    async def leave_screen(self, at: Situation) -> None:
        """The same by escape; where one has scrolled back, that comes to its end first."""
        agent = self._screen.agent
        if agent is not None and agent.looking_back:
            agent.live_again()
        else:
            await self.open_main(at)

    async def grid_open(self, at: Situation) -> None:
        """The job on the main screen, its agent's screen beside it."""
        if at.job is not None:
            self._screen.cockpit.show_main().go_to(at.job.id)

    async def grid_left(self, at: Situation) -> None:
        """The tile before."""
        self._screen.step(-at.times)

    async def grid_right(self, at: Situation) -> None:
        """The next tile."""
        self._screen.step(at.times)

    async def grid_up(self, at: Situation) -> None:
        """A row up."""
        self._screen.step(-self._screen.columns * at.times)

    async def grid_down(self, at: Situation) -> None:
        """A row down."""
        self._screen.step(self._screen.columns * at.times)

    async def grid_next(self, at: Situation) -> None:
        """The next, round again."""
        self._screen.step(at.times, around=True)

    async def grid_previous(self, at: Situation) -> None:
        """The one before, round again."""
        self._screen.step(-at.times, around=True)

    async def grid_first(self, _: Situation) -> None:
        """The first of all."""
        self._screen.step(-10_000)

    async def grid_last(self, _: Situation) -> None:
        """The last of all."""
        self._screen.step(10_000)

    async def grid_more(self, _: Situation) -> None:
        """One more at once."""
        self._screen.more(1)

    async def grid_fewer(self, _: Situation) -> None:
        """One fewer at once."""
        self._screen.more(-1)

    async def grid_page_down(self, at: Situation) -> None:
        """The next page."""
        self._screen.turn(at.times)

    async def grid_page_up(self, at: Situation) -> None:
        """The page before."""
        self._screen.turn(-at.times)

    async def grid_scroll_back(self, at: Situation) -> None:
        """Back in what the selected agent has printed."""
        agent = self._screen.agent
        if agent is not None and not await agent.scroll_pages(-at.times):
            self._say("It has printed no more than what is seen.")

    async def grid_scroll_on(self, at: Situation) -> None:
        """On again."""
        agent = self._screen.agent
        if agent is not None and not await agent.scroll_pages(at.times):
            self._say("This is live: the end of what it has printed.")

    async def grid_sort(self, _: Situation) -> None:
        """Into the order that they would have now."""
        self._screen.sort()
