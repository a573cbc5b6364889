"""A desk at which one works with any store: its own clock, short words for the usual steps, and a last look.

The tests of this folder take a `Desk` and nothing else, so that the same test can be run over a store that was broken
on purpose (tests/integration/store/test_mutants.py).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from cockpit.base import process
from cockpit.base.clock import ManualClock
from cockpit.base.process import ProcessId
from cockpit.domain.job import Accepted, Job, NewJob, Priority, State
from cockpit.domain.lane import Claim, Lock
from cockpit.domain.retry import AttemptEnd, Backoff, Cause
from cockpit.store.base import Store
from cockpit.store.sqlite import SqliteStore

LEASE = 3600.0
BACKOFF = Backoff(base=10, factor=2, maximum=600, jitter=0)
DEAD = ProcessId(2**22 + 7, "1", process.boot_id())
"""A process that never lived: pids end before that."""


def new(user: str = "alice", project: str = "", **fields: Any) -> NewJob:
    """A job to enqueue; the project is the user's own unless named."""
    return NewJob(project or f"{user}_project", user, "shell", fields.pop("prompt", "do it"), **fields)


class Desk:
    """One store and a clock that stands still until told to move."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self.open_store = open_store
        self.store = open_store()
        self.clock = ManualClock()
        self.me = process.current()

    @property
    def now(self) -> int:
        return self.clock.now()

    def accept(self, *jobs: NewJob) -> list[Accepted]:
        return self.store.enqueue(jobs, self.now)

    def add(self, user: str = "alice", project: str = "", **fields: Any) -> str:
        """Enqueue one job; returns its id."""
        return self.accept(new(user, project, **fields))[0].job_id

    def claim(self, slots: int = 4) -> Claim | None:
        return self.store.claim(slots, LEASE, self.now)

    def must_claim(self, slots: int = 4) -> Claim:
        claim = self.claim(slots)
        assert claim is not None, "nothing could be claimed"
        return claim

    def claimed(self, slots: int = 4) -> str | None:
        """Claim; returns the id of the job."""
        claim = self.claim(slots)
        return claim.job_id if claim else None

    def start(self, claim: Claim) -> Job:
        """Bring a claimed job to running."""
        self.store.starting(
            claim.job_id,
            claim.fence,
            self.now,
            window="@1",
            pane="%1",
            process=self.me,
            server_pid=self.me.pid,
        )
        return self.store.running(claim.job_id, claim.fence, self.now)

    def end(self, claim: Claim, exit_code: int = 0) -> Job:
        """The agent exited; starts it before where needed."""
        if self.state(claim.job_id) is State.ASSIGNED:
            self.start(claim)
        return self.finish(claim, Cause.EXITED, f"exit code {exit_code}", exit_code)

    def finish(self, claim: Claim, cause: Cause, reason: str = "", exit_code: int | None = None) -> Job:
        end = AttemptEnd(cause, reason or str(cause), exit_code)
        return self.store.finish(claim.job_id, claim.fence, end, self.now, BACKOFF)

    def run_all(self, slots: int = 4) -> list[str]:
        """Claim and complete one job after the other; returns the ids in the order in which they ran."""
        ran = []
        while (claim := self.claim(slots)) is not None:
            ran.append(claim.job_id)
            self.end(claim)
        return ran

    def job(self, job_id: str) -> Job:
        return self.store.get(job_id)

    def state(self, job_id: str) -> State:
        return self.store.get(job_id).state

    def states(self, ids: Sequence[str]) -> list[str]:
        return [str(self.state(id_)) for id_ in ids]

    def lock_by_hand(
        self, user: str = "alice", who: ProcessId | None = None, ticket: int | None = None
    ) -> Lock | None:
        return self.store.acquire(user, "a script", who or self.me, LEASE, self.now, ticket=ticket)

    def kinds(self, job_id: str) -> list[str]:
        """What happened to the job, in order."""
        return [event.kind for event in self.store.events(job_id)]

    def look_round(self) -> None:
        """The last look: what must hold at any moment, whatever happened before."""
        jobs = self.store.jobs(limit=1_000_000)
        counts = self.store.counts()
        by_state = Counter(job.state for job in jobs)
        by_priority = Counter(job.priority for job in jobs if job.state is State.PENDING)
        assert counts.states == {state: by_state[state] for state in State}
        assert counts.pending == {priority: by_priority[priority] for priority in Priority}
        active = [job for job in jobs if job.grant is not None]
        assert counts.slots_used == sum(job.slots for job in active)
        held = {(lock.job_id, lock.token) for lock in self.store.locks() if lock.job_id is not None}
        assert held == {(job.id, job.fence) for job in active}
        assert self.store.reconcile() == []
        assert self.store.recount() == []


@contextmanager
def short_desk(kind: type[SqliteStore] = SqliteStore) -> Iterator[Desk]:
    """A desk for one example of a property, or for one mutant; gone afterwards."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # hundreds of examples need no disk
    with TemporaryDirectory(prefix="cockpit-desk-", dir=memory) as folder:
        opened: list[SqliteStore] = []

        def open_store() -> SqliteStore:
            opened.append(kind(f"{folder}/cockpit.db"))
            return opened[-1]

        try:
            yield Desk(open_store)
        finally:
            for store in opened:
                store.close()
