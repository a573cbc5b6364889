"""When was an attempt parked (at a usage limit, its slot given back, its work in its pane)? Read from its events."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.domain.events import Event


@dataclass(frozen=True, slots=True)
class Parking:
    """`past` is the sum of the stretches that are over; `since` when it has been parked now, None when it is not."""

    past: Micros = 0
    since: Micros | None = None
    reason: str = ""

    def total(self, now: Micros) -> Micros:
        """All the time parked, up to now. A clock that was set back takes nothing away."""
        return self.past + (0 if self.since is None else max(0, now - self.since))


def parking(events: Iterable[Event], attempt: int) -> Parking:
    """What the events of a job, the oldest first, say about one attempt of it."""
    found = Parking()
    for event in events:
        if event.attempt != attempt:
            continue
        if event.kind == "parked" and found.since is None:
            found = Parking(found.past, event.at, event.reason or "")
        elif event.kind == "unparked":
            found = Parking(found.total(event.at))
    return found
