"""Lines and their heads, and the one door through which a job changes its state.

A line is all that one user has in one project (and of one slot size). Its row knows the first ready job in it, so a
claim never searches. Whatever changes what is ready calls `_refresh_line`; whatever changes who is locked calls
`_refresh_locked`; both are one statement each.
"""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.base.clock import Micros
from cockpit.domain.job import ACTIVE, Failed, Job, Priority, State, Status, check_transition
from cockpit.store.reads import VISIBLE, Reads
from cockpit.store.rows import JOB_COLUMNS, job_of, status_columns

_HEAD = (
    "SELECT j.priority, j.seq FROM jobs j WHERE j.user = lines.user AND j.project = lines.project"
    " AND j.slots = lines.slots AND j.state = 'pending' AND j.held = 0 AND j.waits_for = 0"
    f" AND {VISIBLE} ORDER BY j.priority, j.seq LIMIT 1"
)
_HELD = (
    "EXISTS (SELECT 1 FROM holds h WHERE (h.scope = 'user' AND h.key = lines.user)"
    " OR (h.scope = 'project' AND h.key = lines.project))"
)
LOCKED = (
    "((SELECT value FROM meta WHERE key = 'serialize') = '1' AND ("
    "EXISTS (SELECT 1 FROM locks l WHERE l.user = lines.user)"
    " OR EXISTS (SELECT 1 FROM waiters w WHERE w.user = lines.user)))"
)
UNFINISHED = (
    "(SELECT COUNT(*) FROM deps d JOIN jobs n ON n.seq = d.needs"
    " WHERE d.seq = jobs.seq AND n.state <> 'completed')"
)


class Lines(Reads):
    """Private helpers of the writing parts; all of them run inside a transaction."""

    def _job(self, job_id: str) -> Job:
        """The job as it is now: read again inside the transaction, whatever the caller saw before."""
        assert self._depth, "a job is judged only inside the transaction that changes it"
        return self.get(job_id)

    def _job_by_seq(self, seq: int) -> Job:
        return job_of(self._row(f"SELECT {JOB_COLUMNS} FROM jobs j WHERE seq = ?", (seq,)))

    def _move(
        self, job: Job, status: Status, now: Micros, *, kind: str | None = None, reason: str | None = None
    ) -> None:
        """Give `job` a new status: columns, counters, one event, and the head of its line."""
        check_transition(job.id, job.state, status.state)
        columns = status_columns(status)
        wish = "wish" if status.state in ACTIVE else "NULL"
        self._execute(
            "UPDATE jobs SET state = ?, not_before = ?, reason = ?, lane = ?, granted_at = ?, finished_at = ?,"
            " delayed_until = CASE state WHEN 'delayed' THEN not_before END,"
            f" delayed_why = CASE state WHEN 'delayed' THEN reason END, wish = {wish} WHERE seq = ?",
            (*columns.values(), job.seq),
        )
        self._count(job, status.state)
        self._note(job, kind or status.state.value, now, reason if reason is not None else columns["reason"])
        if State.PENDING in (job.state, status.state):
            self._refresh_line(job)

    def _count(self, job: Job, new: State) -> None:
        changes = [(-1, f"state:{job.state}"), (1, f"state:{new}")]
        changes += [(-1, f"pending:{job.priority:d}")] if job.state is State.PENDING else []
        changes += [(1, f"pending:{job.priority:d}")] if new is State.PENDING else []
        in_use = (new in ACTIVE) - (job.state in ACTIVE)
        changes += [(in_use * self._slots_of(job), "slots_used")] if in_use and job.slots else []
        self._add_counts(changes)

    def _slots_of(self, job: Job) -> int:
        """What the job takes now: a parked one has given its slot back."""
        return 0 if self._is_parked(job) else job.slots

    def _is_parked(self, job: Job) -> bool:
        return bool(self._value("SELECT parked FROM jobs WHERE seq = ?", (job.seq,)))

    def _add_counts(self, changes: Iterable[tuple[int, str]]) -> None:
        self._connection.executemany("UPDATE counters SET value = value + ? WHERE name = ?", changes)

    def _note(self, job: Job, kind: str, now: Micros, reason: str | None) -> None:
        """Append to the history."""
        self._execute(
            "INSERT INTO events (at, seq, attempt, kind, reason)"
            " VALUES (?, ?, (SELECT attempt FROM jobs WHERE seq = ?), ?, ?)",
            (now, job.seq, job.seq, kind, reason),
        )

    def _add_line(self, user: str, project: str, slots: int) -> int:
        """Make the line if it isn't there, as open or closed as its user and project are."""
        added = self._execute(
            "INSERT OR IGNORE INTO lines (user, project, slots, last_served) VALUES (?, ?, ?,"
            " COALESCE((SELECT MAX(last_served) FROM lines WHERE user = ?), 0))",
            (user, project, slots, user),
        )
        if added:
            where = "WHERE user = ? AND project = ? AND slots = ?"
            self._execute(
                f"UPDATE lines SET held = {_HELD}, locked = {LOCKED} {where}", (user, project, slots)
            )
        return added

    def _refresh_line(self, job: Job) -> None:
        """Find the head of the job's line anew."""
        self._refresh_head(job.user, job.project, job.slots)

    def _refresh_head(self, user: str, project: str, slots: int) -> None:
        self._execute(
            f"UPDATE lines SET (head_priority, head_seq) = ({_HEAD}) WHERE user = ? AND project = ? AND slots = ?",
            (user, project, slots),
        )

    def _refresh_locked(self, user: str) -> None:
        """Close or open the lines of a user whose lock was taken or given back."""
        self._execute(f"UPDATE lines SET locked = {LOCKED} WHERE user = ?", (user,))

    def _refresh_held(self, scope: str, key: str) -> None:
        """Close or open the lines behind a hold."""
        if scope != "all":
            self._execute(f"UPDATE lines SET held = {_HELD} WHERE {scope} = ?", (key,))

    def _refresh_all_lines(self) -> int:
        """Find everything anew that lines carry; returns how many were wrong."""
        return self._execute(
            f"UPDATE lines SET (head_priority, head_seq) = ({_HEAD}), held = {_HELD}, locked = {LOCKED}"
            f" WHERE (head_priority, head_seq) IS NOT ({_HEAD}) OR held IS NOT {_HELD} OR locked IS NOT {LOCKED}"
        )

    def _next_fence(self) -> int:
        """The next fencing token; grows at every grant and every revoke."""
        self._execute("UPDATE counters SET value = value + 1 WHERE name = 'fence'")
        fence: int = self._value("SELECT value FROM counters WHERE name = 'fence'")
        return fence

    def _serialize(self) -> bool:
        return bool(self._value("SELECT value = '1' FROM meta WHERE key = 'serialize'"))

    def _settle_dependents(self, job: Job, ended: State, now: Micros) -> None:
        """Let those who came after `job` go on if it completed, and fail them, theirs too, if it did not."""
        todo = [(job, ended)]
        while todo:
            needed, outcome = todo.pop()
            for dependent in self._dependents(needed):
                if outcome is State.COMPLETED:
                    self._count_needs(dependent)
                elif dependent.state in (State.PENDING, State.DELAYED):
                    self._move(
                        dependent,
                        Failed(now, f"job {needed.id}, which it comes after, {outcome.past}"),
                        now,
                    )
                    todo.append((dependent, State.FAILED))

    def _dependents(self, job: Job) -> list[Job]:
        """Those who come after `job`; a batch on its way in looks at its needs again when it is complete."""
        query = (
            f"SELECT {JOB_COLUMNS} FROM deps d JOIN jobs j ON j.seq = d.seq WHERE d.needs = ? AND {VISIBLE}"
        )
        return [job_of(row) for row in self._rows(query, (job.seq,))]

    def _count_needs(self, job: Job) -> None:
        """Counted anew, never one less: a job that is retried completes twice."""
        self._execute(f"UPDATE jobs SET waits_for = {UNFINISHED} WHERE seq = ?", (job.seq,))
        self._refresh_line(job)

    def _reprioritise(self, job: Job, priority: Priority) -> None:
        self._execute("UPDATE jobs SET priority = ? WHERE seq = ?", (priority, job.seq))
        if job.state is State.PENDING:
            self._add_counts([(-1, f"pending:{job.priority:d}"), (1, f"pending:{priority:d}")])
        self._refresh_line(job)
