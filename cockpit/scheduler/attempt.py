"""One attempt, from its claim to its end: an asyncio task that owns everything about it.

    start -> watch -> end what is left -> finish in the store -> tell

What ends it first wins: its process, a kill, its timeout, or a heart that stopped beating. Each is an event; nothing
here polls.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable

from cockpit.base.clock import Micros
from cockpit.base.crash import crash_point
from cockpit.base.errors import CockpitError, NotFound, StaleFence, Unavailable
from cockpit.base.process import ProcessId, identify
from cockpit.base.times import SECOND
from cockpit.config.settings import Settings
from cockpit.domain.job import Job, State
from cockpit.domain.lane import Claim
from cockpit.domain.parking import Parking, parking
from cockpit.domain.profile import Profile
from cockpit.domain.project import Project
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.jobdir.layout import AttemptFolder, job_folder
from cockpit.jobdir.progress import NOTHING, Progress, read_progress
from cockpit.scheduler.ending import wait_for_exit
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.environment import MissingVariable
from cockpit.scheduler.errands import Errands
from cockpit.scheduler.folder import AttemptFiles, clean_up
from cockpit.scheduler.heartbeat import Heartbeat
from cockpit.scheduler.interaction import Interaction, limit_end
from cockpit.scheduler.outputcap import OutputCap
from cockpit.scheduler.processes import Mark
from cockpit.scheduler.recovery import Found
from cockpit.scheduler.resume import conversation_of
from cockpit.scheduler.sidetasks import SideTasks
from cockpit.scheduler.site import Site
from cockpit.scheduler.timeout import Timeout
from cockpit.store.base import Store
from cockpit.tmux.pane import PaneController

log = logging.getLogger("cockpit.scheduler")
_DYING = 0.3  # seconds


class Refused(CockpitError):
    """This attempt can't be started as things are configured; trying again by itself would not help."""


class Attempt:
    """One running attempt. `run` (for a claim) or `adopt` (for one that an earlier scheduler left) is its task."""

    def __init__(self, engine: Engine, claim: Claim) -> None:
        self.engine = engine
        self.claim = claim
        self.folder: AttemptFolder = job_folder(engine.places.jobs, claim.job_id).attempt(claim.attempt)
        self._verdict: asyncio.Future[AttemptEnd] = asyncio.get_running_loop().create_future()
        self._state = State.ASSIGNED
        self._process: ProcessId | None = None
        self._site: Site = engine.sites.here
        self.under_way = asyncio.Event()
        """Its window is open, or will not be."""
        self._exit_seen = asyncio.Event()
        self._window: str | None = None
        self._adopted = False
        self._pane: str | None = None
        self._interaction: Interaction | None = None
        self._server_pid: int | None = None
        self._progress: Progress = NOTHING
        self._side = SideTasks(claim.job_id)
        self._output = OutputCap(
            self.folder,
            self._side,
            limit=lambda: self.engine.settings.output.cap,
            still=lambda: not self._verdict.done(),
        )
        self._heartbeat = Heartbeat(
            engine.clock,
            engine.settings.watchdog,
            self.folder,
            stalled=self._stalled,
            back=self._back,
            lost=self._lost,
        )

    async def run(self) -> Job | None:
        """Start it and see it to its end; the job as it is then, None when the grant was somebody else's by then."""
        try:
            await self._start()
        except Refused as error:
            self._decide(AttemptEnd(Cause.REFUSED, str(error)))
        except CockpitError as error:
            self._decide(AttemptEnd(Cause.LOST, f"it could not be started: {error}"))
        except Exception as error:
            # a mistake of ours: counted as lost, or it would be tried every second for ever
            log.exception("job %s could not be started", self.claim.job_id)
            self._decide(AttemptEnd(Cause.LOST, f"it could not be started: {type(error).__name__}: {error}"))
        finally:
            self.under_way.set()
        return await self._see_through()

    async def adopt(self, found: Found) -> Job | None:
        """Go on with what an earlier scheduler started."""
        self._adopted = True
        self._state, self._site, self._process = found.job.state, found.site, found.process
        self._window, self._pane, self._server_pid = found.window, found.pane, found.server_pid
        if found.end is not None:
            self._decide(found.end)
        self.engine.watcher.add(self.folder.path, self.files_changed)
        return await self._see_through()

    def kill(self, reason: str) -> None:
        """End it; the job is killed."""
        self._decide(AttemptEnd(Cause.KILLED, reason))

    # -- start

    async def _start(self) -> None:
        crash_point("claimed")
        project, profile = await self._project_and_profile()
        store, engine = self.engine.store, self.engine
        job = store.get(self.claim.job_id)
        self._site = await engine.sites.of(project, self.claim.user)
        files = AttemptFiles(
            self.claim, job, store.prompt(job.id), store.metadata(job.id), project, profile,
            engine.places, engine.environ, engine.umask, self._site, conversation_of(store, self.claim, profile),
        )  # fmt: skip
        try:
            await asyncio.to_thread(files.make)
            self.engine.watcher.add(self.folder.path, self.files_changed)
            crash_point("folder-made")
            await self._open_window()
            await asyncio.to_thread(files.describe)
        except MissingVariable as error:
            raise Refused(str(error)) from error
        except OSError as error:
            raise Unavailable(f"its folder was not made: {error.strerror}") from error

    async def _project_and_profile(self) -> tuple[Project, Profile]:
        settings = self.engine.settings
        if self.claim.project not in settings.projects or self.claim.agent not in settings.agents:
            settings = await asyncio.to_thread(self.engine.read_settings)  # added a moment ago, perhaps
        return self._configured(settings)

    def _configured(self, settings: Settings) -> tuple[Project, Profile]:
        project = settings.projects.get(self.claim.project)
        profile = settings.agents.get(self.claim.agent)
        if project is None:
            raise Refused(f"project {self.claim.project} is not configured any more")
        if profile is None:
            raise Refused(f"agent {self.claim.agent} is not configured any more")
        if not os.path.isdir(project.path):
            raise Refused(f"the folder of project {project.name} is gone: {project.path}")
        return project, profile

    async def _open_window(self) -> None:
        window, site = await self._site.open_window(self.claim), self._site
        self.under_way.set()
        crash_point("window-opened")
        self._window, self._pane, self._server_pid = window.window_id, window.pane_id, window.server_pid
        process = self._process = site.process_of(window.pid)
        await self.engine.write(
            lambda store: store.starting(
                self.claim.job_id, self.claim.fence, self.engine.now(), window=window.window_id, pane=window.pane_id,
                process=process, server_pid=window.server_pid, site=site.name,
            )
        )  # fmt: skip
        self._state = State.STARTING
        crash_point("started")

    # -- watch

    async def _see_through(self) -> Job | None:
        """Watch, end, finish. Whoever carries an old fence by now changes nothing."""
        watch = asyncio.create_task(self._watch_process())
        watch.add_done_callback(self._watch_over)
        timeout: Timeout | None = None
        try:
            self._heartbeat.start()
            timeout = self._begin_clock()
            self.look()
            async with self._site.escort(self.claim, self.folder, self._pane, self._errands):
                end = await self._verdict
        finally:
            self._heartbeat.stop()
            if timeout is not None:
                timeout.pause()
            if self._interaction is not None:
                await self._interaction.stop()
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        try:
            return await self._conclude(end)
        except (StaleFence, NotFound) as error:
            log.warning("job %s: %s", self.claim.job_id, error)
            return None

    def _errands(self) -> Errands:
        engine = self.engine
        return Errands(self.claim, self.folder, engine.watcher, engine.places, engine.environ)

    def _begin_clock(self) -> Timeout:
        """The clock of its timeout, which stands while its agent is parked; and its screen, which tells when it is."""
        engine, claim = self.engine, self.claim
        timeout = Timeout(engine.clock, engine.store.get(claim.job_id).timeout, self._timed_out)
        was = parking(engine.store.events(claim.job_id, 1000), claim.attempt) if self._adopted else Parking()
        now = engine.now()
        if not self._adopted or self.folder.exit_code() is None:  # it ended by itself while nobody watched
            timeout.start((now - claim.granted_at - was.total(now)) / SECOND)
        self._interact(timeout, was)
        return timeout

    def _timed_out(self, reason: str) -> None:
        self._decide(AttemptEnd(Cause.TIMED_OUT, reason))

    def _interact(self, timeout: Timeout, was: Parking) -> None:
        """Watch its screen, if it has one and its profile is known."""
        profile = self.engine.settings.agents.get(self.claim.agent)
        if profile is None or not self._pane or self._verdict.done():
            return
        pane = PaneController(self._site.client, self._pane, server_pid=self._server_pid or 0)
        self._interaction = Interaction(
            self.engine, self.claim, profile, pane, folder=self.folder, decide=self._decide, timeout=timeout
        )
        self._interaction.start(was)

    async def _watch_process(self) -> None:
        died = await self._site.ended(self._process, self._window or "", self._exit_seen)
        if self._verdict.done():
            return
        crash_point("process-ended")
        self._decide(await self._how_it_ended(died))

    def _watch_over(self, watch: asyncio.Task[None]) -> None:
        """A watch that failed must not leave a job that nobody would ever see end: the scheduler adopts it anew."""
        if not watch.cancelled() and (error := watch.exception()) is not None and not self._verdict.done():
            self._verdict.set_exception(error)

    async def _how_it_ended(self, place_died: str | None) -> AttemptEnd:
        code = self.folder.exit_code()
        if code is None and place_died is not None:
            return AttemptEnd(Cause.LOST, place_died)
        if (code is None or code >= 128) and await self._server_is_gone():
            return AttemptEnd(Cause.LOST, "tmux died, and the agent with it")
        if code is None:
            return AttemptEnd(Cause.LOST, "its window was closed, or its process was ended from outside")
        if code and self._interaction is not None and self._interaction.limited_until is not None:
            return limit_end(self._interaction.limited_until, _explain(code))
        return AttemptEnd(Cause.EXITED, _explain(code), code)

    async def _server_is_gone(self) -> bool:
        """A server that dies takes its panes along; they may be at their end a moment before it."""
        if self._site is not self.engine.sites.here or self._server_pid is None:
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DYING):
                await wait_for_exit(self._server_pid)
        return identify(self._server_pid) is None

    def files_changed(self, _folder: str, names: set[str]) -> None:
        """The watch over its folder has something to tell."""
        self.look(names or None)

    def look(self, names: set[str] | None = None) -> None:
        """Files of the attempt changed (None: look at all of them): start, progress, output, heartbeat."""
        if not names or "exit_code" in names:
            self._look_for_exit()
        if self._verdict.done():
            return
        if self._state is State.STARTING and os.path.exists(self.folder.started):
            self._state = State.RUNNING
            self._side.spawn(self._mark_running())
        if not names or "heartbeat" in names:
            self._heartbeat.look()
        if not names or "progress.md" in names:
            self._look_at_progress()
        if not names or "output.log" in names:
            self._output.look()

    def _look_for_exit(self) -> None:
        if os.path.exists(f"{self.folder.path}/exit_code"):
            self._exit_seen.set()

    async def _mark_running(self) -> None:
        await self._advance(lambda s: s.running(self.claim.job_id, self.claim.fence, self.engine.now()))
        crash_point("running")

    async def _advance(self, transition: Callable[[Store], Job]) -> None:
        await self.engine.write(transition)
        await self._tell()

    def _look_at_progress(self) -> None:
        progress = read_progress(self.folder.path)
        if progress != self._progress:
            self._progress = progress
            self._side.spawn(self._tell())

    async def _tell(self) -> None:
        job = self.engine.store.get(self.claim.job_id)
        if job.fence == self.claim.fence and job.grant is not None:
            await self.engine.tell_status(job)

    def _stalled(self, reason: str) -> None:
        self._state = State.STALLED
        now = self.engine.now()
        self._side.spawn(self._advance(lambda s: s.stalled(self.claim.job_id, self.claim.fence, reason, now)))

    def _back(self) -> None:
        self._state = State.RUNNING
        self._side.spawn(self._mark_running())

    def _lost(self, reason: str) -> None:
        self._decide(AttemptEnd(Cause.LOST, reason))

    # -- end

    def _decide(self, end: AttemptEnd) -> None:
        if not self._verdict.done():
            self._verdict.set_result(end)

    async def _conclude(self, end: AttemptEnd) -> Job:
        """The sweep before the lock: it passes on only when nothing of this attempt lives."""
        await self._side.finish()
        await self._let_it_leave(end)
        await asyncio.to_thread(self._pin_down)
        mark = Mark(self.engine.places.home, self.claim.job_id, self.claim.fence, self._process)
        await self._site.end(mark, self.claim.attempt, self.engine.settings.scheduler.grace)
        crash_point("swept")
        if end.cause is not Cause.EXITED:
            # else tmux closes it by itself, once it has passed the last output on
            await self.engine.close_window(self._site, self._window)
        with contextlib.suppress(OSError):
            await self._output.cut()  # what it printed in the end, nobody has looked at
        await asyncio.to_thread(clean_up, self.engine.places, self.claim.job_id, self.claim.attempt)
        unseen = self._state is State.STARTING and self.folder.starter_pid() is not None
        job = await self.engine.write(lambda store: self._finish(store, end, unseen))
        crash_point("finished")
        await self.engine.tell_status(job, durable=True)
        return job

    async def _let_it_leave(self, end: AttemptEnd) -> None:
        """An interactive agent that is done, or parked, is asked to quit: it saves its conversation then."""
        interaction, process = self._interaction, self._process
        if interaction is None or not interaction.interactive or self._exit_seen.is_set():
            return
        if end.cause not in (Cause.EXITED, Cause.LIMITED) or (process is not None and not process.alive()):
            return
        await interaction.leave(lambda: self._exit_seen.is_set() or bool(process and not process.alive()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.engine.settings.scheduler.grace):
                await self._site.ended(process, self._window or "", self._exit_seen)

    def _pin_down(self) -> None:
        """If nobody knows whether run.sh ran (tmux did not answer): see that it never will, or who it is."""
        if self._state is not State.ASSIGNED or self._process is not None:
            return
        never = self._site.void(self.folder, self.claim.job_id, self.claim.attempt)
        if not never and (pid := self.folder.starter_pid()) is not None:
            self._process = identify(pid)

    def _finish(self, store: Store, end: AttemptEnd, unseen: bool) -> Job:
        now = self._when_it_ended(end)
        if unseen:  # so short that nobody saw it run
            store.running(self.claim.job_id, self.claim.fence, now)
        return store.finish(self.claim.job_id, self.claim.fence, end, now, self.engine.backoff)

    def _when_it_ended(self, end: AttemptEnd) -> Micros:
        """Now; of one that ended while nobody watched, the moment at which its exit code was written."""
        now = self.engine.now()
        if self._adopted and end.cause is Cause.EXITED:
            with contextlib.suppress(OSError):
                written = os.stat(f"{self.folder.path}/exit_code").st_mtime_ns // 1000
                return min(max(written, self.claim.granted_at), now)
        return now


def _explain(code: int) -> str:
    """What an exit code of a shell's command means (POSIX sh, "Exit Status for Commands")."""
    if code == 127:
        return "exit code 127: its command was not found"
    if code == 126:
        return "exit code 126: its command can't be executed"
    return f"exit code {code}" + (f" (signal {code - 128})" if 128 < code < 160 else "")
