"""What actions do to the division of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation
from cockpit.tui.layout import Divider, moved, taller

if TYPE_CHECKING:
    from cockpit.tui.screens.main import MainScreen
    from cockpit.tui.widgets.panes import Panes

_COLUMNS, _ROWS = 4, 2  # cells that a press of a key moves a divider


class ArrangingOperations:
    """The part of a main screen's operations that divides it."""

    _screen: MainScreen

    @property
    def _panes(self) -> Panes:
        return self._screen.panes

    async def divider_left(self, at: Situation) -> None:
        """The divider beside the focused pane, to the left."""
        self._push(at, -_COLUMNS)

    async def divider_right(self, at: Situation) -> None:
        """To the right."""
        self._push(at, _COLUMNS)

    def _push(self, at: Situation, by: int) -> None:
        divider: Divider = "side" if at.pane == "side" else "lists"
        self._panes.rearrange(moved(self._panes.arrangement, self._panes.plan, divider, by))

    async def list_smaller(self, at: Situation) -> None:
        """The focused list gives rows to its neighbour."""
        self._panes.rearrange(taller(self._panes.arrangement, self._panes.plan, at.pane, -_ROWS))

    async def list_taller(self, at: Situation) -> None:
        """The focused list takes rows from its neighbour."""
        self._panes.rearrange(taller(self._panes.arrangement, self._panes.plan, at.pane, _ROWS))

    async def arrange(self, _: Situation) -> None:
        """Show and hide lists."""
        from cockpit.tui.dialogs.panes import PanesDialog

        dialog = PanesDialog(self._panes.arrangement, self._panes.rearrange)
        await self._screen.app.push_screen_wait(dialog)
