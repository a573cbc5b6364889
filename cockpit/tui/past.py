"""All that has ended, as a source: paged by key where the index tells what fits, else found and held; under days."""

from __future__ import annotations

import time
from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND
from cockpit.domain.job import ENDED, Job
from cockpit.store.base import Store
from cockpit.store.values import Counts, Order
from cockpit.tui.ended_days import EndedDays
from cockpit.tui.filters import Filter, day_began
from cockpit.tui.finding import by_index_alone, ended_only
from cockpit.tui.grouped import Group, Grouped, groups_of
from cockpit.tui.sources import Held
from cockpit.tui.window import Window


class Past:
    """`paged` has rows for any number of jobs, `found` those that a search brought; `rows` is the one in use."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._window = Window(store, Order.ENDED)
        self._ended_days = EndedDays(store)
        self._held: Held[Job] = Held(lambda job: job.id)
        self.paged: Grouped[Job] = Grouped(self._window)
        self.found: Grouped[Job] = Grouped(self._held)
        self.rows = self.paged
        self._state: object = None

    def use(self, wanted: Filter) -> bool:
        """Show what fits; False where that has to be searched for, and handed to `take_found`."""
        self._state = None
        by_index = by_index_alone(wanted)
        self.rows = self.paged if by_index else self.found
        if not by_index:
            self.take_found([], 0)
        return by_index

    def read(self, wanted: Filter, counts: Counts, now: Micros) -> bool:
        """Read again what the index tells; False when nothing has ended or come back since, and the day is the same."""
        newest = self._store.page(Order.ENDED, limit=1).jobs
        state = (
            str(wanted),
            [counts.states[state] for state in sorted(ENDED)],
            newest and newest[0].finished_at,
            day_began(now),
        )
        if state == self._state:
            return False
        self._state = None  # where reading fails, the next time reads
        if self.rows is self.paged:
            only = ended_only(wanted, now)
            self._window.arrange(Order.ENDED, only)
            days = [Group(str(day), day_title(day, now), count) for day, count in self._ended_days.read(only)]
            self._window.reload(sum(day.count for day in days))
            self.paged.regroup(days)
        self._state = state
        return True

    def take_found(self, jobs: Sequence[Job], now: Micros) -> None:
        """These fit, the newest first."""
        self._held.set(jobs)
        titled = groups_of(jobs, lambda job: str(day_began(job.finished_at or 0)))
        self.found.regroup([Group(day.key, day_title(int(day.key), now), day.count) for day in titled])


def day_title(day: Micros, now: Micros) -> str:
    """`Today`, `Yesterday`, `Monday, 12 January`; with the year where it is another one."""
    today = day_began(now)
    if day == today:
        return "Today"
    if day == day_began(today - 12 * 3600 * SECOND):
        return "Yesterday"
    then = time.localtime(day // SECOND)
    same_year = then.tm_year == time.localtime(now // SECOND).tm_year
    return time.strftime("%A, %-d %B" if same_year else "%A, %-d %B %Y", then)
