"""What every screen's operations stand on: how an action is found, how one asks and says.

Each operation gets the situation it was asked in. Writes go through `live.do`, never on the loop; a CockpitError
becomes one line on screen. Dialogs are imported when first opened: the first paint does not wait for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation

if TYPE_CHECKING:
    from cockpit.tui.dialogs.choice import ChoiceDialog
    from cockpit.tui.screens.base import CockpitScreen

Operation = Callable[[Situation], Awaitable[None]]


class BaseOperations:
    """The hands of one screen."""

    _screen: CockpitScreen

    def __init__(self, screen: CockpitScreen) -> None:
        self._screen = screen
        self._live = screen.live

    async def perform(self, name: str, at: Situation) -> None:
        """Do the action with this id."""
        operation: Operation = getattr(self, name)
        await operation(at)

    def _say(self, text: str) -> None:
        self._screen.app.notify(text, timeout=4, markup=False)

    async def _ask(self, dialog: ChoiceDialog) -> str | None:
        return await self._screen.app.push_screen_wait(dialog)

    async def _confirm(self, title: str, says: str, yes: str) -> bool:
        from cockpit.tui.dialogs.confirm import confirm

        return await self._ask(confirm(title, says, yes)) == "yes"
