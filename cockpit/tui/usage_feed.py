"""What agents cost, as the screen tells it: measured in a thread now and then, told only when the words change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cockpit.controller.context import Context
from cockpit.controller.opening import open_store
from cockpit.controller.usage import Usages
from cockpit.domain.job import Job, State
from cockpit.domain.usage import Usage
from cockpit.tui.agent_words import cpu, memory

EVERY = 10.0
"""Seconds between two readings; none where no agent runs or nobody looks."""


class UsageFeed:
    """The last readings of one screen, by job id."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._usages = Usages(context)
        self._last: dict[str, Usage] = {}

    def of(self, job: Job) -> Usage | None:
        """What was last measured; None where nothing was."""
        return self._last.get(job.id)

    async def measure(self, jobs: Sequence[Job]) -> bool:
        """Measure these; does any of them read differently now?"""
        before = self._words()
        running = [job for job in jobs if job.state in (State.RUNNING, State.STALLED)]
        self._last = await asyncio.to_thread(self._read, running) if running else {}
        return self._words() != before

    def _words(self) -> dict[str, tuple[str, str]]:
        return {job_id: (cpu(usage), memory(usage)) for job_id, usage in self._last.items()}

    def _read(self, jobs: list[Job]) -> dict[str, Usage]:
        store = open_store(self._context.places)
        try:
            return self._usages.read(jobs, store)
        finally:
            store.close()
