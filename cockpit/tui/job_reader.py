"""What the panes of a job ask of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cockpit.controller.live import Live
from cockpit.domain.job import Job
from cockpit.domain.screen import AgentState
from cockpit.domain.usage import Usage
from cockpit.tmux.pane import PaneController
from cockpit.tui.agent_words import Keys
from cockpit.tui.job_text import JobFacts


def read_facts(live: Live, job: Job) -> JobFacts:
    """What the store knows of a job, whether it waits, runs or has ended; some tens of microseconds."""
    store = live.store
    return JobFacts(
        job=job,
        why=live.jobs.why(job),
        lock=None,
        needs=store.needs(job.id),
        attempts=store.attempts(job.id),
        events=store.events(job.id),
        metadata=store.metadata(job.id),
        now=live.context.clock.now(),
    )


class StoreReader:
    """Reads inline. `seen`, `keys` and `usage` are what the screen knows of agents."""

    def __init__(
        self,
        live: Live,
        seen: Callable[[Job], AgentState | None],
        keys: Callable[[Job], Keys],
        usage: Callable[[Job], Usage | None],
    ) -> None:
        self._live = live
        self._seen = seen
        self._keys = keys
        self._usage = usage

    def facts(self, job: Job) -> JobFacts:
        """Everything about a job that its pane tells."""
        facts = read_facts(self._live, job)
        locks = self._live.store.locks_of(job.user)
        return replace(
            facts,
            lock=next((lock for lock in locks if lock.job_id == job.id), None),
            seen=self._seen(job),
            keys=self._keys(job),
            usage=self._usage(job),
        )

    def prompt(self, job_id: str) -> str:
        """The prompt of a job."""
        return self._live.store.prompt(job_id)

    def attempt_folder(self, job: Job) -> str:
        """Where the files of a job's current attempt are."""
        return self._live.attempt_folder(job)

    async def open_pane(self, job: Job) -> PaneController:
        """The pane of a job. Raises Conflict when it has none, Unavailable when its container can't be reached."""
        return await self._live.panes.of(job)
