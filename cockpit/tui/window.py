"""A window into one order of the store's jobs: a few pages by key, however many jobs there are."""

from __future__ import annotations

import time
from collections import OrderedDict

from cockpit.base.errors import NotFound
from cockpit.domain.job import ENDED, Job, State
from cockpit.store.base import Store
from cockpit.store.pages import key_of
from cockpit.store.values import JobFilter, Order

PAGE = 64
_PAGES = 8
_LONG = 0.002  # seconds: where counting a place takes longer it may take but a twentieth of the time
_SHARE = 20


class Window:
    """Jobs of one order, narrowed by what its index knows. `arrange` or `reload` after every change of the store.

    At most eight pages of 64 jobs are in memory; a jump costs 20 us per 1,000 jobs that it skips. The place of a job is
    counted from that end which the last one was nearer to, most often the same job: 50 us per 1,000 jobs between. One
    that is `paced` keeps the last known place for a while where that takes long: its owner reloads when it is told to.
    """

    def __init__(self, store: Store, order: Order, *, paced: bool = False) -> None:
        self._store = store
        self._paced = paced
        self._counted = self._cost = 0.0  # when a place was counted, and how long that took
        self._places: dict[str, int] = {}  # as they were, while they are not counted afresh
        self._order, self._only, self._back = order, JobFilter(), False
        self._count = 0
        self._found = 0  # the place of the job that was looked for last
        self._pages: OrderedDict[int, list[Job]] = OrderedDict()

    def arrange(self, order: Order, only: JobFilter = JobFilter(), *, back: bool = False) -> None:  # noqa: B008  # frozen
        """Another order, another part of it, or the other way round; `reload` has to follow."""
        if (order, only, back) != (self._order, self._only, self._back):
            self._pages.clear()
            self._cost = 0.0
        self._order, self._only, self._back = order, only, back

    def reload(self, count: int) -> float:
        """The store has changed; it counts so many. Returns in how many seconds to do so once more; else 0."""
        rest = self._counted + _SHARE * self._cost - time.monotonic()
        rests = self._paced and self._cost > _LONG and rest > 0
        pages = self._pages.items() if rests else ()
        self._places = {job.id: page * PAGE + place for page, jobs in pages for place, job in enumerate(jobs)}
        self._pages.clear()
        self._count = count
        return rest if rests else 0.0

    def __len__(self) -> int:
        return self._count

    def row(self, index: int) -> Job | None:
        if not 0 <= index < self._count:
            return None
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
                    self._found = page * PAGE + place
                    return self._found
        try:
            job = self._store.get(key)
        except NotFound:
            return None
        if not self._has(job):
            return None
        self._found = index = self._place(job)
        self._around(job, index)
        return index

    def _has(self, job: Job) -> bool:
        only = self._only
        if self._order is Order.ENDED:
            ended = job.finished_at or 0
            return (
                job.state in ENDED
                and (not only.states or job.state in only.states)
                and (only.finished_from is None or ended >= only.finished_from)
                and (only.finished_before is None or ended < only.finished_before)
            )
        return self._order is Order.NEWEST or job.state is State.PENDING

    def _place(self, job: Job) -> int:
        known = self._places.get(job.id)
        if known is not None and known < self._count:
            self._around(job, known)
            if self.key(known) == job.id:  # not so where the order begins or ends too near
                return known
            self._pages.clear()
        begun = time.monotonic()
        rank = self._rank(job)
        self._counted = time.monotonic()
        self._cost = self._counted - begun
        return rank

    def _rank(self, job: Job) -> int:
        key = key_of(self._order, job)
        if 2 * self._found > self._count:
            behind = self._store.rank(self._order, key, self._only, back=not self._back)
            return max(0, self._count - 1 - behind)
        if self._order is Order.TAKEN and not self._back:
            return self._store.waiting_rank(job)  # the counters know all but one priority
        return self._store.rank(self._order, key, self._only, back=self._back)

    def _page(self, page: int) -> list[Job]:
        if page in self._pages:
            self._pages.move_to_end(page)
            return self._pages[page]
        before, behind = self._pages.get(page - 1), self._pages.get(page + 1)
        if page and behind and not before:
            jobs = self._before(behind[0], PAGE)
            if len(jobs) == PAGE:
                return self._keep(page, jobs)
        if page == 0:
            after = None
        elif before and len(before) == PAGE:
            after = key_of(self._order, before[-1])
        else:
            after = self._key_at(page * PAGE - 1)
            if after is None:
                return []
        found = self._store.page(self._order, self._only, PAGE, after, back=self._back)
        return self._keep(page, list(found.jobs))

    def _around(self, job: Job, index: int) -> None:
        """Read the page of a job whose place is known, from its key: what is looked at next is most often there."""
        page, place = divmod(index, PAGE)
        if page in self._pages or index >= self._count:
            return
        first = self._before(job, place) if place else []
        if len(first) == place:
            key = key_of(self._order, job)
            rest = self._store.page(self._order, self._only, PAGE - place, key, back=self._back).jobs
            self._keep(page, [*first, job, *rest][:PAGE])

    def _before(self, job: Job, count: int) -> list[Job]:
        """So many right before this one, in their order."""
        key = key_of(self._order, job)
        found = self._store.page(self._order, self._only, count, key, back=not self._back)
        return list(found.jobs)[::-1]

    def _keep(self, page: int, jobs: list[Job]) -> list[Job]:
        self._pages[page] = jobs
        if len(self._pages) > _PAGES:
            self._pages.popitem(last=False)
        return jobs

    def _key_at(self, offset: int) -> tuple[str | int, ...] | None:
        if self._order is Order.TAKEN and not self._back:
            return self._store.waiting_key(offset)
        return self._store.key_at(self._order, offset, self._only, back=self._back)
