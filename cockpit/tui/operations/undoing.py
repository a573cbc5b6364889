"""Clear and undo: on every screen."""

from __future__ import annotations

from cockpit.base.errors import CockpitError
from cockpit.controller.jobs import CLEARED
from cockpit.controller.live import Services
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.own_keys import key_for
from cockpit.tui.undo import Done
from cockpit.tui.words import is_are, plural


class UndoingOperations(BaseOperations):
    """The part of every screen's operations that clears the queue, and takes back what was done."""

    async def undo(self, _: Situation) -> None:
        """Take back the last thing; what can't be taken back is told, and the next `U` means what was before it."""
        undo = self._screen.cockpit.undo
        done = undo.latest()
        if done is None:
            self._say("Nothing is left that could be undone.")
            return
        undo.drop(done)
        if done.take_back is None:
            before = undo.latest()
            more = f" {key_for('undo')} again undoes {before.words}." if before is not None else ""
            told = done.words[:1].upper() + done.words[1:]
            raise CockpitError(f"{told} can't be undone; {done.why_not}.{more}")
        self._asks_no_more()
        self._say(await done.take_back())

    async def clear_pending(self, at: Situation) -> None:
        """Cancel all that waits, or all of the selected job's project or user."""
        from cockpit.tui.dialogs.choice import Answer, ChoiceDialog

        project, user = (at.job.project, at.job.user) if at.job is not None else (None, None)
        counts = await self._live.do(lambda services: _counts(services, project, user))
        answers = [Answer("all", "a", f"All {counts['all']:,}", "error")]
        if counts.get("project"):
            answers.append(Answer("project", "p", f"{project}'s {counts['project']:,}", "warning"))
        if counts.get("user"):
            answers.append(Answer("user", "u", f"{user}'s {counts['user']:,}", "warning"))
        answers.append(Answer("none", "n", "Leave them"))
        says = (
            f"{plural(counts['all'], 'job')} {'waits' if counts['all'] == 1 else 'wait'}. What is cleared is cancelled:"
            f" it stays in the history, and {key_for('undo')} brings it back to its place. What runs goes on."
        )
        answer = await self._ask(ChoiceDialog("Clear what waits?", says, answers))
        wanted = {"all": (None, None), "project": (project, None), "user": (None, user)}.get(answer or "")
        if wanted is not None:
            await self._clear(*wanted)

    async def _clear(self, project: str | None, user: str | None) -> None:
        at = self._live.context.clock.now()
        count = await self._live.do(
            lambda services: services.store.clear(CLEARED, at, project=project, user=user), by_pieces=True
        )

        async def take_back() -> str:
            now = self._live.context.clock.now()
            back = await self._live.do(
                lambda services: services.store.restore_cleared(at, CLEARED, now), by_pieces=True
            )
            return f"{plural(back, 'job')} {is_are(back)} back in place."

        self._did(Done(f"the clearing of {plural(count, 'job')}", take_back))
        self._say(f"{plural(count, 'job')} {is_are(count)} cancelled. {key_for('undo')} brings them back.")


def _counts(services: Services, project: str | None, user: str | None) -> dict[str, int]:
    counts = {"all": services.store.count_waiting()}
    if project is not None and user is not None:
        counts["project"] = services.store.count_waiting(project=project)
        counts["user"] = services.store.count_waiting(user=user)
    return counts
