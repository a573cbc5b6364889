"""The asynchronous door for the screen: reads at once, writes in a thread, and a word when anything changed.

Each cockpit competes to be the scheduler; whoever is not is a full cockpit all the same, and takes over when the other
one ends. One that is served to a browser does not compete, and writes nothing unless it was told that it may.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from cockpit.base.errors import CockpitError, Conflict
from cockpit.base.records import dataclass
from cockpit.base.wakeup import WakeListener
from cockpit.config.settings import Settings
from cockpit.controller.context import Context
from cockpit.controller.engine import make_engine, make_sites, make_writer, scheduler_class
from cockpit.controller.jobs import Jobs
from cockpit.controller.locks import Locks
from cockpit.controller.mine import Mine
from cockpit.controller.opening import open_store
from cockpit.controller.panes import ONLY_LOOKS, Panes, attach_argv
from cockpit.controller.reload import SettingsWatch
from cockpit.domain.job import ACTIVE, Job
from cockpit.domain.lane import Lock
from cockpit.domain.node import Node
from cockpit.jobdir.layout import job_folder
from cockpit.jobdir.progress import NOTHING, Progress, read_progress
from cockpit.jobdir.watch import FolderWatcher
from cockpit.scheduler.election import Election
from cockpit.store.base import Store

if TYPE_CHECKING:
    from cockpit.scheduler.scheduler import Scheduler

log = logging.getLogger("cockpit")
T = TypeVar("T")
_AGAIN = 5.0  # seconds before it stands for election again, after something prevented it from scheduling
_NET = 1.0  # seconds: data_version is compared, in case a wake-up was lost


@dataclass(frozen=True, slots=True)
class Services:
    """What `Live.do` hands to a write: everything over the writer's connection."""

    store: Store
    jobs: Jobs
    locks: Locks


_PROBLEMS = 100  # that nobody has taken yet; of more the oldest go


class Live:
    """One per screen; made, started and used on its event loop.

    With `schedules` false it never becomes the scheduler; with `read_only` every write raises Conflict.
    """

    def __init__(self, context: Context, *, schedules: bool = True, read_only: bool = False) -> None:
        self.context = context
        self.read_only = read_only
        self._schedules = schedules and not read_only
        self.store = open_store(context.places)
        self.jobs = Jobs(context, self.store)
        self.locks = Locks(context, self.store)
        self.on_change: Callable[[], None] | None = None
        self.on_files: Callable[[set[str]], None] | None = None
        self.problems: deque[str] = deque(maxlen=_PROBLEMS)
        self._refusing = False  # the configuration file is broken
        self.mine = Mine()
        self.role: Literal["scheduler", "standby"] = "standby"
        self._writer = make_writer(context)
        self._election = Election(context.places.lock)
        self._scheduler: Scheduler | None = None
        self._listener: WakeListener | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._scheduling: asyncio.Task[None] | None = None
        self._watcher = FolderWatcher()
        self.sites = make_sites(context)
        self.client = self.sites.here.client
        self.panes = Panes(context, self.store, self.sites, read_only=read_only)
        self._watched: dict[str, str] = {}
        self._progress: dict[str, Progress] = {}
        self._version = 0

    async def start(self, when: asyncio.Event | None = None) -> None:
        """Listen; then watch and schedule: from `when` on, for a screen wants the processor for its first picture."""
        self._listener = WakeListener(self.context.places.wake)
        asyncio.get_running_loop().add_reader(self._listener.fileno(), self._woken)
        settings = SettingsWatch(self.context, self._configured, self._refused)
        if self._schedules and self._election.try_win():
            self.role = "scheduler"  # at once: the first picture says so
        runs = (self._watcher.run(), settings.run(), self._net(), self.client.start())
        self._tasks = [asyncio.create_task(_once(when, run)) for run in runs]
        if self._schedules:
            self._scheduling = asyncio.create_task(_once(when, self._schedule()))
            self._tasks.append(self._scheduling)
        self._watch_active()

    async def stop(self) -> None:
        """End in good order: the agents go on, and so does whoever schedules next."""
        if self._scheduler is not None and self._scheduling is not None:
            self._scheduler.stop()
            await asyncio.wait([self._scheduling], timeout=5.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
        await self.sites.close()
        await self._writer.close()
        self.store.close()
        self._election.resign()

    # -- writes

    async def do(self, function: Callable[[Services], T], *, by_pieces: bool = False) -> T:
        """One transaction in the writer's thread; returns its result or raises its CockpitError.

        With `by_pieces` it makes transactions of its own: for large batches.
        """
        self._must_write()
        self.mine.on_the_way += 1
        try:
            return await self._writer.write(
                lambda store: self.mine.noting(store, lambda: function(self._services(store))),
                by_pieces=by_pieces,
            )
        finally:
            self.mine.on_the_way -= 1
            self._changed()  # whoever waited to know whose the new events are

    async def kill(self, job_id: str, reason: str = "killed by hand") -> Job:
        """Cancel a job that waits, end one that runs; returns at once where a scheduler sees to it."""
        job = await self.do(lambda services: services.jobs.kill(job_id, reason))
        return await self._see_to(job)

    async def kill_all(self, job_ids: Sequence[str], reason: str = "killed by hand") -> list[Job]:
        """As `kill`, all in one transaction; those that have ended already are left out."""

        def kill_them(services: Services) -> list[Job]:
            killed = []
            for job_id in job_ids:
                with contextlib.suppress(Conflict):
                    killed.append(services.jobs.kill(job_id, reason))
            return killed

        return [await self._see_to(job) for job in await self.do(kill_them)]

    async def _see_to(self, job: Job) -> Job:
        """Where nobody schedules, end it here and now."""
        if job.state in ACTIVE and self.scheduler_node() is None:
            return await asyncio.to_thread(self._carry_out, job)
        return job

    def _must_write(self) -> None:
        if self.read_only:
            raise Conflict(ONLY_LOOKS)

    def _carry_out(self, job: Job) -> Job:
        from cockpit.controller.ending import carry_out

        with contextlib.closing(open_store(self.context.places)) as store:
            return carry_out(self.context, store, job)

    async def take_away(self, lock: Lock) -> None:
        """Free a lock that was taken by hand; what still runs under it is ended first. Raises Conflict if it won't."""
        self._must_write()
        await asyncio.to_thread(self._take_away, lock)

    def _take_away(self, lock: Lock) -> None:
        from cockpit.controller.manual import end_and_release

        with contextlib.closing(open_store(self.context.places)) as store:
            end_and_release(self.context, store, lock)

    def _services(self, store: Store) -> Services:
        return Services(store, Jobs(self.context, store), Locks(self.context, store))

    # -- reads

    def scheduler_node(self) -> Node | None:
        """Who schedules; None when nobody does."""
        node = self.store.node()
        return node if node is not None and node.running() else None

    def progress(self, job: Job) -> Progress:
        """What a job's agent last said; read again only when its folder changed."""
        if job.id not in self._progress or job.id not in self._watched.values():
            self._progress[job.id] = read_progress(self.attempt_folder(job)) if job.attempt else NOTHING
        return self._progress[job.id]

    def attach_argv(self, job: Job) -> list[str]:
        """The command that shows the job's pane. Raises Conflict when it has none."""
        return attach_argv(self.context, self.store, job)

    def log_path(self, job: Job) -> str:
        """output.log of the current attempt."""
        return f"{self.attempt_folder(job)}/output.log"

    def attempt_folder(self, job: Job) -> str:
        """Where the files of the current attempt are."""
        return job_folder(self.context.places.jobs, job.id).attempt(job.attempt).path

    # -- events

    def _woken(self) -> None:
        if self._listener is not None:
            self._listener.drain()
        self._changed()

    def _changed(self) -> None:
        self._watch_active()
        if self.on_change is not None:
            self.on_change()

    def _watch_active(self) -> None:
        """Watch the folders of what runs now."""
        with contextlib.suppress(CockpitError):
            wanted = {self.attempt_folder(job): job.id for job in self.store.active()}
            for folder in self._watched.keys() - wanted.keys():
                self._watcher.remove(folder, self._folder_changed)
                self._progress.pop(self._watched.pop(folder), None)
            for folder, job_id in wanted.items():
                if folder not in self._watched and os.path.isdir(folder):
                    self._watched[folder] = job_id
                    self._watcher.add(folder, self._folder_changed)

    def _folder_changed(self, folder: str, names: set[str]) -> None:
        job_id = self._watched.get(folder)
        if job_id is None:
            return
        if not names or "progress.md" in names:
            self._progress.pop(job_id, None)
        if self.on_files is not None:
            self.on_files({job_id})

    async def _net(self) -> None:
        """A wake-up that was lost is noticed within a second: 5 us each."""
        while True:
            with contextlib.suppress(CockpitError):
                version = self.store.data_version()
                if version != self._version:
                    self._version = version
                    self._changed()
            await asyncio.sleep(_NET)

    def _configured(self, settings: Settings) -> None:
        self.context.settings = self.sites.settings = settings
        if self._scheduler is not None:
            self._scheduler.configure(settings)
        if self._refusing:
            self._refusing = False
            self.problems.append("The configuration is read again.")
        self._changed()

    def _refused(self, message: str) -> None:
        self._refusing = True
        self._tell(message)

    def take_problems(self) -> list[str]:
        """What was met since the last time, once."""
        taken = list(self.problems)
        self.problems.clear()
        return taken

    def _tell(self, message: str) -> None:
        self.problems.append(message)
        self._changed()

    async def _schedule(self) -> None:
        """Be the scheduler as soon as nobody else is; whatever prevents it is told, and tried again."""
        told = ""
        while True:
            await self._election.win()
            try:
                await self._run_scheduler()
                return
            except Exception as error:
                self._election.resign()
                if str(error) != told:
                    told = str(error)
                    log.exception("it does not schedule")
                    self._tell(f"this cockpit does not schedule: {error}")
            finally:
                self.role, self._scheduler = "standby", None
            await asyncio.sleep(_AGAIN)
            self._election = Election(self.context.places.lock)

    async def _run_scheduler(self) -> None:
        scheduler = await asyncio.to_thread(scheduler_class)  # a tenth of a second, and a key may come
        engine = make_engine(self.context, self.store, self._writer, self._watcher, self.sites)
        await self.client.start()
        self._scheduler = scheduler(engine, "cockpit", self._changed)
        self.role = "scheduler"
        await self._scheduler.run()


async def _once(when: asyncio.Event | None, run: Coroutine[Any, Any, object]) -> None:
    """`run`, after the event."""
    try:
        if when is not None:
            await when.wait()
    except asyncio.CancelledError:
        run.close()
        raise
    await run
