"""What every screen's operations stand on: how an action is found, how one asks and says.

Each operation gets the situation it was asked in. Writes go through `live.do`, never on the loop; a CockpitError
becomes one line on screen. Dialogs are imported when first opened: the first paint does not wait for them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, Conflict, NotFound
from cockpit.domain.job import Job
from cockpit.tui.actions.action import Situation
from cockpit.tui.undo import Done

if TYPE_CHECKING:
    from cockpit.controller.live import Services
    from cockpit.tui.dialogs.choice import ChoiceDialog, Words
    from cockpit.tui.screens.base import CockpitScreen

_ASKED = 200  # jobs: a few milliseconds
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
        self._screen.app.notify(text, markup=False)

    async def _ask(self, dialog: ChoiceDialog) -> str | None:
        return await self._screen.app.push_screen_wait(dialog)

    async def _confirm(self, title: str, says: str, yes: str, *, better: Words | None = None) -> bool:
        from cockpit.tui.dialogs.confirm import confirm

        return await self._ask(confirm(title, says, yes, better=better)) == "yes"

    def _asks_no_more(self) -> None:
        """No dialog comes from here on: keys that follow need not wait for one."""
        self._screen.cockpit.asks_no_more()

    def _did(self, done: Done) -> None:
        """Something was done that `U` takes back, or says why it can't."""
        self._screen.cockpit.undo.did(done)

    def _any_still(self, jobs: Sequence[Job], check: Callable[[Job], bool]) -> Callable[[], bool]:
        """Asks, each time anew, whether this holds of any of these jobs; of very many it is believed."""
        ids, store = [job.id for job in jobs], self._live.store

        def still() -> bool:
            if len(ids) > _ASKED:
                return True
            for job_id in ids:
                with contextlib.suppress(NotFound):
                    if check(store.get(job_id)):
                        return True
            return False

        return still

    def _those(self, at: Situation, check: Callable[[Job], str | None]) -> list[Job]:
        """The jobs that an action means and can be done to. Raises Conflict where there is none any more."""
        jobs = [job for job in at.jobs if check(job) is None]
        if not jobs:
            raise Conflict("nothing is left of what was selected")
        return jobs

    async def _each(
        self, jobs: Sequence[Job], write: Callable[[Services, Job], object]
    ) -> tuple[list[Job], list[str]]:
        """Write for each job, all in one transaction; those for which it was done, and why not for the others."""

        def all_of_them(services: Services) -> tuple[list[Job], list[str]]:
            done, refused = [], []
            for job in jobs:
                try:
                    write(services, job)
                    done.append(job)
                except CockpitError as error:
                    refused.append(str(error))
            return done, refused

        self._asks_no_more()
        return await self._live.do(all_of_them)
