"""Batches of thousands: in by pieces, so that other writers get their turn; seen all at once, or never."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from operator import add, attrgetter

from cockpit.base import process
from cockpit.base.clock import Micros
from cockpit.domain.ids import new_ids
from cockpit.domain.job import Accepted, NewJob
from cockpit.store.database import CACHE, CHECKPOINT_PAGES
from cockpit.store.lines import UNFINISHED
from cockpit.store.queue import INSERT_DEP, PIECE, Queue, accepted, never_starts

MOST = 8 * PIECE
_CACHE = 8000  # kilobytes: a piece touches many pages
_HOLD = 0.010  # seconds that a piece should hold the write lock
_GIVEN = attrgetter(
    "project", "user", "agent", "priority.real", "slots", "retries", "timeout", "ref", "not_before", "prompt",
    "metadata", "origin",
)  # fmt: skip
_NAMES = (
    "id, project, user, agent, priority, slots, retries, timeout, ref, not_before, prompt, metadata, origin"
)
_INCOMING = (
    f"CREATE TEMP TABLE IF NOT EXISTS incoming (place INTEGER PRIMARY KEY, {_NAMES}, waits_for DEFAULT 0)"
)
_LAY_OUT = f"INSERT INTO incoming ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TAKE_JOBS = (
    "INSERT INTO jobs (id, seq, project, user, agent, priority, slots, state, waits_for, not_before, reason, retries,"
    " timeout, created_at, ref, batch) SELECT id, :before + place, project, user, agent, priority, slots,"
    " CASE WHEN not_before > :now THEN 'delayed' ELSE 'pending' END, waits_for,"
    " CASE WHEN not_before > :now THEN not_before END, CASE WHEN not_before > :now THEN 'a delayed start' END,"
    " retries, timeout, :now, ref, :batch FROM incoming ORDER BY place"
)
_TAKE_TEXTS = (
    "INSERT INTO texts (seq, prompt, metadata)"
    " SELECT :before + place, prompt, metadata FROM incoming ORDER BY place"
)
_TAKE_EVENTS = (
    "INSERT INTO events (at, seq, attempt, kind, reason)"
    " SELECT :now, :before + place, 0, 'queued', origin FROM incoming ORDER BY place"
)


class _TakenAwayError(Exception):
    """The process stood still, and others did not wait for its batch."""


class _Pace:
    """How many rows a piece has: as many as fit into `_HOLD` on this machine, now."""

    def __init__(self) -> None:
        self.size = PIECE

    def begin(self) -> None:
        self._begun = time.perf_counter()

    def end(self) -> None:
        wanted = self.size * _HOLD / (time.perf_counter() - self._begun)
        self.size = min(max(round(wanted), PIECE // 3, self.size // 2), self.size * 2, MOST)


class Batches(Queue):
    """Nobody sees a batch while its row stands in `staging`; its places in the order are its own from the beginning.

    A piece is laid out in a table of this connection alone, where Python's part of the work holds nobody up; under the
    lock SQLite copies it from there.
    """

    def __init__(self, path: str, on_commit: Callable[[], None] | None = None) -> None:
        super().__init__(path, on_commit)
        self._given_up: set[int] = set()
        """Batches of this connection that failed, and could not be removed at once."""

    def enqueue(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        """As for a few jobs. What needs no lock is done between the pieces, when others may write."""
        if len(new) <= PIECE or self._depth:  # inside another transaction nobody gets a turn between pieces
            return super().enqueue(new, now)
        # by itself: else a small write of another would pay for it
        self._fold_back_after(CHECKPOINT_PAGES * 3 // 4)
        self._cache(_CACHE)
        try:
            return self._until_nobody_takes_it_away(new, now)
        finally:
            self._cache(CACHE)
            self._fold_back_after(CHECKPOINT_PAGES)

    def _until_nobody_takes_it_away(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        while True:
            with contextlib.suppress(_TakenAwayError):
                return self._by_pieces(new, now)

    def _by_pieces(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        with self._explained():
            self._patiently("PRAGMA temp_store = MEMORY")
            self._patiently(_INCOMING)
        # In their order a piece's ids lie side by side in the index: a tenth of the pages to write.
        ids = sorted(new_ids(now, len(new), self._taken))
        batch, first = self._open_batch(len(new))
        done, pace = 0, _Pace()
        try:
            while done < len(new):
                piece = new[done : done + pace.size]
                deps = self._lay_out(piece, ids[done : done + len(piece)], first + done)
                with self.transaction(durable=False):
                    pace.begin()
                    self._see_that_it_is_here(batch)
                    self._replace_taken(ids, done, now)
                    place = {"before": first + done - 1, "now": now, "batch": batch}
                    for statement in (_TAKE_JOBS, _TAKE_TEXTS, _TAKE_EVENTS):
                        self._connection.execute(statement, place)
                    self._connection.executemany(INSERT_DEP, deps)
                pace.end()
                done += len(piece)
            self._fold_back()
            with self.transaction():
                self._see_that_it_is_here(batch)
                self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
                if any(job.after for job in new):
                    self._look_at_needs_again(first, first + len(new) - 1)
                ahead = self._reveal(new, now)
        except BaseException:
            self._given_up.add(batch)  # in case it can't be removed now: the disk may be full
            self._discard_batch(batch, process.current())
            raise
        finally:
            self._connection.execute("DELETE FROM incoming")
        return accepted(new, ids, ahead, now)

    def _lay_out(self, piece: Sequence[NewJob], ids: Sequence[str], first: int) -> list[tuple[int, int]]:
        """Put a piece into `incoming`; returns what its jobs come after, as rows of `deps`."""
        needs = [(place, self._needs(job.after)) for place, job in enumerate(piece, 1) if job.after]
        with self._apart():
            self._connection.execute("DELETE FROM incoming")
            self._connection.executemany(_LAY_OUT, map(add, zip(ids), map(_GIVEN, piece)))
            waits = [(sum(needed.values()), place) for place, needed in needs]
            self._connection.executemany("UPDATE incoming SET waits_for = ? WHERE place = ?", waits)
        return [(first + place - 1, needed) for place, some in needs for needed in some]

    def _replace_taken(self, ids: list[str], done: int, now: Micros) -> None:
        """Another id for each that somebody has taken since it was drawn."""
        found = self._rows("SELECT place FROM incoming i CROSS JOIN jobs j ON j.id = i.id ORDER BY place")
        if not found:  # nearly always; and the lock is held
            return
        fresh = new_ids(now, len(found), lambda some: self._taken(some) | (some & set(ids)))
        for (place,), id_ in zip(found, fresh, strict=True):
            ids[done + place - 1] = id_
            self._execute("UPDATE incoming SET id = ? WHERE place = ?", (id_, place))

    def _open_batch(self, count: int) -> tuple[int, int]:
        """Its number, and the first of its places."""
        me = process.current()
        with self.transaction(durable=False):
            first = self._take_seqs(count)
            self._execute(
                "INSERT INTO staging (first, last, pid, pid_started, boot) VALUES (?, ?, ?, ?, ?)",
                (first, first + count - 1, me.pid, me.started, me.boot),
            )
            batch: int = self._value("SELECT last_insert_rowid()")
        return batch, first

    def _look_at_needs_again(self, first: int, last: int) -> None:
        """What its jobs come after may have ended while the batch came in. Raises Conflict when it ended badly."""
        query = (
            "SELECT n.id, n.state FROM deps d JOIN jobs n ON n.seq = d.needs"
            " WHERE d.seq BETWEEN ? AND ? AND n.state IN ('failed', 'killed')"
        )
        if bad := self._row(query, (first, last)):
            raise never_starts(*bad)
        self._execute(
            f"UPDATE jobs SET waits_for = {UNFINISHED} WHERE waits_for <> {UNFINISHED}"
            " AND seq IN (SELECT d.seq FROM deps d WHERE d.seq BETWEEN ? AND ?)",
            (first, last),
        )

    def discard_dead_batches(self) -> int:
        """Remove batches that are not complete and whose process died, or stands still; returns how many.

        Whoever follows the events waits for a batch that began before them, so it may not stand there for ever. A
        process that goes on finds its batch taken away, and begins it anew.
        """
        rows = self._rows("SELECT batch, pid, pid_started, boot FROM staging")
        found = [(batch, process.ProcessId(*who)) for batch, *who in rows]
        return sum(
            self._discard_batch(batch, who)
            for batch, who in found
            if batch in self._given_up or not who.alive() or who.stopped()
        )

    def _see_that_it_is_here(self, batch: int) -> None:
        me = process.current()
        mine = "SELECT 1 FROM staging WHERE batch = ? AND pid = ? AND pid_started = ? AND boot = ?"
        if self._value(mine, (batch, me.pid, me.started, me.boot)) is None:
            raise _TakenAwayError

    def _discard_batch(self, batch: int, owner: process.ProcessId) -> bool:
        """Nobody ever saw these jobs: the only rows that are ever deleted, by pieces.

        From the first step on the batch is this process's, so that its `owner` adds nothing to it. False when it was
        not the owner's any more.
        """
        me = process.current()
        with self.transaction(durable=False):
            row = self._row(
                "UPDATE staging SET pid = ?, pid_started = ?, boot = ? WHERE batch = ? AND pid = ? AND pid_started = ?"
                " AND boot = ? RETURNING first, last",
                (me.pid, me.started, me.boot, batch, owner.pid, owner.started, owner.boot),
            )
        if row is None:
            return False
        first, last = row
        for start in range(first, last + 1, PIECE):
            with self.transaction(durable=False):
                for table in ("events", "deps", "texts", "jobs"):
                    where = "seq BETWEEN ? AND ?"
                    self._execute(f"DELETE FROM {table} WHERE {where}", (start, min(start + PIECE - 1, last)))
        with self.transaction(durable=False):
            self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
        self._given_up.discard(batch)
        return True
