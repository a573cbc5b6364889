"""Taking back what a person cancelled: each job where it stood before.

A job's place in the queue is its priority and the order of its acceptance, which an end does not change; so what
comes back stands where it would stand if it had never been cancelled. What it was delayed for is kept in its row.
"""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.domain.job import WAITING, Delayed, Job, Pending, State
from cockpit.store.reads import VISIBLE
from cockpit.store.rows import JOB_COLUMNS, job_of
from cockpit.store.waiting import WaitingJobs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PIECE = 200
_TAKEN_BACK = "the cancelling was taken back"


class Undoing(WaitingJobs):
    """Cancel so that it can be undone, and undo it."""

    def cancel_all(self, job_ids: Sequence[str], reason: str, now: Micros) -> list[Job]:
        """Cancel those of these jobs that wait; returns them and what failed with them, as they were before."""
        with self.transaction():
            before: dict[str, Job] = {}
            todo = [job for job in map(self._job, job_ids) if job.state in WAITING]
            cancelled = {job.id for job in todo}
            while todo:
                job = todo.pop()
                if job.id not in before:
                    before[job.id] = job
                    todo += [other for other in self._dependents(job) if other.state in WAITING]
            for job in sorted(before.values(), key=lambda job: -job.seq):
                # what comes after others goes first
                if job.id in cancelled:
                    self._cancel(self._job(job.id), reason, now)
            return list(before.values())

    def restore(self, before: Sequence[Job], now: Micros) -> list[Job]:
        """Bring jobs back as they stood in `before`; returns those that are back.

        One that was brought back already, has run since, or comes after one that ended badly, is left as it is.
        """
        with self.transaction():
            ordered = sorted(before, key=lambda job: job.seq)
            return [self._job(job.id) for job in ordered if self._restore(job, now)]

    def restore_cleared(self, cleared_at: Micros, reason: str, now: Micros) -> int:
        """Bring back all that one `clear` cancelled, each as it was; by pieces; how many.

        What failed with it, because it came after, comes back with it: it may be of another project or user.
        """
        restored, after = 0, -1
        query = (
            f"SELECT {JOB_COLUMNS} FROM jobs j WHERE j.finished_at = ? AND j.pruned = 0 AND (j.state = 'killed'"
            " AND j.reason = ? OR j.state = 'failed' AND j.reason LIKE 'job %, which it comes after, %')"
            f" AND j.seq > ? AND {VISIBLE} ORDER BY j.seq LIMIT ?"
        )
        while rows := self._rows(query, (cleared_at, reason, after, _PIECE)):
            jobs = [job_of(row) for row in rows]
            with self.transaction():
                restored += sum(self._restore(job, now) for job in jobs)
            after = jobs[-1].seq
        return restored

    def _restore(self, before: Job, now: Micros) -> bool:
        job = self._job(before.id)
        needs = self.needs(job.id)
        unfinished = [state for _, state in needs if state is not State.COMPLETED]
        ended_badly = any(state in (State.FAILED, State.KILLED) for state in unfinished)
        again = job.attempt != before.attempt or job.state not in (State.KILLED, State.FAILED)
        if again or ended_badly:
            return False
        until, why = self._row("SELECT delayed_until, delayed_why FROM jobs WHERE seq = ?", (job.seq,))
        self._execute("UPDATE jobs SET waits_for = ?, pruned = 0 WHERE seq = ?", (len(unfinished), job.seq))
        self._move(job, Pending(), now, kind="restored", reason=_TAKEN_BACK)
        if until is not None and until > now:
            self._move(self._job(job.id), Delayed(until, why), now)
        for dependent in self._dependents(job):
            self._count_needs(dependent)
        return True
