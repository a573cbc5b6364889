"""Lanes and locks: what makes sure that no two agents work on the same user's files.

A lane is what is exclusive: a user's work or, with serialization off, the job itself. Whoever runs in a lane holds
its lock: one row with a fencing token that only grows. What carries an older token changes nothing.
"""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.process import ProcessId
from cockpit.base.records import dataclass


def lane_of(user: str, job_id: str, *, serialize: bool) -> str:
    """The lane that a job of `user` runs in."""
    return f"user:{user}" if serialize else f"job:{job_id}"


def lock_id_of(job_id: str, fence: int) -> str:
    """The name of the lock that a job's attempt has, as long as it has it."""
    return f"{job_id}.{fence}"


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock that is held.

    `job_id` is None for a manual lock, whose `holder` names the one who took it and whose `process` must live.
    `token` is the fence.
    """

    lane: str
    user: str
    lock_id: str
    token: int
    holder: str
    job_id: str | None
    acquired_at: Micros
    expires_at: Micros
    process: ProcessId | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that was just assigned, with all that is needed to start it."""

    job_id: str
    seq: int
    project: str
    user: str
    agent: str
    fence: int
    attempt: int
    lock_id: str
    granted_at: Micros
    expires_at: Micros


@dataclass(frozen=True, slots=True)
class Hold:
    """A gate: nothing behind it starts. `scope` is all, project, user or job; `key` is empty for all."""

    scope: str
    key: str
    since: Micros
