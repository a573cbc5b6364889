"""Enqueue: the form, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.domain.job import Accepted, Job
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.words import plural

if TYPE_CHECKING:
    from cockpit.tui.form.desk import Desk
    from cockpit.tui.form.values import Values


class EnqueueOperations(BaseOperations):
    """The part of every screen's operations that puts jobs into the queue."""

    async def enqueue(self, at: Situation) -> None:
        """The form, with the draft that was left in it; then the job is selected."""
        from cockpit.tui.dialogs.enqueue_drafts import DraftKeeper, newest
        from cockpit.tui.form.desk import Desk
        from cockpit.tui.form.values import Values

        desk = Desk(self._live)
        draft = newest(desk.drafts)
        if draft is None:
            await self._fill_in(desk, Values(project=_guess_project(desk, at)))
        else:
            says = DraftKeeper(desk).says(draft)
            await self._fill_in(desk, Values.of(draft.values), draft_id=draft.id, says=says)

    async def enqueue_like(self, at: Situation) -> None:
        """The form, filled in as the selected job was."""
        from cockpit.tui.form.desk import Desk

        assert at.job is not None
        desk = Desk(self._live)
        values = _like(at.job, self._live.store.prompt(at.job.id), desk)
        says = f"As job {at.job.id}." + (" ^r brings back your draft." if desk.drafts.all() else "")
        await self._fill_in(desk, values, says=says)

    async def _fill_in(self, desk: Desk, values: Values, *, draft_id: str = "", says: str = "") -> None:
        from cockpit.tui.dialogs.enqueue import EnqueueDialog

        dialog = EnqueueDialog(desk, values, draft_id=draft_id, says=says)
        accepted = await self._screen.app.push_screen_wait(dialog)
        if accepted:
            self._say(_became(accepted, dialog.foretold))
            self._screen.reveal(accepted[0].job_id)


def _guess_project(desk: Desk, at: Situation) -> str:
    """The one used last, else the selected job's, else the only one."""
    projects = desk.projects()
    wanted = (desk.drafts.last_project(), at.job.project if at.job else "")
    return next(
        (name for name in wanted if name in projects), next(iter(projects)) if len(projects) == 1 else ""
    )


def _like(job: Job, prompt: str, desk: Desk) -> Values:
    from cockpit.tui.form.values import Values

    user, agent = desk.projects().get(job.project, ("", ""))
    return Values(
        project=job.project,
        prompt=prompt,
        priority=job.priority.label,
        agent="" if job.agent == agent else job.agent,
        user="" if job.user == user else job.user,
        retries=str(job.retries) if job.retries else "",
        timeout=f"{job.timeout:g}s" if job.timeout else "",
    )


def _became(accepted: list[Accepted], foretold: str) -> str:
    """What the person is told: a place in the line only to who has to wait in it."""
    first, now = accepted[0], "starts now." in foretold.lower()
    if len(accepted) == 1:
        what = "starts now" if now else f"is in the queue at {first.position:,}"
        return f"Job {first.job_id} of {first.user} {what}."
    what = "starts now" if now else f"at {first.position:,}"
    return f"{plural(len(accepted), 'job')} of {first.user} are in the queue, the first {what}."
