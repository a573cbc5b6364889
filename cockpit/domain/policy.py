"""May it start, and if not, why not? Answered in words for every job that waits."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import Delayed, Job, State
from cockpit.domain.lane import Hold, Lock


@dataclass(frozen=True, slots=True)
class Situation:
    """What the answer depends on, read at one moment.

    `lock` is the lock of the job's user, `ahead` how many of that user's ready jobs go before it, `unfinished` the ids
    of its dependencies that have not completed, `scheduler_runs` whether anybody claims at all. `load` is the node's
    score where that is above the ceiling.
    """

    now: Micros
    holds: Sequence[Hold]
    lock: Lock | None
    slots_used: int
    slots_max: int
    ahead: int
    unfinished: Sequence[str]
    scheduler_runs: bool
    load: float | None = None


def why_waiting(job: Job, at: Situation) -> str | None:
    """One clause that completes "waits for ..."; None for a job that does not wait.

    The first thing that would have to change comes first.
    """
    if job.state not in (State.PENDING, State.DELAYED):
        return None
    if stands := gate(job, at.holds):
        return stands
    if isinstance(job.status, Delayed):
        left = format_duration(max(0, job.status.until - at.now) / SECOND)
        return f"its time, in {left} ({job.status.reason})"
    if at.unfinished:
        return (
            "job "
            + ", ".join(at.unfinished[:3])
            + (" and others" if len(at.unfinished) > 3 else "")
            + " to complete"
        )
    if not at.scheduler_runs:
        return "a scheduler: none runs; open cockpit or run 'cockpit daemon start'"
    if at.lock is not None and at.lock.job_id != job.id:
        return f"{job.user}'s lock, held by {at.lock.job_id or at.lock.holder}"
    if at.ahead:
        return f"{at.ahead} earlier job{'s' if at.ahead > 1 else ''} of {job.user}"
    if job.slots and at.slots_used >= at.slots_max:
        return f"a free slot ({at.slots_used} of {at.slots_max} used)"
    if job.slots and at.slots_used and at.load is not None:
        return (
            f"the load to fall (it is {at.load:.2f}, above load.ceiling; until then one job runs at a time)"
        )
    return "its turn"


def gate(job: Job, holds: Sequence[Hold]) -> str | None:
    """The hold that keeps a job from starting, in words; None where there is none."""
    if job.held:
        return f"a resume: the job is held ('cockpit resume {job.id}')"
    for hold in holds:
        if hold.scope == "all":
            return "a resume: the whole queue is held ('cockpit resume --all')"
        if hold.scope == "project" and hold.key == job.project:
            return f"a resume: project {job.project} is held ('cockpit resume --project {job.project}')"
        if hold.scope == "user" and hold.key == job.user:
            return f"a resume: user {job.user} is held ('cockpit resume --user {job.user}')"
    return None
