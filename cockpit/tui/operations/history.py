"""What can be done to what has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.domain.job import Job
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.common import CommonOperations
from cockpit.tui.operations.filtering import SavedFilterOperations
from cockpit.tui.operations.jobs import JobOperations
from cockpit.tui.operations.looking import LookingOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.history import HistoryScreen


class HistoryOperations(SavedFilterOperations, JobOperations, LookingOperations, CommonOperations):
    """The hands of the history."""

    _screen: HistoryScreen

    def _show_again(self, job: Job) -> None:
        """The list stays, so that others can follow."""

    async def copy_id(self, at: Situation) -> None:
        """The job's id, for a command."""
        assert at.job is not None
        self._screen.app.copy_to_clipboard(at.job.id)
        self._say(f"{at.job.id} is in the clipboard.")

    async def only_failed(self, _: Situation) -> None:
        """Failed ones alone, or all again."""
        self._screen.toggle_term("state", "failed")

    async def only_today(self, _: Situation) -> None:
        """What ended today, or all again."""
        self._screen.toggle_term("day", "today")

    async def only_yesterday(self, _: Situation) -> None:
        """What ended yesterday, or all again."""
        self._screen.toggle_term("day", "yesterday")
