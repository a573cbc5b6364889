"""How long until it starts? From how long jobs of the same user took lately, and from what stands before it.

Every answer is a rough one: `about 20m`. Where nothing is known, nothing is said.
"""

from __future__ import annotations

import heapq
import statistics
from collections.abc import Iterable, Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, format_duration

_SAMPLE = 20
_ENOUGH = 3  # of one project, to tell by that project alone


@dataclass(frozen=True, slots=True)
class RunTimes:
    """(user, project, microseconds) of jobs that ended lately, the newest first."""

    rows: Sequence[tuple[str, str, Micros]] = ()

    def typical(self, user: str, project: str) -> float | None:
        """Seconds that a job of this user takes, best of the same project; None when none ended lately."""
        of_user = [row for row in self.rows if row[0] == user]
        of_project = [row for row in of_user if row[1] == project]
        chosen = of_project if len(of_project) >= _ENOUGH else of_user
        return median(took / SECOND for _, _, took in chosen[:_SAMPLE])

    def typical_of_all(self) -> float | None:
        """Seconds that any job takes."""
        return median(took / SECOND for _, _, took in self.rows[: 5 * _SAMPLE])


def median(seconds: Iterable[float]) -> float | None:
    """None of nothing."""
    values = list(seconds)
    return statistics.median(values) if values else None


def remaining(typical: float | None, elapsed: float) -> float | None:
    """Seconds that a running job still needs: what is left of a typical run, a fifth of it once that is over."""
    if typical is None:
        return None
    return max(typical - elapsed, typical / 5)


def in_line(first: float | None, ahead: int, typical: float | None) -> float | None:
    """Seconds until a job starts that stands behind a running one (`first` seconds left) and `ahead` others."""
    if first is None or (ahead and typical is None):
        return None
    return first + ahead * (typical or 0.0)


def for_slot(running: Sequence[float | None], free: int, ahead: int, typical: float | None) -> float | None:
    """Seconds until a slot comes free for a job behind `ahead` others, of which each takes `typical`."""
    if free > ahead:
        return 0.0
    known = [seconds for seconds in running if seconds is not None]
    if len(known) < len(running) or not (known or free) or typical is None:
        return None
    slots = [0.0] * free + known
    heapq.heapify(slots)
    for _ in range(ahead):
        heapq.heappush(slots, heapq.heappop(slots) + typical)
    return slots[0]


def about(seconds: float | None) -> str:
    """`about 20m`, `under a minute`; empty when unknown."""
    if seconds is None:
        return ""
    if seconds < 60:
        return "under a minute"
    return f"about {format_duration(_rounded(seconds))}"


def _rounded(seconds: float) -> float:
    """As exact as an estimate can be: to the minute, five minutes, the quarter of an hour."""
    step = 60 if seconds < 1200 else 300 if seconds < 7200 else 900 if seconds < 86400 else 3600
    return max(step, round(seconds / step) * step)
