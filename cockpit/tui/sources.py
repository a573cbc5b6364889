"""Rows of the lists: a window into the store's queue, paged by key, and short lists that are held whole."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from cockpit.base.errors import NotFound
from cockpit.domain.job import Job, State
from cockpit.store.base import Store

R = TypeVar("R")
PAGE = 64
_PAGES = 8
_DELAYED = 500  # of the delayed ones the soonest


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
    """Everything that waits: pending jobs in the order they are taken, then delayed ones, the soonest first.

    At most eight pages of 64 pending jobs are in memory, however many there are; a jump costs 20 us per 1,000 jobs
    that it skips. `reload` after every change of the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pending = 0
        self._delayed: list[Job] = []
        self._pages: OrderedDict[int, list[Job]] = OrderedDict()

    def reload(self, pending: int, delayed: int) -> None:
        """The store has changed; it counts so many."""
        self._pages.clear()
        self._pending = pending
        self._delayed = self._store.delayed(_DELAYED) if delayed else []

    def __len__(self) -> int:
        return self._pending + len(self._delayed)

    def row(self, index: int) -> Job | None:
        if index >= self._pending:
            place = index - self._pending
            return self._delayed[place] if place < len(self._delayed) else None
        page, place = divmod(index, PAGE)
        jobs = self._page(page)
        return jobs[place] if place < len(jobs) else None

    def key(self, index: int) -> str | None:
        job = self.row(index)
        return None if job is None else job.id

    def index_of(self, key: str) -> int | None:
        for page, jobs in self._pages.items():
            for place, job in enumerate(jobs):
                if job.id == key:
                    return page * PAGE + place
        return self._find(key)

    def _find(self, key: str) -> int | None:
        try:
            job = self._store.get(key)
        except NotFound:
            return None
        if job.state is State.PENDING:
            return self._store.waiting_rank(job)
        places = (place for place, delayed in enumerate(self._delayed) if delayed.id == key)
        return next((self._pending + place for place in places), None)

    def _page(self, page: int) -> list[Job]:
        if page in self._pages:
            self._pages.move_to_end(page)
            return self._pages[page]
        before = self._pages.get(page - 1)
        if page == 0:
            after = None
        elif before and len(before) == PAGE:
            after = (int(before[-1].priority), before[-1].seq)
        else:
            after = self._store.waiting_key(page * PAGE - 1)
            if after is None:
                return []
        jobs = self._store.waiting(PAGE, after)
        self._pages[page] = jobs
        if len(self._pages) > _PAGES:
            self._pages.popitem(last=False)
        return jobs
