"""A job and the closed machine of its states.

    pending <-> delayed            waiting; a delayed job has a time and a reason
       |
    assigned -> starting -> running <-> stalled
       |           |           |          |
       +-----------+-----+-----+----------+--> pending | delayed   (tried again)
                         +--> completed | failed | killed

A status is a tagged union that carries its own data: a running job has a grant, a delayed one has a time, a failed
one has a reason. What can't be constructed can't be stored. `killed` is reachable from every state that has not ended;
an ended job comes back only by a retry that a person asks for.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from cockpit.base.clock import Micros
from cockpit.base.errors import Conflict, UsageError
from cockpit.base.records import dataclass

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import ClassVar


class State(StrEnum):
    """The nine states of a job; the same words in the database, in status.json, in the CLI and on screen."""

    PENDING = "pending"
    DELAYED = "delayed"
    ASSIGNED = "assigned"
    STARTING = "starting"
    RUNNING = "running"
    STALLED = "stalled"
    COMPLETED = "completed"
    FAILED = "failed"
    KILLED = "killed"

    @property
    def past(self) -> str:
        """The end of a job in a sentence: `has completed`, `has failed`, `was killed`."""
        return "was killed" if self is State.KILLED else f"has {self.value}"


WAITING = frozenset({State.PENDING, State.DELAYED})
ACTIVE = frozenset({State.ASSIGNED, State.STARTING, State.RUNNING, State.STALLED})
ENDED = frozenset({State.COMPLETED, State.FAILED, State.KILLED})

CANCELLED = ("cancelled", "cleared")
"""How the reason of a killed job begins that was taken out of the queue: people call it cancelled, scripts killed."""

_AGAIN = WAITING | {State.FAILED, State.KILLED}
TRANSITIONS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.ASSIGNED, State.DELAYED, State.FAILED, State.KILLED}),
    State.DELAYED: frozenset({State.PENDING, State.FAILED, State.KILLED}),
    State.ASSIGNED: _AGAIN | {State.STARTING},
    State.STARTING: _AGAIN | {State.RUNNING, State.STALLED, State.COMPLETED},
    State.RUNNING: _AGAIN | {State.STALLED, State.COMPLETED},
    State.STALLED: _AGAIN | {State.RUNNING, State.COMPLETED},
    State.COMPLETED: frozenset({State.PENDING}),
    State.FAILED: frozenset({State.PENDING}),
    State.KILLED: frozenset({State.PENDING}),
}


def check_transition(job_id: str, old: State, new: State) -> None:
    """Raise Conflict unless a job may go from `old` to `new`."""
    if new not in TRANSITIONS[old]:
        raise Conflict(f"job {job_id} is {old}; it can't become {new}")


class Priority(IntEnum):
    """Four priorities; the smaller number goes first."""

    CRITICAL = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, value: str | int) -> Priority:
        """From a word, or from 1-10 (1-2 critical, 3-4 high, 5-7 normal, 8-10 low). Raises UsageError."""
        text = str(value).strip().lower()
        for priority in cls:
            if priority.label == text:
                return priority
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10):
            raise UsageError(
                f"priority '{value}' is not critical, high, normal, low or a number from 1 to 10"
            )
        return cls((0, 0, 1, 1, 2, 2, 2, 3, 3, 3)[int(text) - 1])


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to run one attempt: whose lane, since when, and the fencing token that proves it."""

    lane: str
    fence: int
    attempt: int
    granted_at: Micros


@dataclass(frozen=True, slots=True)
class Pending:
    """Stands in its line (or behind a dependency or a hold)."""

    state: ClassVar[State] = State.PENDING
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delayed:
    """Comes back at `until`: a delayed start, a retry's back-off, a usage limit."""

    state: ClassVar[State] = State.DELAYED
    until: Micros
    reason: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Claimed; its folder may exist, its window does not yet."""

    state: ClassVar[State] = State.ASSIGNED
    grant: Grant


@dataclass(frozen=True, slots=True)
class Starting:
    """Its window is open; nothing was heard of the agent yet."""

    state: ClassVar[State] = State.STARTING
    grant: Grant


@dataclass(frozen=True, slots=True)
class Running:
    """The agent runs."""

    state: ClassVar[State] = State.RUNNING
    grant: Grant


@dataclass(frozen=True, slots=True)
class Stalled:
    """Its heartbeat is missing, its process may live."""

    state: ClassVar[State] = State.STALLED
    grant: Grant
    reason: str


@dataclass(frozen=True, slots=True)
class Completed:
    """Ended with exit code 0."""

    state: ClassVar[State] = State.COMPLETED
    finished_at: Micros


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended badly, and is not tried again by itself."""

    state: ClassVar[State] = State.FAILED
    finished_at: Micros
    reason: str


@dataclass(frozen=True, slots=True)
class Killed:
    """Ended by a person's word: killed while it ran, or cancelled while it waited."""

    state: ClassVar[State] = State.KILLED
    finished_at: Micros
    reason: str


Active = Assigned | Starting | Running | Stalled
Waiting = Pending | Delayed
Ended = Completed | Failed | Killed
Status = Waiting | Active | Ended


@dataclass(frozen=True, slots=True)
class Job:
    """One job as the store knows it. The prompt and the metadata are read apart: they can be large.

    `seq` is the order of acceptance; `timeout` is seconds for one attempt; `held` is a hold of this very job;
    `waits_for` counts the dependencies that have not completed; `exit_code` and `started_at` are of the last attempt
    that got so far; `failures` and `losses` count the attempts that ended by their own fault and by another's.
    """

    id: str
    seq: int
    project: str
    user: str
    agent: str
    priority: Priority
    status: Status
    slots: int
    held: bool
    waits_for: int
    attempt: int
    failures: int
    losses: int
    retries: int
    timeout: float | None
    created_at: Micros
    started_at: Micros | None
    finished_at: Micros | None
    exit_code: int | None
    fence: int | None
    ref: str | None
    wish: str | None

    @property
    def state(self) -> State:
        return self.status.state

    @property
    def reason(self) -> str | None:
        """Why it is where it is, in words."""
        return getattr(self.status, "reason", None)

    @property
    def grant(self) -> Grant | None:
        """The grant of an active job."""
        return getattr(self.status, "grant", None)


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is asked for at enqueue; checked by the controller, accepted by the store.

    `after` are job ids; `not_before` a wall-clock time; `metadata` a JSON object as text.
    """

    project: str
    user: str
    agent: str
    prompt: str
    priority: Priority = Priority.NORMAL
    slots: int = 1
    after: tuple[str, ...] = ()
    not_before: Micros | None = None
    retries: int = 0
    timeout: float | None = None
    metadata: str = "{}"
    ref: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job is in the store, for good. `position` counts from 1."""

    job_id: str
    project: str
    user: str
    priority: Priority
    position: int
    state: State
