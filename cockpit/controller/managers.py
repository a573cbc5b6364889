"""Locks by the names that scripts of earlier systems use: PerUserQueueManager and ConductorLockCleanup."""

from __future__ import annotations

from typing import Any

from cockpit.base import process
from cockpit.base.errors import Conflict, NotFound
from cockpit.base.times import SECOND
from cockpit.controller.queue import QueueController
from cockpit.controller.views import lock_view
from cockpit.domain.job import ACTIVE
from cockpit.domain.lane import Lock


class PerUserQueueManager:
    """At most one task per user: the locks themselves. Lock details have the keys of `cockpit locks --json`,
    and `task_id` (the job's id, or what a manual lock was taken for)."""

    def __init__(self, controller: QueueController | None = None) -> None:
        self._controller = controller or QueueController()
        self._locks = self._controller.locks

    def acquire_lock(self, user: str, task_id: str, timeout: float = 30.0) -> tuple[bool, str | None]:
        """Take the lock of `user` for this process; it goes back when the process ends, at the latest, and never before
        by itself, however long the process takes.

        Returns (True, lock id), or (False, None) when it was not free within `timeout` seconds.
        """
        return self._controller.acquire_user_lock(user, task_id, timeout)

    def is_user_locked(self, user: str) -> bool:
        """Does anybody hold the lock of `user`?"""
        return self._locks.of(user) is not None

    def get_lock_info(self, user: str) -> dict[str, Any] | None:
        """The lock of `user`; None when it is free."""
        lock = self._locks.of(user)
        return None if lock is None else _details(lock)

    def release_lock(self, user: str, lock_id: str) -> bool:
        """Give a lock back that `acquire_lock` took; False when it is not held under this id any more."""
        return self._locks.release(user, lock_id)

    def get_all_locks(self) -> list[dict[str, Any]]:
        """Every lock that is held, the oldest first."""
        return [_details(lock) for lock in self._locks.all()]

    def cleanup_all_stale_locks(self) -> int:
        """Free the locks whose holder is dead; returns how many. A lock of a live process stays."""
        return ConductorLockCleanup(self._controller).cleanup_stale_task_locks(0)


class ConductorLockCleanup:
    """Frees locks of tasks that are over. What still lives keeps its lock, whatever its age."""

    def __init__(self, controller: QueueController | None = None) -> None:
        self._controller = controller or QueueController()

    def check_and_cleanup_conductor_locks(self, project: str) -> int:
        """Free the locks of finished or dead tasks of `project`; returns how many."""
        return self._cleanup(0, project)

    def cleanup_stale_task_locks(self, max_age_seconds: float = 3600) -> int:
        """Free the locks that are older than `max_age_seconds` and whose holder is dead; returns how many."""
        return self._cleanup(max_age_seconds, None)

    def release_task_lock(self, user: str, task_id: str) -> bool:
        """Give back the lock that `user` holds for `task_id`, if that task does not run any more.

        Raises Conflict when it runs: ending it is `cockpit locks release USER` or QueueController.kill.
        """
        try:
            lock = self._controller.locks.find(user, task_id)
        except (NotFound, Conflict):
            return False
        if lock.job_id is None:
            if lock.process is not None and lock.process != process.current() and lock.process.alive():
                raise Conflict(f"{lock.holder} still runs (pid {lock.process.pid}); end it first")
            return self._controller.locks.release(user, lock.lock_id)
        if self._controller.store.get(lock.job_id).state in ACTIVE:
            raise Conflict(
                f"job {lock.job_id} still runs; kill it first: a lock never passes on while its job lives"
            )
        return bool(self._cleanup(0, None))

    def _cleanup(self, max_age: float, project: str | None) -> int:
        from cockpit.controller.ending import end_dead_jobs

        now = self._controller.context.clock.now()
        old = [lock for lock in self._controller.locks.all() if now - lock.acquired_at >= max_age * SECOND]
        return end_dead_jobs(self._controller.context, self._controller.store, old, project)


def _details(lock: Lock) -> dict[str, Any]:
    return lock_view(lock) | {"task_id": lock.job_id or lock.holder}
