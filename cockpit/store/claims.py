"""The running side of the queue: claim, start, stall, finish. Every step is a compare-and-set on the fence."""

from __future__ import annotations

from typing import Any

from cockpit.base.clock import Micros
from cockpit.base.errors import StaleFence
from cockpit.base.process import ProcessId
from cockpit.base.times import SECOND
from cockpit.domain.job import ACTIVE, Assigned, Grant, Job, Killed, Running, Stalled, Starting, State, Status
from cockpit.domain.lane import Claim, lane_of, lock_id_of
from cockpit.domain.retry import AttemptEnd, Backoff, Cause, after_attempt
from cockpit.store.lines import Lines

_CANDIDATE = (
    "SELECT head_priority, last_served, head_seq FROM lines INDEXED BY lines_claimable"
    " WHERE slots = ? AND head_seq IS NOT NULL AND held = 0 AND locked = 0"
    " ORDER BY head_priority, last_served, head_seq LIMIT 1"
)
_READY = (  # since when it could be claimed: it was accepted, its delay was over, or somebody brought it back
    "(SELECT at FROM events WHERE seq = ? AND attempt = ? AND kind IN ('queued', 'pending', 'retried', 'restored')"
    " ORDER BY number DESC LIMIT 1)"
)

_BACKOFF = Backoff()


class Claims(Lines):
    """Writes to jobs that run."""

    def claim(self, slots_max: int, lease: float, now: Micros) -> Claim | None:
        """Assign the next job, if there is one that may start and a slot for it; durable when this returns.

        Counting the slots, choosing and taking the lock are one transaction. The lock's lease ends `lease` seconds
        from `now`. Order: strict priority, then the user served longest ago, then age.
        """
        with self.transaction():
            candidates = self._candidates(slots_max)
            if not candidates:
                return None
            job = self._job_by_seq(min(candidates)[2])
            if self._lane_is_held(job):
                # its line stands open by mistake: mend it, and look again another time
                self._refresh_locked(job.user)
                return None
            return self._grant(job, lease, now)

    def _lane_is_held(self, job: Job) -> bool:
        lane = lane_of(job.user, job.id, serialize=self._serialize())
        return self._value("SELECT 1 FROM locks WHERE lane = ?", (lane,)) is not None

    def may_claim(self, slots_max: int) -> bool:
        """A cheap look whether `claim` would find something; only `claim` itself is sure."""
        with self._explained():
            return bool(self._candidates(slots_max))

    def _candidates(self, slots_max: int) -> list[tuple[int, int, int]]:
        """The best head among jobs that take a slot (if one is free), and among those that take none."""
        if self._value("SELECT 1 FROM holds WHERE scope = 'all'"):
            return []
        used: int = self._value("SELECT value FROM counters WHERE name = 'slots_used'")
        sizes = (0, 1) if used < slots_max else (0,)
        return [row for size in sizes if (row := self._row(_CANDIDATE, (size,))) is not None]

    def _grant(self, job: Job, lease: float, now: Micros) -> Claim:
        fence = self._next_fence()
        lane = lane_of(job.user, job.id, serialize=self._serialize())
        number = job.attempt + 1
        lock_id = lock_id_of(job.id, fence)
        expires = now + round(lease * SECOND)
        self._execute(
            "INSERT INTO locks (lane, user, holder, seq, fence, lock_id, acquired_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (lane, job.user, job.id, job.seq, fence, lock_id, now, expires),
        )
        self._execute(
            f"INSERT INTO attempts (seq, number, fence, claimed_at, waited) VALUES (?, ?, ?, ?, MAX(0, ? - {_READY}))",
            (job.seq, number, fence, now, now, job.seq, job.attempt),
        )
        self._execute("UPDATE jobs SET attempt = ?, fence = ? WHERE seq = ?", (number, fence, job.seq))
        self._execute("UPDATE lines SET last_served = ? WHERE user = ?", (fence, job.user))
        self._move(job, Assigned(Grant(lane, fence, number, now)), now)
        self._refresh_locked(job.user)
        return Claim(job.id, job.seq, job.project, job.user, job.agent, fence, number, lock_id, now, expires)

    def starting(
        self,
        job_id: str,
        fence: int,
        now: Micros,
        *,
        window: str,
        pane: str,
        process: ProcessId | None,
        server_pid: int,
        site: str = "",
    ) -> Job:
        """The window is open; `process` (None: it has no pid here) runs in it, at `site`. Raises StaleFence."""
        with self.transaction():
            job = self._fenced(job_id, fence)
            self._attempt(
                job, window=window, pane=pane, server_pid=server_pid, site=site,
                pid=process.pid if process else None, pid_started=process.started if process else None,
                boot=process.boot if process else None,
            )  # fmt: skip
            return self._advance(job, Starting(_grant_of(job)), now)

    def running(self, job_id: str, fence: int, now: Micros) -> Job:
        """The agent runs (or its heartbeat is back). Raises StaleFence."""
        with self.transaction(durable=False):
            job = self._fenced(job_id, fence)
            if job.state is State.STARTING:
                self._attempt(job, started_at=now)
                self._execute("UPDATE jobs SET started_at = ? WHERE seq = ?", (now, job.seq))
            return self._advance(job, Running(_grant_of(job)), now)

    def stalled(self, job_id: str, fence: int, reason: str, now: Micros) -> Job:
        """The heartbeat is missing. Raises StaleFence."""
        with self.transaction():
            job = self._fenced(job_id, fence)
            return self._advance(job, Stalled(_grant_of(job), reason), now)

    def _advance(self, job: Job, status: Status, now: Micros) -> Job:
        if job.state is not status.state:
            self._move(job, status, now)
        return self._job(job.id)

    def finish(
        self, job_id: str, fence: int, end: AttemptEnd, now: Micros, backoff: Backoff = _BACKOFF
    ) -> Job:
        """End the attempt: its lock, the job's new state and its dependents' in one transaction; durable.

        The new state is decided here, on the job as it is now: completed, failed, killed, or tried again. A kill that
        somebody asked for beats a retry. Raises StaleFence when `fence` is not the job's any more: nothing changes.
        """
        with self.transaction():
            job = self._fenced(job_id, fence)
            status = after_attempt(job, end, now, backoff)
            if job.wish is not None and status.state in (State.PENDING, State.DELAYED):
                status = Killed(now, job.wish)
            self._attempt(
                job, ended_at=now, cause=end.cause.value, reason=end.reason, exit_code=end.exit_code
            )
            # One that was timed out has failed, whatever its exit code says: else it would be tried for ever.
            failed = end.cause is Cause.TIMED_OUT or (end.cause is Cause.EXITED and end.exit_code != 0)
            self._execute(
                "UPDATE jobs SET failures = failures + ?, losses = losses + ?, exit_code = ? WHERE seq = ?",
                (failed, end.cause is Cause.LOST, end.exit_code, job.seq),
            )
            self._execute("DELETE FROM panes WHERE seq = ?", (job.seq,))
            self._execute("DELETE FROM locks WHERE seq = ? AND fence = ?", (job.seq, fence))
            self._move(job, status, now, reason=end.reason)
            self._execute("UPDATE jobs SET parked = 0 WHERE seq = ?", (job.seq,))
            if status.state in (State.COMPLETED, State.FAILED, State.KILLED):
                self._settle_dependents(job, status.state, now)
            self._refresh_locked(job.user)
            return self._job(job_id)

    def park(self, job_id: str, fence: int, reason: str, now: Micros) -> None:
        """Give the slot of a running job back, and keep its lock: its agent waits, and its work is in its pane.

        Raises StaleFence. Parking it again changes nothing.
        """
        with self.transaction():
            job = self._fenced(job_id, fence)
            if self._is_parked(job):
                return
            self._add_counts([(-self._slots_of(job), "slots_used")])
            self._execute("UPDATE jobs SET parked = 1 WHERE seq = ?", (job.seq,))
            self._note(job, "parked", now, reason)

    def unpark(self, job_id: str, fence: int, slots_max: int, now: Micros) -> bool:
        """Take a slot again for a parked job; False when none is free. Raises StaleFence."""
        with self.transaction():
            job = self._fenced(job_id, fence)
            used: int = self._value("SELECT value FROM counters WHERE name = 'slots_used'")
            if not self._is_parked(job):
                return True
            if job.slots and used >= slots_max:
                return False
            self._execute("UPDATE jobs SET parked = 0 WHERE seq = ?", (job.seq,))
            self._add_counts([(job.slots, "slots_used")])
            self._note(job, "unparked", now, None)
            return True

    def renew(self, fences: list[int], lease: float, now: Micros) -> int:
        """Move the leases of these grants on; returns how many still held."""
        with self.transaction(durable=False):
            expires = now + round(lease * SECOND)
            return sum(
                self._execute("UPDATE locks SET expires_at = ? WHERE fence = ?", (expires, f)) for f in fences
            )

    def _fenced(self, job_id: str, fence: int) -> Job:
        """The job, if `fence` is still its own. Raises StaleFence."""
        job = self._job(job_id)
        if job.state not in ACTIVE or job.fence != fence:
            raise StaleFence(
                f"job {job_id} is {job.state} with token {job.fence}; token {fence} is out of date"
            )
        return job

    def _attempt(self, job: Job, **columns: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        self._execute(
            f"UPDATE attempts SET {names} WHERE seq = ? AND number = ?",
            (*columns.values(), job.seq, job.attempt),
        )


def _grant_of(job: Job) -> Grant:
    assert job.grant is not None
    return job.grant
