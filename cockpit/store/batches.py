"""Batches of thousands: in by pieces, so that other writers get their turn; seen all at once, or never."""

from __future__ import annotations

import time
from collections.abc import Sequence

from cockpit.base import process
from cockpit.base.clock import Micros
from cockpit.domain.ids import new_ids
from cockpit.domain.job import Accepted, NewJob
from cockpit.store.database import CACHE, CHECKPOINT_PAGES
from cockpit.store.lines import UNFINISHED
from cockpit.store.queue import PIECE, Queue, accepted, never_starts

MOST = 4 * PIECE
_CACHE = 8000  # kilobytes: a piece touches many pages
_HOLD = 0.008  # seconds that a piece should hold the write lock


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
    """Nobody sees a batch while its row stands in `staging`; its places in the order are its own from the beginning."""

    def enqueue(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        """As for a few jobs. What needs no lock is done between the pieces, when others may write."""
        if len(new) <= PIECE:
            return super().enqueue(new, now)
        # by itself: else a small write of another would pay for it
        self._fold_back_after(CHECKPOINT_PAGES // 2)
        self._cache(_CACHE)
        try:
            return self._by_pieces(new, now)
        finally:
            self._cache(CACHE)
            self._fold_back_after(CHECKPOINT_PAGES)

    def _by_pieces(self, new: Sequence[NewJob], now: Micros) -> list[Accepted]:
        batch, first = self._open_batch(len(new))
        # In their order a piece's ids lie side by side in the index: a tenth of the pages to write.
        free = sorted(new_ids(now, len(new), self._taken))
        ids: list[str] = []
        pace = _Pace()
        try:
            while len(ids) < len(new):
                piece = slice(len(ids), len(ids) + pace.size)
                rows = self._compose(new[piece], now, first + len(ids), batch)
                with self.transaction(durable=False):
                    pace.begin()
                    ids += self._insert(rows, now, free[piece])
                pace.end()
            with self.transaction():
                self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
                if any(job.after for job in new):
                    self._look_at_needs_again(first, first + len(new) - 1)
                ahead = self._reveal(new, now)
        except BaseException:
            self._discard_batch(batch)
            raise
        return accepted(new, ids, ahead, now)

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
        self._execute(f"UPDATE jobs SET waits_for = {UNFINISHED} WHERE seq BETWEEN ? AND ?", (first, last))

    def discard_dead_batches(self) -> int:
        """Remove what batches left whose process died before they were complete; returns how many."""
        rows = self._rows("SELECT batch, pid, pid_started, boot FROM staging")
        dead = [batch for batch, *who in rows if not process.ProcessId(*who).alive()]
        for batch in dead:
            self._discard_batch(batch)
        return len(dead)

    def _discard_batch(self, batch: int) -> None:
        """Nobody ever saw these jobs: the only rows that are ever deleted, by pieces."""
        first, last = self._row("SELECT first, last FROM staging WHERE batch = ?", (batch,)) or (1, 0)
        for start in range(first, last + 1, PIECE):
            with self.transaction(durable=False):
                for table in ("events", "deps", "texts", "jobs"):
                    where = "seq BETWEEN ? AND ?"
                    self._execute(f"DELETE FROM {table} WHERE {where}", (start, min(start + PIECE - 1, last)))
        with self.transaction(durable=False):
            self._execute("DELETE FROM staging WHERE batch = ?", (batch,))
