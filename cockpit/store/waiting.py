"""What can be done to jobs that wait: hold, resume, edit, cancel, clear, bring back."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.errors import Conflict
from cockpit.domain.events import PROMPT_EDITED
from cockpit.domain.job import ENDED, WAITING, Job, Killed, Pending, Priority, State
from cockpit.store.lines import Lines
from cockpit.store.narrowing import where
from cockpit.store.reads import VISIBLE
from cockpit.store.rows import JOB_COLUMNS, job_of
from cockpit.store.values import JobFilter

_PIECE = 200
_WAITS = (State.PENDING, State.DELAYED)


class WaitingJobs(Lines):
    """Writes to jobs that wait or have ended; a running one is the business of `Claims`."""

    def hold(self, scope: str, key: str, now: Micros) -> None:
        """Close a gate: `all`, a `project`, a `user` or a `job`; jobs that come later are caught too.

        Raises NotFound for an unknown job, Conflict for one that has ended.
        """
        with self.transaction():
            if scope == "job":
                self._hold_job(key, held=True, now=now)
            else:
                self._execute("INSERT OR IGNORE INTO holds VALUES (?, ?, ?)", (scope, key, now))
                self._refresh_held(scope, key)

    def resume(self, scope: str, key: str, now: Micros) -> bool:
        """Open a gate; False when it was not closed."""
        with self.transaction():
            if scope == "job":
                return self._hold_job(key, held=False, now=now)
            opened = self._execute("DELETE FROM holds WHERE scope = ? AND key = ?", (scope, key))
            self._refresh_held(scope, key)
            return bool(opened)

    def _hold_job(self, job_id: str, *, held: bool, now: Micros) -> bool:
        job = self._job(job_id)
        if job.state in ENDED:
            raise Conflict(f"job {job.id} {job.state.past}; only jobs that wait or run can be held")
        if job.held == held:
            return False
        self._execute("UPDATE jobs SET held = ? WHERE seq = ?", (held, job.seq))
        self._note(job, "held" if held else "resumed", now, None)
        self._refresh_line(job)
        return True

    def edit(
        self, job_id: str, now: Micros, *, priority: Priority | None = None, prompt: str | None = None
    ) -> Job:
        """Change the priority or the prompt of a job that waits. Raises Conflict when it does not."""
        with self.transaction():
            job = self._job(job_id)
            if job.state not in WAITING:
                raise Conflict(f"job {job.id} is {job.state}; only a job that waits can be edited")
            if priority is not None and priority != job.priority:
                self._reprioritise(job, priority)
                self._note(job, "edited", now, f"priority {job.priority.label} -> {priority.label}")
            if prompt is not None:
                self._execute("UPDATE texts SET prompt = ? WHERE seq = ?", (prompt, job.seq))
                self._note(job, "edited", now, PROMPT_EDITED)
            return self._job(job_id)

    def kill(self, job_id: str, reason: str, now: Micros) -> Job:
        """Cancel a job that waits; ask for the end of one that runs (a wish that the scheduler carries out).

        Raises Conflict when it has ended already.
        """
        with self.transaction():
            job = self._job(job_id)
            if job.state in ENDED:
                raise Conflict(f"job {job.id} {job.state.past} already")
            if job.state in WAITING:
                self._cancel(job, reason, now)
            else:
                self._execute("UPDATE jobs SET wish = ? WHERE seq = ?", (reason, job.seq))
                self._note(job, "kill asked", now, reason)
            return self._job(job_id)

    def cancel(self, job_id: str, reason: str, now: Micros) -> Job:
        """Cancel a job that waits. Raises Conflict when it runs or has ended."""
        with self.transaction():
            job = self._job(job_id)
            if job.state not in WAITING:
                raise Conflict(
                    f"job {job.id} is {job.state}, it does not wait; 'cockpit kill {job.id}' ends one that runs"
                )
            self._cancel(job, reason, now)
            return self._job(job_id)

    def _cancel(self, job: Job, reason: str, now: Micros) -> None:
        self._move(job, Killed(now, reason), now)
        self._settle_dependents(job, State.KILLED, now)

    def clear(self, reason: str, now: Micros, *, project: str | None = None, user: str | None = None) -> int:
        """Cancel every job that waits, of one project or user if named; returns how many. By pieces."""
        cleared = 0
        below = (self._row("SELECT MAX(seq) FROM jobs")[0] or 0) + 1  # what is enqueued meanwhile stays
        while waiting := self._some_waiting(below, project, user):
            with self.transaction():
                for job in waiting:
                    if self._job(job.id).state in WAITING:
                        self._cancel(job, reason, now)
                        cleared += 1
            below = waiting[-1].seq
        return cleared

    def _some_waiting(self, below: int, project: str | None, user: str | None) -> list[Job]:
        """The newest ones: so what comes after another is cancelled by itself, and does not fail with that other."""
        return self.jobs(JobFilter(states=_WAITS, user=user, project=project), _PIECE, before=below)

    def count_waiting(self, *, project: str | None = None, user: str | None = None) -> int:
        """How many jobs `clear` would cancel; with a project or user 30 us per 1,000 of theirs, else from counters."""
        if project is None and user is None:
            states = self.counts().states
            return sum(states[state] for state in _WAITS)
        narrow, values = where(JobFilter(user=user, project=project))
        if self._row("SELECT 1 FROM staging LIMIT 1"):
            narrow += f" AND {VISIBLE}"
        return sum(
            self._value(f"SELECT COUNT(*) FROM jobs j WHERE j.state = '{state}'{narrow}", values)
            for state in _WAITS
        )

    def retry(self, job_id: str, now: Micros) -> Job:
        """Bring back a job that has ended, or start one now that waits for its time; keeps its id.

        Raises Conflict when it runs or stands in line, or when a job that it comes after ended badly.
        """
        with self.transaction():
            job = self._job(job_id)
            if job.state not in ENDED and job.state is not State.DELAYED:
                raise Conflict(
                    f"job {job.id} is {job.state}; only one that has ended or is delayed can be retried"
                )
            unfinished = [(id_, state) for id_, state in self.needs(job.id) if state is not State.COMPLETED]
            bad = [f"{id_} {state.past}" for id_, state in unfinished if state in ENDED]
            if bad:
                raise Conflict(f"job {job.id} comes after {bad[0]}; retry that one first")
            self._execute(
                "UPDATE jobs SET waits_for = ?, failures = 0, losses = 0, pruned = 0 WHERE seq = ?",
                (len(unfinished), job.seq),
            )
            self._move(job, Pending(), now, kind="retried", reason="by hand")
            for dependent in self._dependents(job):
                self._count_needs(dependent)  # those that still wait, wait for it once more
            return self._job(job_id)

    def promote_due(self, now: Micros, most: int = 200) -> int:
        """Put delayed jobs whose time has come into their lines, at most `most`; returns how many."""
        query = (
            f"SELECT {JOB_COLUMNS} FROM jobs j WHERE j.state = 'delayed' AND j.not_before <= ? AND {VISIBLE}"
            " ORDER BY j.not_before LIMIT ?"
        )
        due = self.next_due()
        if due is None or due > now:
            return 0
        with self.transaction(durable=False):
            jobs = [job_of(row) for row in self._rows(query, (now, most))]
            for job in jobs:
                self._move(job, Pending(), now)
            return len(jobs)

    def mark_pruned(self, job_id: str) -> None:
        """Its folder is gone; the row stays for the history."""
        with self.transaction(durable=False):
            self._execute("UPDATE jobs SET pruned = 1 WHERE id = ?", (job_id,))
