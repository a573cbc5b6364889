"""What will happen to a job that is about to be enqueued, in one sentence."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import NewJob, Priority
from cockpit.domain.lane import Lock
from cockpit.tui.overview import Overview
from cockpit.tui.words import plural


def forecast(job: NewJob, now: Overview, *, serialize: bool, position: int, at: Micros) -> str:
    """`Starts now.`, or what it will wait for; the first obstacle is told."""
    if job.not_before is not None and job.not_before > at:
        return f"Starts in {format_duration((job.not_before - at) / SECOND)} at the earliest, for {job.user}."
    if job.after:
        return f"Waits until {', '.join(job.after)} has completed."
    if any(hold.scope == "all" or hold.key in (job.project, job.user) for hold in now.holds):
        return f"Waits for a resume: its queue is held. Position {position:,}."
    if not now.node_runs and now.role != "scheduler":
        return f"Waits for a scheduler: none runs. Position {position:,}."
    return _in_line(job, now, _lock_of(job, now) if serialize else None, position)


def _lock_of(job: NewJob, now: Overview) -> Lock | None:
    return next((lock for lock in now.locks if lock.user == job.user), None)


def _in_line(job: NewJob, now: Overview, lock: Lock | None, position: int) -> str:
    if lock is not None:
        return f"Waits for {job.user}'s lock, held by {lock.job_id or lock.holder}. Position {position:,}."
    ahead = sum(count for priority, count in now.counts.pending.items() if priority <= Priority(job.priority))
    if job.slots and now.counts.slots_used >= now.slots:
        return f"Waits for a free slot ({now.counts.slots_used} of {now.slots} used). Position {position:,}."
    return f"Starts when its turn comes, behind {plural(ahead, 'job')}." if ahead else "Starts now."
