"""Writes of an event loop: one thread, whole transactions, grouped.

A write may have to wait for another process that stands inside its transaction (stopped, swapped out). On the loop
that would freeze the screen for as long; here only the thread waits. What arrives while a commit is under way goes
into the next one together: one fsync for all of them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from cockpit.base.errors import Unavailable
from cockpit.store.base import Store

T = TypeVar("T")
_MOST = 64  # transactions in one group


class _Write(Generic[T]):
    """One function that waits for its turn, and the future that its caller awaits."""

    def __init__(self, function: Callable[[Store], T], loop: asyncio.AbstractEventLoop) -> None:
        self.function = function
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self, store: Store) -> None:
        """Inside a savepoint of the group: one that fails leaves the others alone."""
        try:
            with store.transaction():
                self.result = self.function(store)
        except Exception as error:
            self.error = error

    def tell(self) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # None only where T allows it


class Writer:
    """The one thread that writes for this process; `open_store` makes the connection that it alone uses."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._queue: queue.SimpleQueue[_Write[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, function: Callable[[Store], T]) -> T:
        """Run `function(store)` as one transaction; returns its result or raises what it raised.

        Cancelling the caller does not undo the write.
        """
        if not self._thread.is_alive():
            raise Unavailable("the store is closed")
        write = _Write(function, asyncio.get_running_loop())
        self._queue.put(write)
        return await asyncio.shield(write.future)

    async def close(self) -> None:
        """Finish what was asked for, then end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            store = self._open_store()
        except Exception as error:
            self._refuse(error)
            return
        while (group := self._next_group()) is not None:
            _commit(store, group)
            for write in group:
                write.tell()
        store.close()

    def _next_group(self) -> list[_Write[Any]] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < _MOST and not self._queue.empty():
            following = self._queue.get()
            if following is None:
                self._queue.put(None)  # end after this group
                break
            group.append(following)
        return group

    def _refuse(self, error: BaseException) -> None:
        while (group := self._next_group()) is not None:
            for write in group:
                write.error = error
                write.tell()


def _commit(store: Store, group: list[_Write[Any]]) -> None:
    """One transaction for the group; when its commit fails, none of them happened."""
    try:
        if len(group) == 1:
            _alone(store, group[0])
            return
        with store.transaction():
            for write in group:
                write.run(store)
    except Exception as error:
        for write in group:
            write.error = write.error or error


def _alone(store: Store, write: _Write[Any]) -> None:
    try:
        write.result = write.function(store)
    except Exception as error:
        write.error = error
