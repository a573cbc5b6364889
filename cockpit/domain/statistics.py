"""What became of the jobs of some hours or days, in numbers: the values, and how a time is cut into buckets.

Percentiles are by nearest rank: the smallest value that so many of all do not exceed. It is one that was really
measured, and the same over any store.
"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Window:
    """`count` buckets of `width` microseconds, from `since` on."""

    since: Micros
    width: Micros
    count: int

    @property
    def until(self) -> Micros:
        """Where the last bucket ends; that one is not over yet."""
        return self.since + self.width * self.count


def window(now: Micros, length: Micros, width: Micros) -> Window:
    """The last `length` up to now, in whole buckets that begin at whole multiples of `width`; the last holds `now`."""
    count = max(1, -(-length // width))
    return Window((now // width + 1 - count) * width, width, count)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, over `count` times: microseconds; `total` of all of them."""

    count: int
    median: Micros
    p95: Micros
    total: Micros


NONE = Spread(0, 0, 0, 0)


def spread_of(values: Sequence[Micros]) -> Spread:
    """Of some values, by their definition; the store finds the same without reading them all."""
    if not values:
        return NONE
    ranked, count = sorted(values), len(values)
    return Spread(count, ranked[(count + 1) // 2 - 1], ranked[(count * 95 + 99) // 100 - 1], sum(ranked))


@dataclass(frozen=True, slots=True)
class Group:
    """One project or user (`name`), or all of them.

    `waiting` is of the attempts that were begun in the time: from when each could be until it was; `running` of those
    that ended in it: how long each ran. `retries` are attempts begun that were not their job's first one. The ends are
    of jobs: one that failed, was retried by hand and completed, counts twice.
    """

    name: str
    waiting: Spread = NONE
    running: Spread = NONE
    retries: int = 0
    completed: int = 0
    failed: int = 0
    killed: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Ends:
    """How many jobs ended, by bucket."""

    completed: Sequence[int]
    failed: Sequence[int]
    killed: Sequence[int]
    cancelled: Sequence[int]


@dataclass(frozen=True, slots=True)
class Course:
    """What was sampled, by bucket; None where no scheduler ran.

    Shares of load are means; slots, running jobs and `pending` (by priority, critical first) are the most there were.
    """

    score: Sequence[float | None]
    cpu: Sequence[float | None]
    memory: Sequence[float | None]
    queue: Sequence[float | None]
    slots: Sequence[int | None]
    slots_used: Sequence[int | None]
    running: Sequence[int | None]
    pending: Sequence[Sequence[int | None]]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one window; `groups` by the time that they ran, `reasons` of failures by how often."""

    window: Window
    course: Course
    ends: Ends
    total: Group
    groups: Sequence[Group]
    reasons: Sequence[tuple[str, int]]
