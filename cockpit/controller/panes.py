"""The way to an agent's own pane."""

from __future__ import annotations

from cockpit.base.errors import Conflict
from cockpit.controller.context import Context
from cockpit.controller.engine import make_tmux
from cockpit.domain.job import ACTIVE, Job
from cockpit.store.base import Store


def attach_argv(context: Context, store: Store, job: Job) -> list[str]:
    """The command that shows the job's pane full screen; run it without $TMUX. Detach with the prefix and d.

    Raises Conflict when the job has no pane (it waits, or it has ended).
    """
    if job.state not in ACTIVE:
        hint = f"; 'cockpit logs {job.id}' shows what it printed" if job.attempt else ""
        raise Conflict(f"job {job.id} is {job.state}: it has no pane{hint}")
    attempt = store.attempt(job.id, job.attempt)
    if attempt is None or not attempt.window:
        raise Conflict(f"job {job.id} is {job.state}: its pane is not open yet; try again in a moment")
    return make_tmux(context).attach_argv(attempt.window)
