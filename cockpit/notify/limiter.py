"""Not too often: what comes too soon after the last notice of its kind is gathered and told as one, never lost.

Pure: who asks brings the time, in seconds of a clock that never jumps.
"""

from __future__ import annotations

from collections.abc import Container

from cockpit.base.records import dataclass
from cockpit.notify.happening import Notice, joined


@dataclass(slots=True)
class _Waiting:
    notice: Notice
    since: float


class Limiter:
    """Between two notices of one event lie at least `interval` seconds; `gather` is how long a burst may take."""

    def __init__(self, interval: float, gather: float = 0.0) -> None:
        self.interval = interval
        self.gather = gather
        self._waiting: dict[str, _Waiting] = {}
        self._told: dict[str, float] = {}

    def offer(self, notice: Notice, now: float) -> None:
        """Something happened; it is ready at once, or with what follows."""
        if (there := self._waiting.get(notice.event)) is not None:
            there.notice = joined([there.notice, notice])
        else:
            self._waiting[notice.event] = _Waiting(notice, now)

    def ready(self, now: float, busy: Container[str] = ()) -> list[Notice]:
        """What is to be told now; events that are being told (`busy`) wait."""
        found = [event for event in self._waiting if event not in busy and self._due(event) <= now]
        self._told.update(dict.fromkeys(found, now))
        return [self._waiting.pop(event).notice for event in found]

    def rest(self) -> list[Notice]:
        """All that waits, due or not: it is the last chance."""
        notices = [waiting.notice for waiting in self._waiting.values()]
        self._waiting.clear()
        return notices

    def next_due(self, busy: Container[str] = ()) -> float | None:
        """When `ready` has something; None while nothing waits."""
        return min((self._due(event) for event in self._waiting if event not in busy), default=None)

    def _due(self, event: str) -> float:
        """Told at `_told`, it may be told again an interval later; whatever the interval was then."""
        due = self._waiting[event].since + self.gather
        return max(due, self._told[event] + self.interval) if event in self._told else due
