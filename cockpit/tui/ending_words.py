"""What a confirmation says: exactly what will happen, to whom, and what is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.base.clock import Micros
from cockpit.domain.job import Job, State
from cockpit.domain.lane import Lock
from cockpit.tui.own_keys import key_for
from cockpit.tui.words import age, plain, plural

_SHOWN = 6


def kills(
    running: Sequence[Job],
    waiting: Sequence[Job],
    untouched: int,
    files: Mapping[str, int],
    *,
    now: Micros,
    grace: str,
) -> str:
    """The words before jobs are ended. `files` are the uncommitted ones, by project; `grace` is told as it is."""
    parts = []
    if len(running) == 1 and not waiting:
        job = running[0]
        parts.append(
            f"Kills {_ran(job, files, now)}: {plain(job.agent)} in {plain(job.project)}, attempt {job.attempt}."
        )
    elif running:
        parts.append(
            _listed(
                f"Kills {plural(len(running), 'running job')}", [_ran(job, files, now) for job in running]
            )
        )
    if waiting:
        lines = [f"{plain(job.user)}'s job {job.id} in {plain(job.project)}" for job in waiting]
        parts.append(_listed(f"Cancels {plural(len(waiting), 'job')} that {_s(waiting, 'wait')}", lines))
    if untouched:
        parts.append(
            f"{plural(untouched, 'other marked job')} can't be ended and {'stays' if untouched == 1 else 'stay'}."
        )
    if running:
        one = len(running) == 1
        users = list(dict.fromkeys(plain(job.user) for job in running))
        free = f"{users[0]}'s lock is" if len(users) == 1 else f"the locks of {' and '.join(users)} are"
        parts.append(
            f"{'Its' if one else 'Their'} processes are asked to end and, after {grace}, made to. Then {free} free."
            f" What {'it' if one else 'they'} wrote to files stays."
            f" {key_for('retry')} brings {'the job' if one else 'jobs'} back."
        )
    return "\n\n".join(parts)


def retries(jobs: Sequence[Job]) -> str:
    """The words before jobs are tried again; empty for a single one that failed or was killed: no question then."""
    completed = sum(job.state is State.COMPLETED for job in jobs)
    if len(jobs) == 1:
        return (
            "It has completed. It runs again with the same prompt, on the files as they are now: with what it has"
            " changed in them."
            if completed
            else ""
        )
    parts = [f"Brings {plural(len(jobs), 'job')} back into the queue, each under its own id."]
    if completed:
        parts.append(
            f"{completed:,} of them {'has' if completed == 1 else 'have'} completed, and"
            f" {'works' if completed == 1 else 'work'} again on the files as they are now."
        )
    return "\n\n".join(parts)


def releases(by_hand: Sequence[Lock], kill: str) -> str:
    """The words before locks are freed; `kill` are those of the jobs that are ended for it."""
    parts = [
        f"{plain(lock.user)}'s lock was taken by hand, by {plain(lock.holder)}. If that still runs, it is ended first."
        for lock in by_hand
    ]
    if kill:
        parts.append(f"A live job holds the lock and is ended first.\n\n{kill}")
    return "\n\n".join(parts)


def _ran(job: Job, files: Mapping[str, int], now: Micros) -> str:
    """`alice's job 113754-a2f5, running 12m, 3 files uncommitted`."""
    since = job.started_at or (job.grant.granted_at if job.grant else None)
    count = files.get(job.project, 0)
    left = f", {plural(count, 'file')} uncommitted" if count else ""
    return f"{plain(job.user)}'s job {job.id}, running {age(since, now)}{left}"


def _listed(says: str, lines: Sequence[str]) -> str:
    shown = lines if len(lines) <= _SHOWN else lines[: _SHOWN - 1]
    more = [f"and {len(lines) - len(shown):,} more"] if len(lines) > len(shown) else []
    return "\n".join([f"{says}:", *(f"  {line}" for line in [*shown, *more])])


def _s(jobs: Sequence[Job], verb: str) -> str:
    return f"{verb}s" if len(jobs) == 1 else verb
