"""Finds the jobs that fit a filter, in small steps, so that the event loop is never held up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from cockpit.domain.job import WAITING, Job, State
from cockpit.store.base import Store
from cockpit.store.values import JobFilter
from cockpit.tui.filters import Filter

MOST = 1000
_PAGE = 128
_STEP = 0.005  # seconds of work before the loop gets its turn
_FARTHEST = 200_000  # jobs that are looked at


class Finding:
    """Looks through the store of one screen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, wanted: Filter) -> list[Job]:
        """The first jobs that fit: waiting ones in their order or, where states are named, all, newest first."""
        found: list[Job] = []
        begun = time.perf_counter()
        for looked, job in enumerate(self._candidates(wanted)):
            if wanted.matches(job):
                found.append(job)
            if len(found) >= MOST or looked >= _FARTHEST:
                break
            if looked % 32 == 0 and time.perf_counter() - begun > _STEP:
                await asyncio.sleep(0)
                begun = time.perf_counter()
        return found

    def _candidates(self, wanted: Filter) -> Iterator[Job]:
        if wanted.states and not wanted.states <= WAITING:
            yield from self._of_states(wanted)
            return
        after = None
        while page := self._store.waiting(_PAGE, after):
            yield from page
            after = (int(page[-1].priority), page[-1].seq)
            if len(page) < _PAGE:
                break
        yield from self._store.delayed(MOST)

    def _of_states(self, wanted: Filter) -> Iterator[Job]:
        only = JobFilter(states=sorted(wanted.states, key=list(State).index))
        before = None
        while page := self._store.jobs(only, limit=_PAGE, before=before):
            yield from page
            before = page[-1].seq
            if len(page) < _PAGE:
                break
