"""Rows of the lists: everything that waits, as a window into the store, and short lists that are held whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from cockpit.domain.job import Job
from cockpit.store.base import Store
from cockpit.store.values import Order
from cockpit.tui.window import Window

R = TypeVar("R")
DELAYED = 500  # of the delayed ones the soonest


class Held(Generic[R]):
    """A short list that is held whole."""

    def __init__(self, key: Callable[[R], str]) -> None:
        self._key = key
        self._rows: Sequence[R] = ()
        self._places: dict[str, int] = {}

    def set(self, rows: Sequence[R]) -> None:
        """These are the rows now."""
        self._rows = rows
        self._places = {self._key(row): place for place, row in enumerate(rows)}

    @property
    def rows(self) -> Sequence[R]:
        """All of them."""
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, index: int) -> R | None:
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def key(self, index: int) -> str | None:
        row = self.row(index)
        return None if row is None else self._key(row)

    def index_of(self, key: str) -> int | None:
        return self._places.get(key)


class Queue:
    """Everything that waits: pending jobs in an order of the store, then delayed ones, the soonest first.

    `delayed_first` turns these two round. `reload` after every change of the store, and of the order.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pending = Window(store, Order.TAKEN, paced=True)
        self._delayed: Held[Job] = Held(lambda job: job.id)
        self.delayed_first = False

    def arrange(self, order: Order, *, back: bool = False) -> None:
        """In which order pending jobs stand."""
        self._pending.arrange(order, back=back)

    def reload(self, pending: int, delayed: int) -> float:
        """The store has changed; it counts so many. Returns in how many seconds to do so once more; else 0."""
        self._delayed.set(self._store.delayed(DELAYED) if delayed else ())
        return self._pending.reload(pending)

    @property
    def parts(self) -> tuple[Window | Held[Job], Window | Held[Job]]:
        """Pending and delayed jobs, in the order in which they are shown."""
        return (self._delayed, self._pending) if self.delayed_first else (self._pending, self._delayed)

    @property
    def delayed(self) -> int:
        """How many delayed jobs are shown."""
        return len(self._delayed)

    def __len__(self) -> int:
        return len(self._pending) + len(self._delayed)

    def row(self, index: int) -> Job | None:
        first, second = self.parts
        return first.row(index) if index < len(first) else second.row(index - len(first))

    def key(self, index: int) -> str | None:
        job = self.row(index)
        return None if job is None else job.id

    def index_of(self, key: str) -> int | None:
        first, second = self.parts
        place = first.index_of(key)
        if place is None and (behind := second.index_of(key)) is not None:
            return len(first) + behind
        return place
