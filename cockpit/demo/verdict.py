"""Did it go as scripted? Judged from what the store has written down: jobs and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cockpit.base.records import dataclass
from cockpit.base.times import SECOND
from cockpit.domain.events import Event
from cockpit.domain.job import ACTIVE, Job, State

_STATES = frozenset(state.value for state in State)
_ACTIVE = frozenset(state.value for state in ACTIVE)


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: was it held, and what was seen."""

    name: str
    held: bool
    seen: str


def one_per_user(jobs: Iterable[Job], events: Iterable[Event]) -> Check:
    """No user ever had two jobs running at once."""
    user_of = {job.id: job.user for job in jobs}
    grants = 0
    for event, active in _replay(events):
        mine = [job_id for job_id in active if user_of[job_id] == user_of[event.job_id]]
        grants += event.kind == State.ASSIGNED
        if len(mine) > 1:
            names = " and ".join(sorted(mine))
            return Check("one at a time per user", False, f"{user_of[event.job_id]} had {names} at once")
    users = len(set(user_of.values()))
    return Check(
        "one at a time per user", True, f"{grants} attempts of {users} users, never two of one user at once"
    )


def slots(events: Iterable[Event], limit: int) -> Check:
    """Never more jobs at once than there are slots."""
    most = max((len(active) for _, active in _replay(events)), default=0)
    return Check("slots", most <= limit, f"at most {most} of {limit} at once")


def _replay(events: Iterable[Event]) -> Iterable[tuple[Event, frozenset[str]]]:
    """Each event with the jobs that run after it."""
    active: set[str] = set()
    for event in sorted(events, key=lambda event: event.number):
        if event.kind in _ACTIVE:
            active.add(event.job_id)
        elif event.kind in _STATES:
            active.discard(event.job_id)
        yield event, frozenset(active)


def all_completed(jobs: Sequence[Job], count: int) -> Check:
    """Every job of the story, and those that agents enqueued, came to a good end."""
    bad = [f"{job.id} is {job.state}" + (f" ({job.reason})" if job.reason else "") for job in jobs]
    bad = [text for text, job in zip(bad, jobs, strict=True) if job.state is not State.COMPLETED]
    seen = f"{len(jobs) - len(bad)} of {count} jobs" + (f"; {'; '.join(bad)}" if bad else "")
    return Check("all completed", not bad and len(jobs) == count, seen)


def came_after(events: Sequence[Event], pairs: Iterable[tuple[str, str]]) -> Check:
    """Each (later, earlier): later started only when earlier had completed."""
    wrong = [
        f"{later} started before {earlier} had completed"
        for later, earlier in pairs
        if not first(events, earlier, State.COMPLETED) < first(events, later, State.ASSIGNED)
    ]
    return Check("dependencies", not wrong, "; ".join(wrong) or "who waits for a job started after it")


def retried(job: Job) -> Check:
    """One attempt failed, the next one did it."""
    right = (job.failures, job.attempt, job.state) == (1, 2, State.COMPLETED)
    return Check("retry", right, f"{job.id}: {job.attempt} attempts, {job.failures} failed")


def waited(events: Sequence[Event], held: str, delayed: Job, seconds: float) -> list[Check]:
    """The held job waited for its resume, the delayed one for its time."""
    resumed, started = first(events, held, "resumed"), first(events, held, State.ASSIGNED)
    asked = next(
        (event.at for event in events if event.job_id == delayed.id and event.kind == State.ASSIGNED), None
    )
    after = None if asked is None else (asked - delayed.created_at) / SECOND
    return [
        Check("hold", resumed < started < _NEVER, f"{held} started after its resume, not before"),
        Check(
            "delay",
            after is not None and after >= seconds,
            f"{delayed.id} was to wait {seconds:g}s, and started "
            + ("never" if after is None else f"after {after:.1f}s"),
        ),
    ]


_NEVER = 1 << 62


def first(events: Iterable[Event], job_id: str, kind: str) -> int:
    """The number of the first such event; later than all where there is none."""
    return next((event.number for event in events if event.job_id == job_id and event.kind == kind), _NEVER)


def told_progress(percents: Mapping[str, int | None]) -> Check:
    """Every agent's last word was 100 %."""
    wrong = [f"{job_id}: {percent}" for job_id, percent in percents.items() if percent != 100]
    return Check("progress", not wrong, "; ".join(wrong) or f"{len(percents)} agents reported up to 100%")
