"""The jobs that a person has marked, so that the next action means all of them."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.base.errors import NotFound
from cockpit.domain.job import Job
from cockpit.store.base import Store

MOST = 1000
"""So many can be marked at once: what is done to them is one transaction, and must not hold up the scheduler."""
_MANY = 200  # events since the last look: reading all of the marked jobs costs no more than following these


class Marks:
    """Ids, in the order in which they were marked, and their jobs.

    A change of the store costs what has changed, not what is marked: of the events since the last look those of marked
    jobs are taken over.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, None] = {}
        self._known: dict[str, Job] = {}
        self._seen = 0  # the number of the last event that `_known` has in it
        self._jobs: tuple[Job, ...] | None = ()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._ids

    def toggle(self, job_id: str) -> bool:
        """Mark it, or not any more; False where there are too many marks already."""
        if job_id in self._ids:
            del self._ids[job_id]
            self._known.pop(job_id, None)
        elif len(self._ids) < MOST:
            self._ids[job_id] = None
        else:
            return False
        self._jobs = None
        return True

    def add(self, job_ids: Iterable[str]) -> None:
        """Mark these, as far as there is room."""
        for job_id in job_ids:
            if len(self._ids) >= MOST:
                break
            self._ids[job_id] = None
        self._jobs = None

    def clear(self) -> None:
        """Nothing is marked."""
        self._ids.clear()
        self._known.clear()
        self._jobs = ()

    def forget(self) -> None:
        """The store has changed: what is known of the jobs may be old."""
        self._jobs = None if self._ids else ()

    def jobs(self) -> tuple[Job, ...]:
        """The marked jobs as they are now."""
        if self._jobs is None:
            self._follow()
            self._read_rest()
            self._jobs = tuple(self._known[job_id] for job_id in self._ids)
        return self._jobs

    def _follow(self) -> None:
        last = self._store.last_whole_event()
        if not 0 <= last - self._seen <= _MANY:
            self._known.clear()
        elif last > self._seen and self._known:
            for _, job in self._store.events_between(self._seen, _MANY, before=last + 1):
                if job.id in self._known:
                    self._known[job.id] = job
        self._seen = last

    def _read_rest(self) -> None:
        for job_id in [each for each in self._ids if each not in self._known]:
            try:
                self._known[job_id] = self._store.get(job_id)
            except NotFound:
                del self._ids[job_id]
