"""How many jobs ended on each day, kept up to date at a cost that does not grow with the history.

Counted once; then the log of events says what ended, or came back, since: only the days (and of the newest one only the
hours) that it names are counted again. What is counted twice is right all the same, so nothing has to stand still.
"""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND
from cockpit.domain.job import ENDED
from cockpit.store.base import Store
from cockpit.store.values import JobFilter, Order
from cockpit.tui.filters import day_began

_HOUR = 3600 * SECOND
_DAY = 36 * _HOUR  # from the beginning of a day this far is somewhere in the next one
_ENDS = tuple(sorted(state.value for state in ENDED))
_COMES_BACK = ("restored", "retried")
_MOST = 500  # events: beyond, all is counted anew


class EndedDays:
    """The days of one filter at a time, the newest first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._only: JobFilter | None = None
        self._event = 0
        self._days: dict[Micros, int] = {}
        self._hours: dict[Micros, int] = {}  # of the newest day

    def read(self, only: JobFilter) -> list[tuple[Micros, int]]:
        """When each day began on which something that fits ended, and how many did."""
        event = self._store.last_whole_event()
        changed = self._changed() if only == self._only else None
        self._only = None  # where counting fails, the next time counts all
        if changed is None:
            self._count_all(only)
        else:
            self._count_again(only, changed)
        self._only, self._event = only, event
        return sorted(self._days.items(), reverse=True)

    def _changed(self) -> set[Micros] | None:
        """When what has come or gone since the last time had ended; None where that is too much to look at."""
        events = self._store.events_after(self._event, (*_ENDS, *_COMES_BACK), _MOST)
        if len(events) == _MOST:
            return None
        changed: set[Micros] = set()
        for event in events:
            if event.kind in _ENDS:
                changed.add(event.at)
            else:
                changed |= {one.at for one in self._store.events(event.job_id) if one.kind in _ENDS}
        return changed

    def _count_all(self, only: JobFilter) -> None:
        self._days.clear()
        self._hours.clear()
        before: Micros | None = None
        while newest := self._store.page(Order.ENDED, _between(only, None, before), limit=1).jobs:
            before = day_began(newest[0].finished_at or 0)
            self._days[before] = 0 if not self._days else self._count(only, before, _next(before))
            if len(self._days) == 1:
                self._count_newest(only, before)

    def _count_again(self, only: JobFilter, changed: set[Micros]) -> None:
        newest = max(self._days, default=0)
        days = {day_began(when) for when in changed}
        if max(days, default=0) > newest:
            self._hours.clear()
        for when in changed:
            self._hours.pop((when - day_began(when)) // _HOUR * _HOUR + day_began(when), None)
        newest = max([newest, *days])
        for day in days - {newest}:
            self._days[day] = self._count(only, day, _next(day))
        if newest in days:
            self._count_newest(only, newest)
        self._days = {day: count for day, count in self._days.items() if count}

    def _count_newest(self, only: JobFilter, day: Micros) -> None:
        """Of the day that grows each hour is counted by itself."""
        until = _next(day)
        hours = range(day, until, _HOUR)
        for hour in hours:
            if hour not in self._hours:
                self._hours[hour] = self._count(only, hour, min(until, hour + _HOUR))
        self._days[day] = sum(self._hours[hour] for hour in hours)

    def _count(self, only: JobFilter, start: Micros, until: Micros) -> int:
        return self._store.count(Order.ENDED, _between(only, start, until))


def _next(day: Micros) -> Micros:
    return day_began(day + _DAY)


def _between(only: JobFilter, start: Micros | None, until: Micros | None) -> JobFilter:
    """What ended from `start` until before `until`, as far as the filter has it."""
    starts = [one for one in (start, only.finished_from) if one is not None]
    ends = [one for one in (until, only.finished_before) if one is not None]
    return JobFilter(
        only.states,
        users=only.users,
        finished_from=max(starts, default=None),
        finished_before=min(ends, default=None),
    )
