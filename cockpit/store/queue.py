"""The way in: enqueue, one job or a batch of thousands, all or nothing to whoever reads."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from cockpit.base import process
from cockpit.base.clock import Micros
from cockpit.base.errors import Conflict
from cockpit.domain.ids import new_id
from cockpit.domain.job import ENDED, Accepted, NewJob, State
from cockpit.store.lines import UNFINISHED, Lines

_PIECE = 500  # rows that go in under one hold of the write lock: well under 20 ms
_INSERT_JOB = (
    "INSERT INTO jobs (seq, id, project, user, agent, priority, slots, state, waits_for, not_before, reason, retries,"
    " timeout, created_at, ref, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_TEXT = "INSERT INTO texts (seq, prompt, metadata) VALUES (?, ?, ?)"
_INSERT_DEP = "INSERT INTO deps (seq, needs) VALUES (?, ?)"
_INSERT_EVENT = "INSERT INTO events (at, seq, attempt, kind, reason) VALUES (?, ?, 0, 'queued', ?)"

_Row = tuple[str, State]


class _Taken:
    """The ids that are in use: those of the table, and those given a moment ago."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.new: set[str] = set()
        self._find = connection.cursor().execute

    def __contains__(self, id_: object) -> bool:
        return id_ in self.new or self._find("SELECT 1 FROM jobs WHERE id = ?", (id_,)).fetchone() is not None


class Queue(Lines):
    """Accepts jobs."""

    def enqueue(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        """Accept all of `new`, or none; durable when this returns.

        A large batch goes in by pieces, so that other writers get their turn, and is seen all at once. Raises NotFound
        or Conflict when a job that one comes after is unknown or ended badly; Unavailable when the disk is full.
        """
        if len(new) > _PIECE:
            return self._enqueue_by_pieces(new, now)
        with self.transaction():
            return self._reveal(new, self._insert(new, now, batch=None))

    def _enqueue_by_pieces(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        batch = self._open_batch()
        rows: list[_Row] = []
        try:
            for start in range(0, len(new), _PIECE):
                piece = new[start : start + _PIECE]
                with self.transaction(durable=False):
                    rows += self._insert(piece, now, batch)
            with self.transaction():
                self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
                if any(job.after for job in new):
                    self._look_at_needs_again(batch)
                return self._reveal(new, rows)
        except BaseException:
            self._discard_batch(batch)
            raise

    def _insert(self, new: Sequence[NewJob], now: Micros, batch: int | None) -> list[_Row]:
        """Write the rows; no counter counts them and no line leads to them yet."""
        taken = _Taken(self._connection)
        seq: int = self._value("SELECT COALESCE(MAX(seq), 0) FROM jobs")
        jobs, texts, deps, events, rows = [], [], [], [], []
        for job in new:
            seq += 1
            id_ = new_id(now, taken)
            taken.new.add(id_)
            needs = self._needs(job.after) if job.after else {}
            late = job.not_before is not None and job.not_before > now
            state, reason = (State.DELAYED, "a delayed start") if late else (State.PENDING, None)
            jobs.append(
                (seq, id_, job.project, job.user, job.agent, int(job.priority), job.slots, state, sum(needs.values()),
                 job.not_before if late else None, reason, job.retries, job.timeout, now, job.ref, batch)
            )  # fmt: skip
            texts.append((seq, job.prompt, job.metadata))
            deps += [(seq, needed) for needed in needs]
            events.append((now, seq, job.origin))
            rows.append((id_, state))
        for statement, values in (
            (_INSERT_JOB, jobs),
            (_INSERT_TEXT, texts),
            (_INSERT_DEP, deps),
            (_INSERT_EVENT, events),
        ):
            self._connection.executemany(statement, values)
        return rows

    def _needs(self, after: Sequence[str]) -> dict[int, bool]:
        """`seq` of every job that is come after, and whether it is still to complete."""
        found = {}
        for id_ in after:
            needed = self.get(id_)
            if needed.state in ENDED and needed.state is not State.COMPLETED:
                raise _never_starts(needed.id, needed.state)
            found[needed.seq] = needed.state is not State.COMPLETED
        return found

    def _look_at_needs_again(self, batch: int) -> None:
        """What its jobs come after may have ended while the batch came in. Raises Conflict when it ended badly."""
        query = (
            "SELECT n.id, n.state FROM jobs j JOIN deps d ON d.seq = j.seq JOIN jobs n ON n.seq = d.needs"
            " WHERE j.batch = ? AND n.state IN ('failed', 'killed')"
        )
        if bad := self._row(query, (batch,)):
            raise _never_starts(*bad)
        self._execute(f"UPDATE jobs SET waits_for = {UNFINISHED} WHERE batch = ?", (batch,))

    def _reveal(self, new: Sequence[NewJob], rows: list[_Row]) -> list[Accepted]:
        """Count the jobs, lead their lines to them, and tell each its position."""
        ahead = [
            self._value("SELECT value FROM counters WHERE name = ?", (f"pending:{p}",)) for p in range(4)
        ]
        accepted, changes = [], Counter[str]()
        for job, (id_, state) in zip(new, rows, strict=True):
            priority = job.priority
            accepted.append(
                Accepted(id_, job.project, job.user, priority, 1 + sum(ahead[: priority + 1]), state)
            )
            changes[f"state:{state}"] += 1
            if state is State.PENDING:
                ahead[priority] += 1
                changes[f"pending:{priority:d}"] += 1
        self._add_counts((count, name) for name, count in changes.items())
        for user, project, slots in {(job.user, job.project, job.slots) for job in new}:
            self._add_line(user, project, slots)
            self._refresh_head(user, project, slots)
        return accepted

    def _open_batch(self) -> int:
        me = process.current()
        with self.transaction(durable=False):
            self._execute(
                "INSERT INTO staging (pid, pid_started, boot) VALUES (?, ?, ?)", (me.pid, me.started, me.boot)
            )
            batch: int = self._value("SELECT last_insert_rowid()")
        return batch

    def discard_dead_batches(self) -> int:
        """Remove what batches left whose process died before they were complete; returns how many."""
        rows = self._rows("SELECT batch, pid, pid_started, boot FROM staging")
        dead = [batch for batch, *who in rows if not process.ProcessId(*who).alive()]
        for batch in dead:
            self._discard_batch(batch)
        return len(dead)

    def _discard_batch(self, batch: int) -> None:
        """Nobody ever saw these jobs: the only rows that are ever deleted, by pieces."""
        while True:
            with self.transaction(durable=False):
                seqs = self._rows(
                    "SELECT seq FROM jobs WHERE batch = ? ORDER BY seq DESC LIMIT ?", (batch, _PIECE)
                )
                if not seqs:
                    self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
                    return
                for table in ("events", "deps", "texts", "jobs"):
                    self._connection.executemany(f"DELETE FROM {table} WHERE seq = ?", seqs)


def _never_starts(needed: str, state: str) -> Conflict:
    return Conflict(f"job {needed} has {state}: what comes after it would never start; retry it first")
