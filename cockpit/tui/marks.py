"""The jobs that a person has marked, so that the next action means all of them."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.base.errors import NotFound
from cockpit.domain.job import Job
from cockpit.store.base import Store

MOST = 1000
"""So many can be marked at once: what is done to them is one transaction, and must not hold up the scheduler."""


class Marks:
    """Ids, in the order in which they were marked. The jobs are read again after every change of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, None] = {}
        self._jobs: tuple[Job, ...] | None = ()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._ids

    def toggle(self, job_id: str) -> bool:
        """Mark it, or not any more; False where there are too many marks already."""
        if job_id in self._ids:
            del self._ids[job_id]
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
        self._jobs = ()

    def forget(self) -> None:
        """The store has changed: what is known of the jobs may be old."""
        self._jobs = None if self._ids else ()

    def jobs(self) -> tuple[Job, ...]:
        """The marked jobs as they are now."""
        if self._jobs is None:
            found = []
            for job_id in list(self._ids):
                try:
                    found.append(self._store.get(job_id))
                except NotFound:
                    del self._ids[job_id]
            self._jobs = tuple(found)
        return self._jobs
