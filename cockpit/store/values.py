"""What is asked of a store and what it answers, besides the domain's own values."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.records import dataclass
from cockpit.domain.job import Priority, State


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs; empty means all. `states` are joined by or, the others by and."""

    states: Sequence[State] = ()
    user: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The kept counters: jobs by state, pending ones by priority, slots in use."""

    states: dict[State, int]
    pending: dict[Priority, int]
    slots_used: int
