"""Hands notices on when the limiter lets them go, on the event loop, one of an event at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from cockpit.notify.happening import Notice
from cockpit.notify.limiter import Limiter

log = logging.getLogger("cockpit.notify")


class Dispatcher:
    """`send` is awaited for each notice; while it runs, what else happens of that event is gathered."""

    def __init__(self, limiter: Limiter, send: Callable[[Notice], Awaitable[None]]) -> None:
        self.limiter = limiter
        self._send = send
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def offer(self, notice: Notice) -> None:
        """Something happened. Called on the loop; never waits."""
        self.limiter.offer(notice, asyncio.get_running_loop().time())
        self._look()

    async def close(self, patience: float) -> None:
        """Tell what waits, and give it `patience` seconds; what is on its way longer is left to itself."""
        self._stop_timer()
        running = list(self._busy.values())
        running += [asyncio.create_task(self._deliver(notice)) for notice in self.limiter.rest()]
        if running:
            await asyncio.wait(running, timeout=patience)

    def _look(self) -> None:
        self._stop_timer()
        loop = asyncio.get_running_loop()
        for notice in self.limiter.ready(loop.time(), self._busy):
            self._busy[notice.event] = task = asyncio.create_task(self._deliver(notice))
            task.add_done_callback(lambda _, event=notice.event: self._done(event))  # type: ignore[misc]  # bound here
        due = self.limiter.next_due(self._busy)
        if due is not None:
            self._timer = loop.call_at(due, self._look)

    def _done(self, event: str) -> None:
        self._busy.pop(event, None)
        self._look()

    async def _deliver(self, notice: Notice) -> None:
        try:
            await self._send(notice)
        except Exception as error:  # a notice that can't be told must not end who tells it
            log.warning("%s was not told: %s", notice.event, error)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
