"""Per-user locks for people and scripts: look, take, give back, clean up."""

from __future__ import annotations

import time

from cockpit.base import process
from cockpit.base.errors import Conflict, LockNotAcquired, NotFound
from cockpit.base.times import SECOND, format_duration
from cockpit.base.wakeup import WakeListener
from cockpit.controller.context import Context
from cockpit.domain.lane import Lock
from cockpit.store.base import Store

_NET = 1.0  # seconds: look again even if a wake-up was lost


class Locks:
    """Locks of one store."""

    def __init__(self, context: Context, store: Store) -> None:
        self._context = context
        self._store = store

    def all(self) -> list[Lock]:
        """Every lock that is held, the oldest first."""
        return self._store.locks()

    def of(self, user: str) -> Lock | None:
        """The lock of `user`; None when it is free."""
        held = self._store.locks_of(user)
        return held[0] if held else None

    def find(self, user: str, job_part: str | None = None) -> Lock:
        """The lock of `user` (held by this very job, if one is named). Raises NotFound, Conflict."""
        held = self._store.locks_of(user)
        if not held:
            raise NotFound(f"{user} holds no lock; 'cockpit locks' lists those that are held")
        if job_part is None:
            return held[0]
        try:
            wanted = self._store.resolve(job_part)
        except NotFound:
            wanted = job_part
        for lock in held:
            if wanted in (lock.job_id, lock.holder, lock.lock_id):
                return lock
        raise Conflict(f"{user}'s lock is held by {held[0].holder}, not by {job_part}; nothing was released")

    def acquire(
        self,
        user: str,
        holder: str,
        timeout: float,
        owner: process.ProcessId | None = None,
    ) -> Lock:
        """Take the lock of `user`, waiting up to `timeout` seconds for it, in the order of asking.

        It belongs to the process `owner` (if None: this one) and goes back when that ends, at the latest. Raises
        LockNotAcquired when the time is over.
        """
        owner = owner or process.current()
        lock = self._try(user, holder, None, owner)
        if lock is None and timeout > 0:
            lock = self._wait(user, holder, timeout, owner)
        if lock is None:
            held = self.of(user)
            by = f"held by {held.holder}" if held else "others were first"
            raise LockNotAcquired(f"{user}'s lock was not free within {format_duration(timeout)}: {by}")
        return lock

    def _wait(self, user: str, holder: str, timeout: float, owner: process.ProcessId) -> Lock | None:
        """Stand in line; every wake-up of the store is a chance. Event-driven, with a net of one second."""
        deadline = time.monotonic() + timeout
        until = self._context.clock.now() + round((timeout + 5) * SECOND)
        with WakeListener(self._context.places.wake) as listener:
            ticket = self._store.join_waiters(user, process.current(), until)
            try:
                while (left := deadline - time.monotonic()) > 0:
                    lock = self._try(user, holder, ticket, owner)
                    if lock is not None:
                        return lock
                    listener.wait(min(left, _NET))
                return self._try(user, holder, ticket, owner)
            finally:
                self._store.leave_waiters(ticket)

    def _try(self, user: str, holder: str, ticket: int | None, owner: process.ProcessId) -> Lock | None:
        lease = self._context.settings.per_user_serialization.lock_timeout_seconds
        return self._store.acquire(user, holder, owner, lease, self._context.clock.now(), ticket=ticket)

    def release(self, user: str, lock_id: str) -> bool:
        """Give a manual lock back; False when it is not held under this id any more."""
        return self._store.release(user, lock_id)

    def renew(self, lock_id: str) -> None:
        """Move the lease of a manual lock on. Raises StaleFence when it is not held any more."""
        lease = self._context.settings.per_user_serialization.lock_timeout_seconds
        self._store.renew_manual(lock_id, lease, self._context.clock.now())
