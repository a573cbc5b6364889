"""The way in: enqueue, all or nothing. Large batches: see batches.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from operator import attrgetter

from cockpit.base.clock import Micros
from cockpit.base.errors import Conflict
from cockpit.domain.ids import new_ids
from cockpit.domain.job import ENDED, Accepted, NewJob, Priority, State
from cockpit.store.lines import Lines

PIECE = 300
"""Rows that go in under one hold of the write lock: well under 20 ms."""
_INSERT_JOB = (
    "INSERT INTO jobs (id, seq, project, user, agent, priority, slots, state, waits_for, not_before, reason, retries,"
    " timeout, created_at, ref) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_TEXT = "INSERT INTO texts (seq, prompt, metadata) VALUES (?, ?, ?)"
INSERT_DEP = "INSERT INTO deps (seq, needs) VALUES (?, ?)"
_INSERT_EVENT = "INSERT INTO events (at, seq, attempt, kind, reason) VALUES (?, ?, 0, 'queued', ?)"


_columns = attrgetter("project", "user", "agent", "priority", "slots", "retries", "timeout", "ref")
# a priority as the number it is; its `value` takes a tenth of a batch's time
_PLAIN = tuple(range(len(Priority)))


class Rows:
    """New jobs as rows of the tables, complete but for their ids."""

    __slots__ = ("deps", "events", "jobs", "texts")

    def __init__(self) -> None:
        self.jobs: list[tuple[object, ...]] = []
        self.texts: list[tuple[int, str, str]] = []
        self.deps: list[tuple[int, int]] = []
        self.events: list[tuple[Micros, int, str | None]] = []


class Queue(Lines):
    """Accepts jobs."""

    def enqueue(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        """Accept all of `new`, or none; durable when this returns.

        Raises NotFound or Conflict when a job that one comes after is unknown or ended badly; Unavailable when the
        disk is full.
        """
        with self.transaction():
            rows = self._compose(new, now, self._take_seqs(len(new)))
            ids = self._insert(rows, now)
            ahead = self._reveal(new, now)
        return accepted(new, ids, ahead, now)

    def _take_seqs(self, count: int) -> int:
        """The first of `count` places in the order of acceptance; a batch has its places from its beginning."""
        self._execute("UPDATE counters SET value = value + ? WHERE name = 'seq'", (count,))
        last: int = self._value("SELECT value FROM counters WHERE name = 'seq'")
        return last - count + 1

    def _compose(self, new: Sequence[NewJob], now: Micros, first: int) -> Rows:
        rows = Rows()
        for seq, job in enumerate(new, first):
            needs = self._needs(job.after) if job.after else {}
            state, until, reason = "pending", None, None
            if job.not_before is not None and job.not_before > now:
                state, until, reason = "delayed", job.not_before, "a delayed start"
            project, user, agent, priority, slots, retries, timeout, ref = _columns(job)
            rows.jobs.append(
                (seq, project, user, agent, _PLAIN[priority], slots, state,
                 sum(needs.values()) if needs else 0, until, reason, retries, timeout, now, ref)
            )  # fmt: skip
            rows.texts.append((seq, job.prompt, job.metadata))
            if needs:
                rows.deps += [(seq, needed) for needed in needs]
            rows.events.append((now, seq, job.origin))
        return rows

    def _insert(self, rows: Rows, now: Micros) -> list[str]:
        """Write the rows; no counter counts them and no line leads to them yet. Returns the ids that they got."""
        ids = new_ids(now, len(rows.jobs), self._taken)
        many = self._connection.executemany
        many(_INSERT_JOB, [(id_, *row) for id_, row in zip(ids, rows.jobs, strict=True)])
        many(_INSERT_TEXT, rows.texts)
        many(_INSERT_EVENT, rows.events)
        if rows.deps:
            many(INSERT_DEP, rows.deps)
        return ids

    def _taken(self, ids: Set[str]) -> Set[str]:
        """Those of `ids` that jobs have."""
        if (
            len(ids) > PIECE
        ):  # they lie side by side, and few others between them: one walk, not a thousand looks
            query, values = "SELECT id FROM jobs WHERE id BETWEEN ? AND ?", [min(ids), max(ids)]
            return ids & {row[0] for row in self._rows(query, values)}
        query = f"SELECT id FROM jobs WHERE id IN ({', '.join('?' * len(ids))})"
        return {row[0] for row in self._rows(query, list(ids))}

    def _needs(self, after: Sequence[str]) -> dict[int, bool]:
        """`seq` of every job that is come after, and whether it is still to complete."""
        found = {}
        for id_ in after:
            needed = self.get(id_)
            if needed.state in ENDED and needed.state is not State.COMPLETED:
                raise never_starts(needed.id, needed.state)
            found[needed.seq] = needed.state is not State.COMPLETED
        return found

    def _reveal(self, new: Sequence[NewJob], now: Micros) -> list[int]:
        """Count the jobs and lead their lines to them; returns how many were pending before, by priority."""
        ahead = [
            self._value("SELECT value FROM counters WHERE name = ?", (f"pending:{p}",)) for p in range(4)
        ]
        changes = []
        for (state, priority), count in Counter((_state(job, now), job.priority) for job in new).items():
            changes.append((count, f"state:{state}"))
            if state is State.PENDING:
                changes.append((count, f"pending:{priority:d}"))
        self._add_counts(changes)
        for line in {(job.user, job.project, job.slots) for job in new}:
            self._add_line(*line)
            self._refresh_head(*line)
        return ahead


def accepted(new: Sequence[NewJob], ids: Sequence[str], ahead: list[int], now: Micros) -> list[Accepted]:
    """What each job is told: its id, and its position after the `ahead` that were pending before, by priority."""
    told = []
    before = [sum(ahead[: priority + 1]) for priority in range(len(ahead))]
    for job, id_ in zip(new, ids, strict=True):
        priority = job.priority
        state = State.PENDING if job.not_before is None else _state(job, now)
        told.append(Accepted(id_, job.project, job.user, priority, 1 + before[priority], state))
        if state is State.PENDING:
            for lower in range(priority, len(before)):
                before[lower] += 1
    return told


def never_starts(needed: str, state: str) -> Conflict:
    """The refusal to come after a job that ended badly."""
    return Conflict(
        f"job {needed} {State(state).past}: what comes after it would never start; retry it first"
    )


def _state(job: NewJob, now: Micros) -> State:
    return State.DELAYED if job.not_before is not None and job.not_before > now else State.PENDING
