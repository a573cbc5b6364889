"""What can be done in the log: filter it, and go to the job that a row tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.domain.job import ENDED
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.common import CommonOperations
from cockpit.tui.operations.filtering import SavedFilterOperations

if TYPE_CHECKING:
    from cockpit.tui.screens.log import LogScreen


class LogOperations(SavedFilterOperations, CommonOperations):
    """The hands of the log."""

    _screen: LogScreen

    async def filter(self, _: Situation) -> None:
        """Type a filter."""
        self._screen.open_filter()

    async def clear_filter(self, _: Situation) -> None:
        """Everything again; then back to the main screen."""
        self._screen.step_back()

    async def go_to_job(self, at: Situation) -> None:
        """Where the job is now: in the history, or on the main screen."""
        job = at.job
        assert job is not None
        if job.state in ENDED:
            self._screen.cockpit.show_screen("history").reveal(job.id)
        else:
            self._screen.cockpit.show_main().reveal(job.id)

    async def copy_id(self, at: Situation) -> None:
        """The job's id, for a command."""
        assert at.job is not None
        self._screen.app.copy_to_clipboard(at.job.id)
        self._say(f"{at.job.id} is in the clipboard.")
