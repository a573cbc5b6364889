"""What the scheduler and every attempt of it work with, made once by the composition root."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakValueDictionary

from cockpit.base.clock import Clock, Micros
from cockpit.base.errors import CockpitError
from cockpit.config.places import Places
from cockpit.config.settings import Retry, Settings
from cockpit.domain.job import Job
from cockpit.domain.retry import Backoff
from cockpit.jobdir.watch import FolderWatcher
from cockpit.scheduler.folder import write_status
from cockpit.scheduler.site import Site
from cockpit.scheduler.sites import Sites
from cockpit.store.base import Store
from cockpit.store.writer import Writer

log = logging.getLogger("cockpit.scheduler")
T = TypeVar("T")


@dataclass(slots=True)
class Engine:
    """`store` is for reads on the loop, `writer` for every write; `settings` is replaced when the file changes.

    `read_settings` reads the file now (and blocks): somebody may have saved it a moment before it is noticed.
    """

    places: Places
    settings: Settings
    clock: Clock
    store: Store
    writer: Writer
    sites: Sites
    watcher: FolderWatcher
    read_settings: Callable[[], Settings]
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    umask: int = 0o022
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def write(self, function: Callable[[Store], T], *, by_pieces: bool = False) -> T:
        """One transaction in the writer thread; with `by_pieces` as many as the function makes."""
        return await self.writer.write(function, by_pieces=by_pieces)

    def now(self) -> Micros:
        return self.clock.now()

    @property
    def lease(self) -> float:
        """Seconds that a lock is granted for."""
        return self.settings.per_user_serialization.lock_timeout_seconds

    @property
    def backoff(self) -> Backoff:
        """How failed attempts are tried again."""
        return backoff_of(self.settings.retry)

    async def tell_status(self, job: Job, *, durable: bool = False) -> None:
        """Write status.json; a failure is logged, for the store is the truth.

        One writer per job at a time, who reads the job anew: the last word is the last one, whatever attempt it is
        of. Where a later attempt has begun, that one tells.
        """
        turn = self.turns.setdefault(job.id, asyncio.Lock())
        try:
            async with turn:
                now = self.store.get(job.id)
                if now.fence == job.fence:
                    await asyncio.to_thread(write_status, self.places, now, self.now(), durable=durable)
        except (OSError, CockpitError) as error:
            log.warning("job %s: status.json was not written: %s", job.id, error)

    async def close_window(self, site: Site, window_id: str | None) -> None:
        """Close an attempt's window, if it is there and tmux answers."""
        if window_id:
            with contextlib.suppress(CockpitError):
                await site.client.server.kill_window(window_id)


def backoff_of(retry: Retry) -> Backoff:
    """The configured back-off."""
    return Backoff(retry.base, retry.factor, retry.maximum, retry.jitter, retry.lost_limit)
