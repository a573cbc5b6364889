"""After a crash: look at what exists and go on from there.

For every job that the store calls active there is a folder, perhaps a window, perhaps a process. The folder's `started`
link decides what is not sure: whoever makes it first, run.sh or we, settles whether that attempt ever runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Set

import psutil

from cockpit.base.errors import CockpitError, Unavailable
from cockpit.base.process import ProcessId, boot_id, identify
from cockpit.base.records import dataclass
from cockpit.docker.engine import EngineGone
from cockpit.docker.spec import spec_at
from cockpit.domain.job import Job, State
from cockpit.domain.lane import Claim
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.jobdir.layout import AttemptFolder, job_folder
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.site import HERE, Site
from cockpit.scheduler.spare import NAME
from cockpit.tmux.server import Window

log = logging.getLogger("cockpit.scheduler")


@dataclass(frozen=True, slots=True)
class Found:
    """One active job and what is left of its attempt; `end` is set when there is nothing to watch any more."""

    job: Job
    claim: Claim
    site: Site
    window: str | None
    pane: str | None
    process: ProcessId | None
    server_pid: int | None
    end: AttemptEnd | None


async def survey(engine: Engine, watched: Set[str] = frozenset()) -> list[Found]:
    """Every active job of the store but those of `watched`, judged. Windows that belong to no active job are closed.

    A job that somebody watches is left alone: it may be just about to start, and a judge would void that.
    """
    active = engine.store.active()
    found = [each for job in active if job.id not in watched and (each := await _judged(engine, job))]
    known = {job.id for job in active}
    for site in engine.sites.known():
        spare = engine.sites.here.spare
        windows = await _windows(site)
        theirs = {window.window_id for job in active if (window := _window_of(engine, job, windows))}
        for stray in [
            each
            for each in windows
            if each.name not in known and each.window_id not in theirs and not spare.owns(each)
        ]:
            log.info("closing the window of job %s, which does not run any more", stray.name)
            await engine.close_window(site, stray.window_id)
    return found


async def _judged(engine: Engine, job: Job) -> Found | None:
    """None while that can't be told (no engine answers, a full disk): the agent may live, and its lock stays."""
    try:
        return await _judge(engine, job)
    except (Unavailable, OSError) as error:
        log.warning("job %s: %s; it is looked at again soon", job.id, error)
        return None


async def _windows(site: Site) -> list[Window]:
    try:
        return await site.client.server.list_windows()
    except CockpitError as error:
        log.warning("tmux was not asked which windows there are: %s", error)
        return []


def _window_of(engine: Engine, job: Job, windows: list[Window]) -> Window | None:
    """By its name; one whose scheduler died before it was called after the job, by the process in it."""
    named = next((each for each in windows if each.name == job.id), None)
    if named is not None:
        return named
    pid = job_folder(engine.places.jobs, job.id).attempt(job.attempt).starter_pid()
    return next((each for each in windows if each.pid == pid and each.name.startswith(NAME)), None)


async def _judge(engine: Engine, job: Job) -> Found:
    folder = job_folder(engine.places.jobs, job.id).attempt(job.attempt)
    never = AttemptEnd(Cause.NEVER_STARTED, "the scheduler ended before it started")
    elsewhere = _shares_no_folder(engine, job)
    if not elsewhere and await asyncio.to_thread(folder.void):
        return _found(engine, job, engine.sites.here, None, None, never)
    site, lost = await _site(engine, job)
    unheard = elsewhere and lost is None and folder.starter() is None
    if unheard and await asyncio.to_thread(site.void, folder, job.id, job.attempt):
        return _found(engine, job, site, None, None, never)
    window = _window_of(engine, job, await _windows(site))
    process = (
        await asyncio.to_thread(_process, engine, job, folder, window) if site is engine.sites.here else None
    )
    if job.state is State.ASSIGNED:
        job = await _note_start(engine, job, site, window, process)
    if lost is None and (
        process.alive() if process is not None else site is not engine.sites.here and window
    ):
        return _found(engine, job, site, window, process, None)
    return _found(engine, job, site, window, process, lost or _how_it_ended(folder, process))


def _shares_no_folder(engine: Engine, job: Job) -> bool:
    """Does its attempt run in somebody else's container? Then only the container knows whether it has started."""
    attempt = engine.store.attempt(job.id, job.attempt)
    if job.state is not State.ASSIGNED and attempt is not None:
        return (
            attempt.site != HERE and not spec_at(attempt.site, engine.places.home, job.project, job.user).made
        )
    project = engine.settings.projects.get(job.project)
    return project is not None and project.docker is not None and not project.docker.image


async def _site(engine: Engine, job: Job) -> tuple[Site, AttemptEnd | None]:
    """Where it ran; if that is not there any more, this host, and the end that this means. Raises EngineGone."""
    attempt = engine.store.attempt(job.id, job.attempt)
    project = engine.settings.projects.get(job.project)
    try:
        if job.state is State.ASSIGNED:
            return (
                await engine.sites.of(project, job.user, busy=True) if project else engine.sites.here
            ), None
        return await engine.sites.named(attempt.site if attempt else HERE, job.project, job.user), None
    except EngineGone:
        raise
    except CockpitError as error:
        return engine.sites.here, AttemptEnd(Cause.LOST, str(error))


def _how_it_ended(folder: AttemptFolder, process: ProcessId | None) -> AttemptEnd | None:
    """Lost, unless it told an exit code: then the attempt itself reads it."""
    if folder.exit_code() is not None:
        return None
    rebooted = process is not None and process.boot not in ("", boot_id())
    reason = "the host was restarted" if rebooted else "its process died while no scheduler ran"
    return AttemptEnd(Cause.LOST, reason)


def _process(engine: Engine, job: Job, folder: AttemptFolder, window: Window | None) -> ProcessId | None:
    """The process that runs the attempt.

    As the store knows it; else as its window knows it; else as run.sh told it, proved by the folder that it stands in.
    """
    attempt = engine.store.attempt(job.id, job.attempt)
    if attempt is not None and attempt.process is not None:
        return attempt.process
    if window is not None:
        return identify(window.pid)
    pid = folder.starter_pid()
    with contextlib.suppress(OSError, psutil.Error):
        if pid is not None and os.path.samefile(psutil.Process(pid).cwd(), folder.path):
            return identify(pid)
    return None


async def _note_start(
    engine: Engine, job: Job, site: Site, window: Window | None, process: ProcessId | None
) -> Job:
    """The window was opened, but the scheduler died before it could say so."""
    return await engine.write(
        lambda store: store.starting(
            job.id, job.fence or 0, engine.now(), window=window.window_id if window else "",
            pane=window.pane_id if window else "", process=process, site=site.name,
            server_pid=window.server_pid if window else 0,
        )
    )  # fmt: skip


def _found(  # noqa: PLR0917  a value with this many parts
    engine: Engine,
    job: Job,
    site: Site,
    window: Window | None,
    process: ProcessId | None,
    end: AttemptEnd | None,
) -> Found:
    attempt = engine.store.attempt(job.id, job.attempt)
    lock = next((lock for lock in engine.store.locks_of(job.user) if lock.job_id == job.id), None)
    claim = Claim(
        job.id, job.seq, job.project, job.user, job.agent, job.fence or 0, job.attempt,
        lock.lock_id if lock else "", job.grant.granted_at if job.grant else 0, lock.expires_at if lock else 0,
    )  # fmt: skip
    server_pid = (attempt.server_pid if attempt else None) or (window.server_pid if window else None)
    window_id, pane = (window.window_id, window.pane_id) if window else (None, None)
    return Found(job, claim, site, window_id, pane, process, server_pid, end)
