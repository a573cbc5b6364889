"""Locks taken by hand, leases, and what must be mended when somebody died holding one."""

from __future__ import annotations

import os

from cockpit.base.clock import Micros
from cockpit.base.errors import StaleFence
from cockpit.base.process import ProcessId
from cockpit.base.times import SECOND
from cockpit.domain.lane import Lock, lane_of
from cockpit.store.lines import Lines


class Locks(Lines):
    """Manual locks: no job, no slot, but a process that must live.

    As with a job, the process decides, never a clock: a lock lapses when its process is gone. Its lease says until when
    that is known; one that ran out while the process lives is moved on by whoever looks.
    """

    def join_waiters(self, user: str, process: ProcessId, until: Micros) -> int:
        """Stand in line for a user's lock; no new job of that user starts meanwhile. Returns the ticket."""
        with self.transaction(durable=False):
            self._execute(
                "INSERT INTO waiters (user, until, pid, pid_started, boot) VALUES (?, ?, ?, ?, ?)",
                (user, until, process.pid, process.started, process.boot),
            )
            ticket: int = self._value("SELECT last_insert_rowid()")
            self._refresh_locked(user)
        return ticket

    def leave_waiters(self, ticket: int) -> None:
        """Give up a place in line."""
        with self.transaction(durable=False):
            user = self._value("SELECT user FROM waiters WHERE ticket = ?", (ticket,))
            self._execute("DELETE FROM waiters WHERE ticket = ?", (ticket,))
            if user is not None:
                self._refresh_locked(user)

    def acquire(
        self,
        user: str,
        holder: str,
        process: ProcessId,
        lease: float,
        now: Micros,
        *,
        ticket: int | None = None,
    ) -> Lock | None:
        """Take the user's lock for `process`; None when it is held, or when somebody else is first in line."""
        with self.transaction():
            self._drop_dead(user, lease, now)
            first = self._value("SELECT MIN(ticket) FROM waiters WHERE user = ?", (user,))
            if self.locks_of(user) or (first is not None and first != ticket):
                return None
            fence = self._next_fence()
            lane = lane_of(user, "", serialize=True)
            lock_id = f"manual-{os.urandom(3).hex()}.{fence}"
            expires = now + round(lease * SECOND)
            who = (process.pid, process.started, process.boot)
            self._execute(
                "INSERT INTO locks (lane, user, holder, fence, lock_id, acquired_at, expires_at,"
                " pid, pid_started, boot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (lane, user, holder, fence, lock_id, now, expires, *who),
            )
            self._execute("DELETE FROM waiters WHERE ticket = ?", (ticket,))
            self._refresh_locked(user)
            return Lock(lane, user, lock_id, fence, holder, None, now, expires, process)

    def release(self, user: str, lock_id: str) -> bool:
        """Give a manual lock back; False when it is not held any more under this id (its token is too old)."""
        with self.transaction():
            return self._revoke(user, "user = ? AND lock_id = ? AND seq IS NULL", (user, lock_id))

    def sweep_manual(self, lease: float, now: Micros) -> int:
        """Free manual locks whose holder died, and drop dead waiters; returns how many.

        The lease of a holder that lives ends `lease` seconds from `now` if it had run out.
        """
        users = {
            row[0]
            for row in self._rows("SELECT user FROM locks WHERE seq IS NULL UNION SELECT user FROM waiters")
        }
        if not users:
            return 0
        with self.transaction():
            return sum(self._drop_dead(user, lease, now) for user in users)

    def _drop_dead(self, user: str, lease: float, now: Micros) -> int:
        dropped = 0
        for lock in self.locks_of(user):
            if lock.process is None:
                continue
            if not lock.process.alive():
                dropped += self._revoke(user, "fence = ?", (lock.token,))
            elif lock.expires_at <= now:
                self._renew(lock.lock_id, lease, now)
        for ticket, until, *who in self._rows(
            "SELECT ticket, until, pid, pid_started, boot FROM waiters WHERE user = ?", (user,)
        ):
            if until <= now or not ProcessId(*who).alive():
                self._execute("DELETE FROM waiters WHERE ticket = ?", (ticket,))
                dropped += 1
        if dropped:
            self._refresh_locked(user)
        return dropped

    def _revoke(self, user: str, where: str, values: tuple[object, ...]) -> bool:
        gone = self._execute(f"DELETE FROM locks WHERE {where}", values)
        if gone:
            self._next_fence()  # a revoke counts as well: whoever still carries the old token is out of date
            self._refresh_locked(user)
        return bool(gone)

    def manual_processes(self) -> list[ProcessId]:
        """The processes behind manual locks and waiters: when one dies, sweep."""
        columns = "SELECT pid, pid_started, boot FROM"
        query = f"{columns} locks WHERE seq IS NULL UNION {columns} waiters"
        return [ProcessId(*row) for row in self._rows(query)]

    def next_manual_end(self) -> Micros | None:
        """When the first manual lease (renewed then if its holder lives) or wait runs out; None: there is none."""
        ends = "SELECT expires_at AS at FROM locks WHERE seq IS NULL UNION SELECT until FROM waiters"
        end: Micros | None = self._value(f"SELECT MIN(at) FROM ({ends})")
        return end

    def renew_manual(self, lock_id: str, lease: float, now: Micros) -> None:
        """Move a manual lock's lease on. Raises StaleFence when it is not held any more."""
        with self.transaction(durable=False):
            if not self._renew(lock_id, lease, now):
                raise StaleFence(f"the lock {lock_id} is not held any more")

    def _renew(self, lock_id: str, lease: float, now: Micros) -> bool:
        expires = now + round(lease * SECOND)
        return bool(self._execute("UPDATE locks SET expires_at = ? WHERE lock_id = ?", (expires, lock_id)))

    def serialization(self) -> bool:
        """Is the one-job-per-user rule on?"""
        with self._explained():
            return self._serialize()

    def set_serialization(self, enabled: bool) -> None:
        """Turn the one-job-per-user rule on or off, for everybody; grants that exist stay as they are."""
        if self._serialize() == enabled:
            return
        with self.transaction():
            self._execute("UPDATE meta SET value = ? WHERE key = 'serialize'", ("1" if enabled else "0",))
            self._refresh_all_lines()
