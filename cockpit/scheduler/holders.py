"""Those who hold a lock by hand: the end of their process is an event, and frees the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cockpit.base.process import ProcessId
from cockpit.scheduler.ending import wait_for_exit
from cockpit.scheduler.engine import Engine


class Holders:
    """`sweep` is a step of the scheduler's pass; `wake` asks for the next one."""

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        self._engine, self._wake = engine, wake
        self._watches: dict[ProcessId, asyncio.Task[None]] = {}

    async def sweep(self) -> None:
        """Free the locks of those who died. The lease of one that lives is moved on."""
        engine = self._engine
        holders = set(engine.store.manual_processes())
        for gone in self._watches.keys() - holders:
            self._watches.pop(gone).cancel()
        for holder in holders - self._watches.keys():
            self._watches[holder] = asyncio.create_task(self._wake_at_end_of(holder))
        end = engine.store.next_manual_end()
        expired = end is not None and end <= engine.now()
        if expired or any(not holder.alive() for holder in holders):
            await engine.write(lambda s: s.sweep_manual(engine.lease, engine.now()))

    async def close(self) -> None:
        """Watch nobody any more."""
        for watch in self._watches.values():
            watch.cancel()
        await asyncio.gather(*self._watches.values(), return_exceptions=True)

    async def _wake_at_end_of(self, holder: ProcessId) -> None:
        if holder.alive():
            await wait_for_exit(holder.pid)
        self._wake()
