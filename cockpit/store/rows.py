"""Rows of the database as values of the domain, and back."""

from __future__ import annotations

from cockpit.base.process import ProcessId
from cockpit.domain.events import Attempt, Event
from cockpit.domain.job import (
    Assigned,
    Completed,
    Delayed,
    Failed,
    Grant,
    Job,
    Killed,
    Pending,
    Priority,
    Running,
    Stalled,
    Starting,
    State,
    Status,
)
from cockpit.domain.lane import Lock

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import Any

JOB_COLUMNS = (
    "j.id, j.seq, j.project, j.user, j.agent, j.priority, j.slots, j.held, j.waits_for, j.attempt, j.failures,"
    " j.losses, j.retries, j.timeout, j.created_at, j.started_at, j.finished_at, j.exit_code, j.fence, j.ref, j.wish,"
    " j.state, j.not_before, j.reason, j.lane, j.granted_at"
)
LOCK_COLUMNS = (
    "l.lane, l.user, l.lock_id, l.fence, l.holder, j.id, l.acquired_at, l.expires_at,"
    " l.pid, l.pid_started, l.boot"
)
EVENT_COLUMNS = "e.number, e.at, j.id, e.attempt, e.kind, e.reason"
ATTEMPT_COLUMNS = (
    "number, fence, claimed_at, started_at, ended_at, cause, reason, exit_code, window, pane, pid, pid_started, boot,"
    " server_pid, site"
)


def job_of(row: tuple[Any, ...]) -> Job:
    """A job from a row of `JOB_COLUMNS`."""
    (id_, seq, project, user, agent, priority, slots, held, waits_for, attempt, failures, losses,
     retries, timeout, created, started, finished, exit_code, fence, ref, wish, *rest) = row  # fmt: skip
    return Job(
        id=id_, seq=seq, project=project, user=user, agent=agent, priority=Priority(priority),
        status=_status(fence, attempt, finished, rest), slots=slots, held=bool(held), waits_for=waits_for,
        attempt=attempt, failures=failures, losses=losses, retries=retries, timeout=timeout, created_at=created,
        started_at=started, finished_at=finished, exit_code=exit_code, fence=fence, ref=ref, wish=wish,
    )  # fmt: skip


def _status(fence: int, attempt: int, finished: int, rest: list[Any]) -> Status:
    state, until, reason, lane, granted = rest
    match State(state):
        case State.PENDING:
            return Pending(reason)
        case State.DELAYED:
            return Delayed(until, reason or "")
        case State.COMPLETED:
            return Completed(finished)
        case State.FAILED:
            return Failed(finished, reason or "")
        case State.KILLED:
            return Killed(finished, reason or "")
        case State.STALLED:
            return Stalled(Grant(lane, fence, attempt, granted), reason or "")
        case State.ASSIGNED:
            return Assigned(Grant(lane, fence, attempt, granted))
        case State.STARTING:
            return Starting(Grant(lane, fence, attempt, granted))
        case State.RUNNING:
            return Running(Grant(lane, fence, attempt, granted))


def status_columns(status: Status) -> dict[str, Any]:
    """The columns that a status fills; all others of them are NULL."""
    grant = getattr(status, "grant", None)
    return {
        "state": status.state.value,
        "not_before": getattr(status, "until", None),
        "reason": getattr(status, "reason", None),
        "lane": grant.lane if grant else None,
        "granted_at": grant.granted_at if grant else None,
        "finished_at": getattr(status, "finished_at", None),
    }


def lock_of(row: tuple[Any, ...]) -> Lock:
    """A lock from a row of `LOCK_COLUMNS`."""
    lane, user, lock_id, fence, holder, job_id, acquired, expires, pid, started, boot = row
    process = ProcessId(pid, started, boot) if pid is not None else None
    return Lock(lane, user, lock_id, fence, holder, job_id, acquired, expires, process)


def event_of(row: tuple[Any, ...]) -> Event:
    """An event from a row of `EVENT_COLUMNS`."""
    return Event(*row)


def attempt_of(row: tuple[Any, ...]) -> Attempt:
    """An attempt from a row of `ATTEMPT_COLUMNS`."""
    return Attempt(*row)
