"""What is asked of a store and what it answers, besides the domain's own values."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.domain.job import Job, Priority, State


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs; empty means all. The values of one field are joined by or, the fields by and.

    `users`, `projects` and `agents` are exact names; None means any, an empty list none at all. Each of `words` is
    looked for in id, user, project, agent, state, reason and the beginning of the prompt, without regard to the case of
    ASCII letters; of the words in one tuple, one has to be there. `finished_from` and `finished_before` bound the end.
    """

    states: Sequence[State] = ()
    user: str | None = None
    project: str | None = None
    users: Sequence[str] | None = None
    projects: Sequence[str] | None = None
    agents: Sequence[str] | None = None
    priorities: Sequence[Priority] = ()
    words: Sequence[tuple[str, ...]] = ()
    finished_from: Micros | None = None
    finished_before: Micros | None = None


class Order(Enum):
    """Orders in which jobs can be read by pages, each along an index.

    NEWEST: all jobs, the last accepted first. ENDED: those that have ended, the last one first. The others: pending
    jobs in the order in which they are taken (TAKEN), by age, by user and by project; there the smallest comes first.
    """

    NEWEST = "newest"
    ENDED = "ended"
    TAKEN = "taken"
    AGE = "age"
    USER = "user"
    PROJECT = "project"


Key = tuple[str | int, ...]
"""The place of a job in an order; opaque, except that it belongs to that order alone."""


@dataclass(frozen=True, slots=True)
class Page:
    """Jobs of one page, and where to go on: the key of the last job that was looked at; None at the end."""

    jobs: Sequence[Job]
    last: Key | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The kept counters: jobs by state, pending ones by priority, slots in use."""

    states: dict[State, int]
    pending: dict[Priority, int]
    slots_used: int
