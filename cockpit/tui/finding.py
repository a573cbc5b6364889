"""Finds the jobs that fit a filter, in small steps, so that the event loop is never held up.

What SQL can judge it judges, over a span of jobs at a time; what is left is judged here, job by job.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from cockpit.base.clock import Micros
from cockpit.domain.job import ENDED, WAITING, Job, State
from cockpit.store.base import Store
from cockpit.store.values import JobFilter, Key, Order
from cockpit.tui.filters import Filter, Term, days_of, priorities_of
from cockpit.tui.sources import DELAYED

MOST = 1000
"""So many are shown at most; a title says when there are more."""
_SPAN = 1000  # jobs that one read looks at: under 2 ms
_LIMIT = 128
_STEP = 0.005  # seconds of work before the loop gets its turn
_NEAR = "user", "project"
_WORDS = "", "agent", "reason", "id"  # of these the store knows at least that the word has to be somewhere


class Finding:
    """Looks through the store of one screen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(
        self,
        wanted: Filter,
        now: Micros = 0,
        order: Order = Order.TAKEN,
        *,
        back: bool = False,
        still: Callable[[], bool] = lambda: True,
    ) -> list[Job]:
        """The first jobs that fit, in an order; behind pending ones the delayed ones.

        Ends early, with what was found so far, where it is not wanted any more (`still` says so).
        Where states are named that do not wait, and the order is of those who wait, it is all jobs, newest first.
        """
        found: list[Job] = []
        fits = wanted.test(now, self._store.head)
        begun = time.perf_counter()
        for jobs in self._candidates(wanted, now, order, back):
            found += [job for job in jobs if fits(job)]
            if len(found) >= MOST:
                break
            if time.perf_counter() - begun > _STEP:
                await asyncio.sleep(0)
                if not still():
                    break
                begun = time.perf_counter()
        return found[:MOST]

    def _candidates(self, wanted: Filter, now: Micros, order: Order, back: bool) -> Iterator[list[Job]]:
        only = narrowed(wanted, now, self._store.names, ended=order is Order.ENDED)
        if order is Order.ENDED:
            yield from self._pages(order, replace(only, states=sorted(set(only.states) & ENDED)), back)
        elif wanted.states and not wanted.states <= WAITING:
            yield from self._pages(Order.NEWEST, only, back)
        else:
            yield from self._pages(order, replace(only, states=()), back)
            yield self._store.delayed(DELAYED)

    def _pages(self, order: Order, only: JobFilter, back: bool) -> Iterator[list[Job]]:
        after: Key | None = None
        while True:
            page = self._store.page(order, only, _LIMIT, after, back=back, span=_SPAN)
            yield list(page.jobs)
            after = page.last
            if after is None:
                return


class Searching:
    """One search at a time: what changes while it runs is looked for in one more pass, it does not begin again."""

    def __init__(self) -> None:
        self._runs = self._again = False

    def begin(self) -> bool:
        """May a search begin? Else the one that runs goes on."""
        self._again = self._runs
        self._runs = True
        return not self._again

    async def run(self, look: Callable[[], Awaitable[None]]) -> None:
        """Look, and once more where something has changed meanwhile. Where that fails, the next search may begin."""
        try:
            while self._runs:
                self._again = False
                await look()
                self._runs = self._again
        finally:
            self._runs = self._again = False


def narrowed(
    wanted: Filter, now: Micros, names: Callable[[str], list[str]], *, ended: bool = False
) -> JobFilter:
    """What a store can judge of a filter: it lets through all that fit, and maybe more.

    `ended`: only what has ended is asked.
    """
    only = JobFilter(states=sorted(wanted.states, key=list(State).index))
    for term in wanted.terms:
        if term.field in _NEAR:
            only = _named(only, term, names(term.field))
        elif term.field == "pri" and not term.negated:
            only = replace(only, priorities=sorted(priorities_of(term.values)))
        elif term.field == "day" and not term.negated and ended:
            only = _between(only, term, now)
        elif term.field in _WORDS and not term.negated and all(value.isascii() for value in term.values):
            only = replace(only, words=[*only.words, term.values])
    return only


def by_index_alone(wanted: Filter) -> bool:
    """Does the index of what has ended tell which jobs fit? It knows states and days: then pages need no search."""
    if not wanted.states_alone:
        return False
    for term in wanted.terms:
        if term.field == "day":
            if term.negated or len(term.values) != 1:
                return False
        elif term.field != "state":
            return False
    return sum(term.field == "day" for term in wanted.terms) <= 1


def ended_only(wanted: Filter, now: Micros) -> JobFilter:
    """For a filter that `by_index_alone` tells: the part of what has ended that fits."""
    states = (wanted.states or ENDED) & ENDED
    only = JobFilter(states=sorted(states)) if states != ENDED else JobFilter()
    if not states:
        only = JobFilter(users=())
    for term in wanted.terms:
        if term.field == "day":
            only = _between(only, term, now)
    return only


def _between(only: JobFilter, term: Term, now: Micros) -> JobFilter:
    days = days_of(term.values, now)
    start, end = min(day[0] for day in days), max(day[1] for day in days)
    return replace(
        only,
        finished_from=max(start, only.finished_from or start),
        finished_before=min(end, only.finished_before or end),
    )


def _named(only: JobFilter, term: Term, known: list[str]) -> JobFilter:
    """The names that a term lets through."""
    fitting = [name for name in known if name.lower().startswith(term.values) is not term.negated]
    if term.field == "user":
        return replace(only, users=[name for name in fitting if only.users is None or name in only.users])
    return replace(
        only, projects=[name for name in fitting if only.projects is None or name in only.projects]
    )
