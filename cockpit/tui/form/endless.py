"""Does what a job waits for ever come? Not while it, or something that it waits for itself, is held.

A wait that only a person ends is said before it begins: in the form's preview and in the list of jobs to come after.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from cockpit.base.errors import NotFound
from cockpit.domain.job import WAITING, Job
from cockpit.domain.lane import Hold
from cockpit.store.base import Store
from cockpit.tui.own_keys import key_for

_MOST = 500  # jobs that are read: a longer chain is not followed to its end


class Endless:
    """Over what one store holds at this moment; asked about many jobs, it reads each once."""

    def __init__(self, store: Store, holds: Sequence[Hold]) -> None:
        self._store = store
        self._holds = {(hold.scope, hold.key) for hold in holds}
        self._jobs: dict[str, Job | None] = {}

    def warning(self, ids: Iterable[str]) -> str:
        """For a job that comes after these: why that may be never; empty where nothing is held."""
        for id_ in ids:
            if (held := self.held_before(id_)) is not None:
                chain = "" if held.id == id_ else f"{id_} waits for "
                return f"No end yet: {chain}{held.id}, {self.why(held)}."
        return ""

    def held_before(self, id_: str) -> Job | None:
        """The job itself if it is held, else the nearest held one that it waits for."""
        return next((job for job in self._line(id_) if self.why(job)), None)

    def why(self, job: Job) -> str:
        """`which is held (h resumes it)`; empty if it is not."""
        if job.held:
            return f"which is held ({key_for('hold')} resumes it)"
        if ("project", job.project) in self._holds:
            return f"whose project {job.project} is held"
        return f"whose user {job.user} is held" if ("user", job.user) in self._holds else ""

    def _line(self, id_: str) -> Iterator[Job]:
        """What still waits of: the job, what it waits for, and so on; the nearest first."""
        coming, seen = deque([id_]), {id_}
        while coming:
            job = self._read(coming.popleft())
            if job is None or job.state not in WAITING:
                continue
            yield job
            if job.waits_for:
                needs = [need for need, _ in self._store.needs(job.id) if need not in seen]
                seen.update(needs)
                coming.extend(needs)

    def _read(self, id_: str) -> Job | None:
        if id_ not in self._jobs:
            if len(self._jobs) >= _MOST:
                return None
            try:
                self._jobs[id_] = self._store.get(id_)
            except NotFound:
                self._jobs[id_] = None
        return self._jobs[id_]
