"""Ends jobs and frees locks from a command: by the scheduler where one runs, else by the command itself."""

from __future__ import annotations

import time
from collections.abc import Sequence

from cockpit.base.process import ProcessId
from cockpit.base.wakeup import WakeListener
from cockpit.controller.context import Context
from cockpit.domain.job import ACTIVE, Job, State
from cockpit.domain.lane import Lock
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.jobdir.layout import job_folder
from cockpit.store.base import Store

_PATIENCE = 5.0  # seconds that the scheduler gets beyond the grace


def carry_out(context: Context, store: Store, job: Job) -> Job:
    """See a killed job to its end; returns it as it is then.

    A live scheduler does it: this waits for it, as long as the grace and a little more. Where none runs, this does it
    itself, as the scheduler for as long as that takes.
    """
    if job.state not in ACTIVE:
        return job
    from cockpit.scheduler.election import Election

    election = Election(context.places.lock)
    try:
        if not election.try_win():
            return _wait_for_end(context, store, job)
        return end_job(context, store, job, AttemptEnd(Cause.KILLED, job.wish or "killed by hand"))
    finally:
        election.resign()


def _wait_for_end(context: Context, store: Store, job: Job) -> Job:
    deadline = time.monotonic() + context.settings.scheduler.grace + _PATIENCE
    with WakeListener(context.places.wake) as listener:
        while (job := store.get(job.id)).state in ACTIVE and (left := deadline - time.monotonic()) > 0:
            listener.wait(min(left, 1.0))
    return job


def end_job(context: Context, store: Store, job: Job, end: AttemptEnd) -> Job:
    """End what is left of an active job's attempt and finish it in the store. Only for who holds the election.

    Raises Unavailable when it runs in a container that can't be reached: its lock must not pass on then.
    """
    from cockpit.scheduler.engine import backoff_of
    from cockpit.scheduler.folder import clean_up, write_status

    job_folder(context.places.jobs, job.id).attempt(job.attempt).void()
    _sweep(context, store, job)
    clean_up(context.places, job.id, job.attempt)  # an environment that was never read may hold secrets
    backoff = backoff_of(context.settings.retry)
    ended = store.finish(job.id, job.fence or 0, end, context.clock.now(), backoff)
    write_status(context.places, ended, context.clock.now(), durable=True)
    return ended


def _sweep(context: Context, store: Store, job: Job) -> None:
    """End the attempt's processes, where it runs."""
    grace, attempt = context.settings.scheduler.grace, store.attempt(job.id, job.attempt)
    if attempt is not None and attempt.site:
        from cockpit.scheduler.containers import end_in_container

        end_in_container(context.places, context.settings, job, attempt.site, grace)
        return
    from cockpit.scheduler.ending import end_attempt_now
    from cockpit.scheduler.processes import Mark

    end_attempt_now(Mark(context.places.home, job.id, job.fence or 0, _process_of(store, job)), grace)


def end_dead_jobs(context: Context, store: Store, locks: Sequence[Lock], project: str | None) -> int:
    """Free those of `locks` whose holder is dead; returns how many. A live one keeps its lock.

    A job whose process died is finished as lost (and retried, if it may). While a scheduler runs it sees to that at
    once by itself, so there is nothing to do here.
    """
    freed = _free_manual(context, store, locks, project)
    from cockpit.scheduler.election import Election

    election = Election(context.places.lock)
    try:
        if election.try_win():
            freed += sum(_finish_if_dead(context, store, lock, project) for lock in locks if lock.job_id)
    finally:
        election.resign()
    return freed


def _free_manual(context: Context, store: Store, locks: Sequence[Lock], project: str | None) -> int:
    dead = [
        lock
        for lock in locks
        if lock.process is not None
        and not lock.process.alive()
        and (project is None or lock.user == _user_of(context, project))
    ]
    return sum(store.release(lock.user, lock.lock_id) for lock in dead)


def _user_of(context: Context, project: str) -> str | None:
    configured = context.settings.projects.get(project)
    return configured.user if configured else None


def _finish_if_dead(context: Context, store: Store, lock: Lock, project: str | None) -> bool:
    job = store.get(lock.job_id or "")
    if job.state not in ACTIVE or (project is not None and job.project != project):
        return False
    folder = job_folder(context.places.jobs, job.id).attempt(job.attempt)
    if folder.void():
        end_job(
            context, store, job, AttemptEnd(Cause.NEVER_STARTED, "no scheduler ran, and it had not started")
        )
        return True
    known = _process_of(store, job)
    if known is not None and known.alive():
        return False
    if job.state is State.ASSIGNED:
        return False  # run.sh won, but nobody noted its process: the next scheduler finds it
    code = folder.exit_code()
    reason = "its process died while no scheduler ran"
    end = (
        AttemptEnd(Cause.LOST, reason)
        if code is None
        else AttemptEnd(Cause.EXITED, f"exit code {code}", code)
    )
    end_job(context, store, job, end)
    return True


def _process_of(store: Store, job: Job) -> ProcessId | None:
    attempt = store.attempt(job.id, job.attempt)
    return None if attempt is None else attempt.process


def without_job_variables(environ: dict[str, str]) -> dict[str, str]:
    """For a program that must outlive the job it was started from: the job's end would sweep it away otherwise."""
    own = {name for name in environ if name.startswith("COCKPIT_") and "__" not in name}
    kept = {"COCKPIT_CONFIG", "COCKPIT_HOME", "COCKPIT_CRASH_AT"}
    return {name: value for name, value in environ.items() if name not in own or name in kept}
