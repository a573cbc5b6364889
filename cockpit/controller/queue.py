"""QueueController: the composition root, and the queue's API for Python programs.

from cockpit.controller import QueueController

with QueueController() as queue:
    job_id, position = queue.enqueue("web", "Fix the login button", priority="high")
    print(queue.get_queue_status()["pending"]["total"])
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cockpit.base.clock import Clock
from cockpit.base.errors import LockNotAcquired
from cockpit.config.load import load_settings
from cockpit.config.places import Places, find_places
from cockpit.config.settings import Settings
from cockpit.controller.context import Context
from cockpit.controller.jobs import Jobs
from cockpit.controller.locks import Locks
from cockpit.controller.opening import open_store
from cockpit.controller.requests import EnqueueRequest
from cockpit.controller.views import status_view
from cockpit.domain.job import Accepted, Job


class QueueController:
    """Everything about one home; safe to have many of, in any process.

    Without arguments home and configuration come from the environment (COCKPIT_HOME, COCKPIT_CONFIG). Raises
    ConfigError for a configuration that can't be used, Unavailable for a home that can't.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        places: Places | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        places = places or find_places(environ)
        places.make()
        settings = settings if settings is not None else load_settings(places, environ)
        self.context = Context(places, settings, clock or Clock())
        self.store = open_store(places)
        self.jobs = Jobs(self.context, self.store)
        self.locks = Locks(self.context, self.store)

    def enqueue(
        self, project: str, prompt: str, priority: str | int = "normal", **options: Any
    ) -> tuple[str, int]:
        """Accept a job; returns its id and its position in the queue (from 1) at once.

        `options` are those of `EnqueueRequest`: user, agent, after, delay, at, retries, timeout, metadata (JSON text),
        ref. Raises UsageError, NotFound, Conflict or Unavailable; nothing was enqueued then.
        """
        accepted = self.jobs.enqueue(EnqueueRequest(project, prompt, priority, **options))
        return accepted.job_id, accepted.position

    def enqueue_batch(self, requests: list[EnqueueRequest]) -> list[Accepted]:
        """Accept all of `requests`, or none. Raises BatchRefused, which lists every bad one."""
        return self.jobs.accept(self.jobs.check_batch([(f"job {n}", r) for n, r in enumerate(requests, 1)]))

    def get_queue_status(self) -> dict[str, Any]:
        """The document that `cockpit status --json` prints."""
        node = self.store.node()
        slots = node.slots if node and node.running() else self.context.settings.scheduler.slots
        counts, active, locks = self.store.counts(), self.store.active(), self.store.locks()
        return status_view(counts, active, locks, node, slots, ceiling=self.context.settings.load.ceiling)

    def can_user_execute_task(self, user: str) -> bool:
        """Would a job of `user` find the user's lock free (always, while serialization is off)?"""
        if not self.context.settings.per_user_serialization.enabled:
            return True
        return not self.store.locks_of(user)

    def acquire_user_lock(self, user: str, task_id: str, timeout: float = 0.0) -> tuple[bool, str | None]:
        """Take the lock of `user` for this process; (True, lock id) or, after `timeout` seconds, (False, None)."""
        try:
            return True, self.locks.acquire(user, task_id, timeout).lock_id
        except LockNotAcquired:
            return False, None

    def release_user_lock(self, user: str, lock_id: str) -> bool:
        """Give back what `acquire_user_lock` took; False when it is not held any more."""
        return self.locks.release(user, lock_id)

    def kill(self, job_id: str, reason: str = "killed by hand") -> Job:
        """Cancel a job that waits; end one that runs (the scheduler does it; without one, this call)."""
        from cockpit.controller.ending import carry_out

        job = self.jobs.kill(job_id, reason)
        return carry_out(self.context, self.store, job)

    def retry(self, job_id: str) -> Job:
        """Bring back a job that has ended, under the same id."""
        return self.jobs.retry(job_id)

    def run_loop(self, *, until_idle: bool = False) -> int:
        """Run the scheduler in this process until SIGTERM or SIGINT (or, with `until_idle`, until nothing is left).

        Returns 0, or 1 if a job failed for good in this run.
        """
        from cockpit.controller.daemon import run_scheduler

        return run_scheduler(self.context, until_idle=until_idle)

    def close(self) -> None:
        """Close the store's connection."""
        self.store.close()

    def __enter__(self) -> QueueController:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
