"""The scheduler's notifications: what the store says happened goes to the desktop and to the person's command, once.

How far people were told is kept in the store, and is written before anything is sent: of two schedulers, one after the
other, none repeats what the other told. What happened while nobody scheduled is told only if it is fresh.
"""

from __future__ import annotations

import asyncio
from functools import partial

from cockpit.base.times import SECOND
from cockpit.notify.dispatcher import Dispatcher
from cockpit.notify.happening import Notice
from cockpit.notify.limiter import Limiter
from cockpit.notify.outside import Outside
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.news import read_news, still_asking
from cockpit.store.base import Store

_FRESH = 60 * SECOND
_GATHER = 0.4  # seconds: a question that is answered for the person meanwhile is none
_LAST_WORDS = 3.0  # seconds that a command has at the end


class Telling:
    """`follow` is a step of the scheduler's pass; it reads and hands on, and waits for nobody."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: int | None = None
        self._silent = False
        self._outside = self._sinks()
        self._dispatcher = Dispatcher(Limiter(engine.settings.notify.interval, _GATHER), self._send)

    def configure(self) -> None:
        """The settings have changed."""
        self._outside = self._sinks()
        self._dispatcher.limiter.interval = self._engine.settings.notify.interval

    async def follow(self) -> None:
        """Tell what happened since the last time. Nothing is read or written where nobody wants to know."""
        store, wanted = self._engine.store, self._engine.settings.notify.events
        if not self._outside or not wanted:
            self._last, self._silent = None, True
            return
        last = self._begin() if self._last is None else self._last
        while True:
            news = read_news(store, last, wanted)
            self._last = last = news.last
            ours = bool(news.notices) and await self._engine.write(partial(_mark, news.last))
            for notice in news.notices if ours else ():
                self._dispatcher.offer(notice)
            if not news.more:
                return
            await asyncio.sleep(0)

    async def close(self) -> None:
        """The last words."""
        await self._dispatcher.close(_LAST_WORDS)

    def _sinks(self) -> Outside:
        notify = self._engine.settings.notify
        return Outside(notify.desktop, notify.command, notify.timeout, self._engine.environ)

    def _begin(self) -> int:
        """The last event that needs no telling: go on where the scheduler before ended, but tell nothing that is old.

        Where nobody wanted to know until now, all that was is old. What is old is not even read.
        """
        store = self._engine.store
        told = store.told()
        if self._silent or told is None:
            return store.last_whole_event()
        return max(told, store.event_at(self._engine.now() - _FRESH))

    async def _send(self, notice: Notice) -> None:
        if notice.event == "needs_input":
            notice = still_asking(notice, self._engine.store.agent_states())
        if notice.count:
            await self._outside.send(notice)


def _mark(number: int, store: Store) -> bool:
    """False where another scheduler has told these."""
    return store.set_told(number)
