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
from itertools import groupby
from typing import Any, Generic, TypeVar

from cockpit.base.errors import Unavailable
from cockpit.store.base import Store

T = TypeVar("T")
_MOST = 64  # transactions in one group


class _Write(Generic[T]):
    """One function that waits for its turn, and the future that its caller awaits."""

    def __init__(
        self,
        function: Callable[[Store], T],
        loop: asyncio.AbstractEventLoop,
        *,
        durable: bool,
        by_pieces: bool,
    ) -> None:
        self.function = function
        self.durable = durable
        self.by_pieces = by_pieces
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self, store: Store) -> None:
        """Inside a savepoint of the group: one that fails leaves the others alone."""
        try:
            with store.transaction(durable=self.durable):
                self.result = self.function(store)
        except Exception as error:
            self.error = error

    def run_by_pieces(self, store: Store) -> None:
        """Outside of any transaction: the function makes its own, one after the other."""
        try:
            self.result = self.function(store)
        except Exception as error:
            self.error = error

    def tell(self) -> None:
        try:
            self.loop.call_soon_threadsafe(self._settle)
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more

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
        self._closing = False
        self._queue: queue.SimpleQueue[_Write[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(
        self, function: Callable[[Store], T], *, durable: bool = True, by_pieces: bool = False
    ) -> T:
        """Run `function(store)` as one transaction; returns its result or raises what it raised.

        With `durable=False` a power cut may lose it (heartbeats, leases). With `by_pieces` it makes transactions of
        its own: for a large batch or a clear, which would hold up other processes as a whole. Cancelling the caller
        does not undo the write. Raises Unavailable when the store can't be opened or is closed.
        """
        if self._closing:
            raise Unavailable("the store is closed")
        write = _Write(function, asyncio.get_running_loop(), durable=durable, by_pieces=by_pieces)
        self._queue.put(write)
        return await asyncio.shield(write.future)

    async def close(self) -> None:
        """Finish what was asked for, then end the thread."""
        if not self._closing:
            self._closing = True
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
        store.close()  # by the thread that alone uses it

    def _next_group(self) -> list[_Write[Any]] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < _MOST and not self._queue.empty():
            following = self._queue.get()
            if following is None:
                self._queue.put(None)  # the last one in the queue: end after this group
                break
            group.append(following)
        return group

    def _refuse(self, error: BaseException) -> None:
        while (group := self._next_group()) is not None:
            for write in group:
                write.error = error
                write.tell()


def _commit(store: Store, group: list[_Write[Any]]) -> None:
    """In the order in which they came: what goes by pieces alone, all between in one transaction."""
    for by_pieces, some in groupby(group, key=lambda write: write.by_pieces):
        if by_pieces:
            for write in some:
                write.run_by_pieces(store)
        else:
            _together(store, list(some))


def _together(store: Store, writes: list[_Write[Any]]) -> None:
    """One transaction; when its commit fails, none of them happened."""
    try:
        with store.transaction(durable=any(write.durable for write in writes)):
            for write in writes:
                write.run(store)
    except Exception as error:
        for write in writes:
            write.error = write.error or error
