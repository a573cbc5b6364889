"""The JSON that scripts rely on, as plain dictionaries; the shapes are a contract: add, never change."""

from __future__ import annotations

from typing import Any

from cockpit.base.clock import Micros
from cockpit.base.times import rfc3339, rfc3339_or_none
from cockpit.domain.job import Accepted, Job, Priority
from cockpit.domain.lane import Lock
from cockpit.domain.load import Load, slots_open
from cockpit.domain.node import Node
from cockpit.jobdir.progress import Progress
from cockpit.store.values import Counts


def accepted_view(accepted: Accepted) -> dict[str, Any]:
    """What `enqueue --json` prints."""
    return {
        "job_id": accepted.job_id,
        "project": accepted.project,
        "user": accepted.user,
        "priority": accepted.priority.label,
        "position": accepted.position,
        "state": accepted.state.value,
    }


def job_view(
    job: Job, waiting_for: str | None, progress: Progress, agent_state: dict[str, Any] | None
) -> dict[str, Any]:
    """One element of `jobs --json`."""
    return {
        "job_id": job.id,
        "project": job.project,
        "user": job.user,
        "agent": job.agent,
        "state": job.state.value,
        "priority": job.priority.label,
        "attempt": job.attempt,
        "exit_code": job.exit_code,
        "reason": job.reason,
        "waiting_for": waiting_for,
        "progress": {"percent": progress.percent, "message": progress.message},
        "agent_state": agent_state,
        "created_at": rfc3339(job.created_at),
        "started_at": rfc3339_or_none(job.started_at),
        "finished_at": rfc3339_or_none(job.finished_at),
        "fence": job.fence,
        "held": job.held,
        "retries": job.retries,
        "timeout": job.timeout,
        "ref": job.ref,
    }


def lock_view(lock: Lock) -> dict[str, Any]:
    """One lock, as in `locks --json` and `status --json`."""
    return {
        "user": lock.user,
        "job_id": lock.job_id,
        "holder": lock.holder,
        "lock_id": lock.lock_id,
        "token": lock.token,
        "acquired_at": rfc3339(lock.acquired_at),
        "expires_at": rfc3339(lock.expires_at),
    }


def status_view(
    counts: Counts,
    active: list[Job],
    locks: list[Lock],
    node: Node | None,
    slots_max: int,
    *,
    ceiling: float,
) -> dict[str, Any]:
    """What `status --json` prints."""
    by_user: dict[str, int] = {}
    for job in active:
        by_user[job.user] = by_user.get(job.user, 0) + 1
    running = node is not None and node.running()
    pending: dict[str, int] = {priority.label: counts.pending[priority] for priority in Priority}
    pending["total"] = sum(pending.values())
    return {
        "pending": pending,
        "active": {"slots_used": counts.slots_used, "slots_max": slots_max, "by_user": by_user},
        "user_locks": {"active": len(locks), "details": [lock_view(lock) for lock in locks]},
        "scheduler": {
            "running": running,
            "pid": node.process.pid if node and running else None,
            "host": node.host if node and running else None,
        },
        "load": load_view(node.load if node and running else None, slots_max, ceiling),
        "counts": {state.value: count for state, count in counts.states.items()},
    }


def load_view(load: Load | None, slots: int, ceiling: float) -> dict[str, Any] | None:
    """How loaded the scheduler's host is: shares from 0 to 1; None before it was first measured.

    `slots_open` is how many slots may be in use at that load.
    """
    if load is None:
        return None
    parts = {"score": load.score, "cpu": load.cpu, "memory": load.memory, "queue": load.queue}
    shares = {name: round(share, 4) for name, share in parts.items()}
    return {
        "level": load.level.value,
        **shares,
        "ceiling": ceiling,
        "slots_open": slots_open(slots, load, ceiling),
    }


def age(since: Micros, now: Micros) -> float:
    """Seconds from `since` to `now`, never negative."""
    return max(0.0, (now - since) / 1_000_000)
