"""Keys one after the other: the next one is given out when the one before has done what it does.

Textual gives every key at once to whoever has the focus at that moment. Over a slow line `/user:carol` comes in one
packet, and `u` (release a lock) would reach the list before `/` has opened the filter. So a key is followed up to the
app, where bindings are looked at; then what its action has left word of is waited for, since that may move the focus,
and the operation that it began, since that may open a dialog; then comes the next one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from textual import events
from textual.app import App, ScreenStackError
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.worker import NoActiveWorker, Worker, get_current_worker

# seconds that a key waits for what the one before moves or opens: a loaded machine takes long, and the key belongs
# there; but nothing may swallow keys, however long it takes
_AT_MOST = 1.0
# seconds for an operation that asks no more: only the order of what is done depends on it
_DECIDED = 0.15
Typed = events.Key | events.Paste


class KeysInOrder:
    """Belongs to one app, on its loop."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: deque[Typed] = deque()
        self._next: Typed | None = None
        self._under_way: asyncio.Task[None] | None = None
        self._decided: WeakSet[Worker[object]] = WeakSet()

    def asks_no_more(self) -> None:
        """The operation that runs now opens no dialog from here on: keys wait for it as they do for anything else."""
        with suppress(NoActiveWorker):
            self._decided.add(get_current_worker())

    def admit(self, event: Typed) -> bool:
        """May it be given out now? If not it is kept, and comes again when it is its turn."""
        if event is self._next:
            self._next = None
            return True
        if self._under_way is None and self._next is None and not self._held:
            return True
        self._held.append(event)
        return False

    def follow(self, target: MessagePump) -> None:
        """It was given to `target` a moment ago."""
        before = set(self._operations())
        self._under_way = asyncio.create_task(self._see_it_done(target, self._app.screen, before))

    async def _see_it_done(
        self, target: MessagePump, screen: Screen[object], before: set[Worker[object]]
    ) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_AT_MOST):
                    await _passed(target)  # the key itself, up to the app, where its action is done
                    await _passed(target)  # what that action has posted, and the focus that this moves
            with suppress(TimeoutError, ScreenStackError):  # the app may end meanwhile
                async with asyncio.timeout(_AT_MOST):
                    for worker in self._operations():
                        if worker not in before:
                            await self._settled(worker, screen)
        finally:
            self._under_way = None
            if self._held:
                self._next = self._held.popleft()
                self._app.post_message(self._next)

    def _operations(self) -> list[Worker[object]]:
        return [worker for worker in self._app.workers if worker.group == "operation"]

    async def _settled(self, worker: Worker[object], screen: Screen[object]) -> None:
        """It is over, it has opened a dialog that has the focus, or it opens none and has had its time."""
        loop = asyncio.get_running_loop()
        until: float | None = None
        while not worker.is_finished:
            if worker in self._decided:
                until = until or loop.time() + _DECIDED
                if loop.time() > until:
                    return
            if (
                self._app.screen is not screen
                and self._app.screen.is_mounted
                and self._app.focused is not None
            ):
                return
            await asyncio.sleep(0.002)


async def _passed(target: MessagePump) -> None:
    """Everybody from `target` up has dealt with what was posted to them until now, or is closed."""
    loop = asyncio.get_running_loop()
    pump: MessagePump | None = target
    while pump is not None:
        task = pump._task  # None where it has just closed; Textual's property asserts that it has not
        if pump.is_running and task is not None:
            done: asyncio.Future[None] = loop.create_future()
            pump.call_later(_resolve, done)
            await asyncio.wait({done, task}, return_when=asyncio.FIRST_COMPLETED)
        pump = pump._parent


def _resolve(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
