"""New events of the store as notices: what people are told, by the scheduler outside and by each cockpit on screen.

Whoever tells keeps the number of the last event that was told, and asks for what came after it. Reading grows with what
happened, not with the queue; of a burst only the first jobs are looked at, the others are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from cockpit.base.errors import NotFound
from cockpit.base.records import dataclass
from cockpit.domain.events import Event
from cockpit.domain.screen import AgentState
from cockpit.notify.happening import OF_KIND, SAMPLES, Happening, Notice
from cockpit.store.base import Store

MOST = 500  # events in one reading


@dataclass(frozen=True, slots=True)
class News:
    """`notices` of the events up to number `last`; with `more` there is more to read."""

    last: int
    notices: tuple[Notice, ...]
    more: bool


def read_news(
    store: Store, after: int, wanted: Collection[str], skip: Callable[[Event], bool] = lambda _: False
) -> News:
    """What happened after event `after`, for the events `wanted` (names of the configuration)."""
    kinds = [kind for kind, event in OF_KIND.items() if event in wanted]
    newest = store.last_whole_event()
    if not kinds or newest <= after:
        return News(max(newest, after), (), False)
    events = [event for event in store.events_after(after, kinds, MOST) if event.number <= newest]
    more = len(events) == MOST
    last = events[-1].number if more else newest
    by_name: dict[str, list[Event]] = {}
    for event in events:
        if not skip(event):
            by_name.setdefault(OF_KIND[event.kind], []).append(event)
    notices = tuple(_notice(store, name, found) for name, found in by_name.items())
    return News(last, notices, more)


def still_asking(notice: Notice, states: Mapping[str, AgentState]) -> Notice:
    """`notice` without the agents that need nobody any more; its count may become 0."""
    jobs = tuple(each for each in notice.jobs if each.job.id in states and states[each.job.id].needs_person)
    return replace(notice, jobs=jobs, count=notice.count - len(notice.jobs) + len(jobs))


def _notice(store: Store, name: str, events: list[Event]) -> Notice:
    jobs = tuple(_happening(store, name, event) for event in events[:SAMPLES])
    return Notice(name, len(events), tuple(each for each in jobs if each is not None))


def _happening(store: Store, name: str, event: Event) -> Happening | None:
    try:
        return Happening(
            name, event.at, store.get(event.job_id), event.reason or "", store.head(event.job_id)
        )
    except NotFound:
        return None
