"""Everything that happened, oldest first: the store's events by pages, and between them what cockpit itself said.

Events are numbered without gaps (but for batches that never came in), so a number is a place, and no count is needed.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.domain.events import Event
from cockpit.domain.job import Job, Priority, State
from cockpit.store.base import Store
from cockpit.tui.filters import Filter, Test
from cockpit.tui.own_log import Said

PAGE = 64
_PAGES = 8
_SCAN = 256  # events that one read of a search looks at: 2 ms
_STEP = 0.005
MOST = 1000
"""So many that fit a filter are shown at most."""
_STATES = {"queued": State.PENDING, "retried": State.PENDING, **{state.value: state for state in State}}


@dataclass(frozen=True, slots=True)
class Happened:
    """One row: what became of a job, or (without a job) what cockpit said. It can be asked as a filter asks a job."""

    key: str
    at: Micros
    kind: str
    reason: str | None
    id: str = ""
    user: str = ""
    project: str = ""
    agent: str = ""
    ref: str | None = None
    priority: Priority = Priority.NORMAL
    state: State = State.RUNNING

    @property
    def created_at(self) -> Micros:
        return self.at

    @property
    def started_at(self) -> Micros | None:
        return None

    @property
    def finished_at(self) -> Micros | None:
        return None


def happened(event: Event, job: Job) -> Happened:
    """A row from an event and its job. What is no state of its own (held, edited) counts as running in a filter."""
    state = _STATES.get(event.kind, State.RUNNING)
    return Happened(
        f"e{event.number}", event.at, event.kind, event.reason,
        job.id, job.user, job.project, job.agent, job.ref, job.priority, state,
    )  # fmt: skip


def said_rows(said: Sequence[Said]) -> list[Happened]:
    """Rows from what cockpit said. Their keys say what and when, not where: others come and go around them."""
    times: Counter[Said] = Counter()
    rows = []
    for each in said:
        times[each] += 1
        rows.append(Happened(f"s{each.at}.{times[each]}.{each.text}", each.at, each.level, each.text))
    return rows


class Happenings:
    """All rows, a few pages of them in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = 0
        self._pages: OrderedDict[int, dict[int, Happened]] = OrderedDict()
        self._own: list[Happened] = []
        self._behind: list[int] = []  # behind how many events each of them stands

    def reload(self, said: Sequence[Said]) -> bool:
        """The store or the log has changed; False when neither really has."""
        last = self._store.last_whole_event()
        own = said_rows(said)
        if last == self._last and own == self._own:
            return False
        self._pages.pop(max(0, self._last - 1) // PAGE, None)  # it was not full
        self._last = last
        if own != self._own:
            known = {
                (row.at, row.reason): behind for row, behind in zip(self._own, self._behind, strict=True)
            }
            self._behind = [
                known[row.at, row.reason] if (row.at, row.reason) in known else self._store.event_at(row.at)
                for row in own
            ]
            for place in range(1, len(own)):
                self._behind[place] = max(self._behind[place], self._behind[place - 1])
            self._own = own
        return True

    @property
    def own(self) -> Sequence[Happened]:
        """What cockpit said."""
        return self._own

    @property
    def last(self) -> int:
        """The number of the newest event."""
        return self._last

    def __len__(self) -> int:
        return self._last + len(self._own)

    def row(self, index: int) -> Happened | None:
        if not 0 <= index < len(self):
            return None
        before = self._own_before(index)
        if before < len(self._own) and self._behind[before] + before == index:
            return self._own[before]
        return self._event(index - before + 1)

    def key(self, index: int) -> str | None:
        row = self.row(index)
        return None if row is None else row.key

    def index_of(self, key: str) -> int | None:
        if key.startswith("e"):
            number = int(key[1:])
            return number - 1 + bisect_left(self._behind, number) if number <= self._last else None
        places = (place for place, row in enumerate(self._own) if row.key == key)
        return next((self._behind[place] + place for place in places), None)

    def _own_before(self, index: int) -> int:
        """How many of cockpit's own rows stand before this place."""
        places = range(len(self._own))
        return bisect_left(places, index, key=lambda place: self._behind[place] + place)

    def _event(self, number: int) -> Happened | None:
        page = (number - 1) // PAGE
        if page not in self._pages:
            found = self._store.events_between(page * PAGE, PAGE, before=(page + 1) * PAGE + 1)
            self._pages[page] = {event.number: happened(event, job) for event, job in found}
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        return self._pages[page].get(number)


async def search(
    store: Store,
    wanted: Filter,
    now: Micros,
    own: Sequence[Happened],
    still: Callable[[], bool] = lambda: True,
) -> list[Happened]:
    """The newest rows that fit, the oldest of them first; in small steps, from the newest event backwards.

    Ends early where it is not wanted any more (`still` says so).
    """
    fits: Test = wanted.test(now)
    found: list[Happened] = []
    before = store.last_event() + 1
    begun = time.perf_counter()
    while before > 1 and len(found) < MOST:
        after = max(0, before - 1 - _SCAN)
        rows = [happened(*each) for each in store.events_between(after, _SCAN, before=before)]
        found += [row for row in reversed(rows) if fits(row)]
        before = after + 1
        if time.perf_counter() - begun > _STEP:
            await asyncio.sleep(0)
            if not still():
                break
            begun = time.perf_counter()
    oldest = found[-1].at if len(found) >= MOST else 0
    return merged(found[::-1][-MOST:], [row for row in own if row.at >= oldest and fits(row)])


def merged(events: list[Happened], own: list[Happened]) -> list[Happened]:
    """Both by time; events keep their order."""
    times = [row.at for row in events]
    found = list(events)
    for row in reversed(own):
        found.insert(bisect_right(times, row.at), row)
    return found
