"""A project's container as a site for attempts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache

from cockpit.base.files import private_dir
from cockpit.base.process import ProcessId
from cockpit.config.places import Places
from cockpit.config.settings import Settings
from cockpit.docker.container import Containers
from cockpit.docker.death import wait_for_death
from cockpit.docker.engine import Engine
from cockpit.docker.mirror import Mirror
from cockpit.docker.running import RunningContainer
from cockpit.docker.spec import spec_at, spec_of
from cockpit.docker.sweep import end_attempt
from cockpit.docker.transfer import put_files, void_inside
from cockpit.docker.usage import UsageMeter
from cockpit.domain.job import Job
from cockpit.domain.lane import Claim
from cockpit.domain.project import Project
from cockpit.domain.usage import Usage
from cockpit.jobdir.layout import AttemptFolder
from cockpit.scheduler.environment import Inside
from cockpit.scheduler.errands import Errands
from cockpit.scheduler.processes import Mark
from cockpit.scheduler.site import Site
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.conf import conf_text
from cockpit.tmux.hosts import Host
from cockpit.tmux.news import News, WindowClosed
from cockpit.tmux.server import TmuxServer, Window

log = logging.getLogger("cockpit.scheduler")
_LAST_WORD = 2.0  # seconds that exit_code gets after the window has closed


def bring_up(
    places: Places, settings: Settings, project: Project, user: str, *, busy: bool
) -> RunningContainer:
    """The project's container as it is configured now. Blocks. Raises Unavailable."""
    containers = _containers(settings.docker.command, settings.tmux.history_limit)
    return containers.ensure(spec_of(project, places.home, user=user), busy=busy)


def container_at(places: Places, settings: Settings, name: str, project: str, user: str) -> RunningContainer:
    """The container that an attempt was started in, whatever the project names by now. Blocks. Raises Unavailable."""
    containers = _containers(settings.docker.command, settings.tmux.history_limit)
    return containers.found(spec_at(name, places.home, project, user))


async def site_of(running: RunningContainer, known: Site | None) -> Site:
    """It as a site, over the connection of `known` while that is still the same container."""
    if isinstance(known, ContainerSite):
        if known.running.id == running.id and known.running.pid == running.pid:
            return ContainerSite(running, known.client)
        await known.client.close()
    client = TmuxClient(_server(running))
    await client.start()
    return ContainerSite(running, client)


def server_in(places: Places, settings: Settings, job: Job, site: str) -> TmuxServer:
    """The tmux server in the container that the job runs in, for who attaches. Blocks. Raises Unavailable."""
    return _server(container_at(places, settings, site, job.project, job.user))


def end_in_container(places: Places, settings: Settings, job: Job, site: str, grace: float) -> None:
    """End what is left of a job's attempt in its container. Blocks. Raises Unavailable."""
    running = container_at(places, settings, site, job.project, job.user)
    end_attempt(running, job.id, job.fence or 0, job.attempt, grace)


class ContainerMeter:
    """What a container uses; all of it is the one agent's that runs in it."""

    def __init__(self, running: RunningContainer) -> None:
        self._meter = UsageMeter(running)

    def read(self) -> Usage | None:
        """The use since the reading before; None when the container is gone."""
        told = self._meter.read()
        return None if told is None else Usage(told.cpu, told.memory)


def container_meter(places: Places, settings: Settings, job: Job, site: str) -> ContainerMeter:
    """A meter of the job's container. Blocks. Raises Unavailable."""
    return ContainerMeter(container_at(places, settings, site, job.project, job.user))


@cache
def _containers(command: str, history: int) -> Containers:
    """One for the process: it remembers what it has probed, and lets two attempts not make one container twice."""
    return Containers(Engine(command), conf_text(history))


def _server(running: RunningContainer) -> TmuxServer:
    host = Host(f"container {running.name}", running.prefix, running.terminal_prefix)
    return TmuxServer(running.tmux_socket, running.tmux_conf, host=host)


class ContainerSite:
    """One running container."""

    def __init__(self, running: RunningContainer, client: TmuxClient) -> None:
        self.running, self.client = running, client
        self.name = running.name

    def inside(self, claim: Claim, project: Project, outer: Mapping[str, str]) -> Inside:
        folder = self.running.attempt_inside(claim.job_id, claim.attempt)
        variables = {"HOME": self.running.agent_home, "LANG": "C.UTF-8"}
        return Inside(
            folder, self.running.spec.workdir, f"{folder}/tmp", self.running.bin, self.running.path, variables
        )

    def make_folder(self, folder: AttemptFolder, claim: Claim) -> None:
        if not self.running.shared:
            private_dir(folder.path)
            return
        outside = private_dir(self.running.attempt_outside(claim.job_id, claim.attempt))
        private_dir(f"{outside}/tmp")
        private_dir(os.path.dirname(folder.path))
        with contextlib.suppress(FileExistsError):
            os.symlink(outside, folder.path)

    def deliver(self, folder: AttemptFolder, claim: Claim) -> None:
        if self.running.shared:
            return
        files = {}
        for name in ("run.sh", "env", "prompt.md"):
            with open(f"{folder.path}/{name}", "rb") as file:
                files[name] = file.read()
        put_files(
            self.running, self.running.attempt_inside(claim.job_id, claim.attempt), files, folders=["tmp"]
        )
        os.unlink(f"{folder.path}/env")

    def void(self, folder: AttemptFolder, job_id: str, attempt: int) -> bool:
        """Where no folder is shared, run.sh looks inside: what is made out here would stop nobody."""
        if self.running.shared:
            return folder.void()
        return void_inside(self.running, job_id, attempt)

    async def open_window(self, claim: Claim) -> Window:
        path = self.running.attempt_inside(claim.job_id, claim.attempt)
        argv = ["/bin/sh", f"{path}/run.sh"]
        return await self.client.open_window(claim.job_id, path, argv, f"{path}/output.log")

    def process_of(self, pid: int) -> ProcessId | None:
        """None: a pid in there means nothing out here."""
        return None

    async def ended(self, process: ProcessId | None, window: str, exit_seen: asyncio.Event) -> str | None:
        closed = asyncio.Event()
        undo = self.client.on_news(lambda news: closed.set() if _closes(news, window) else None)
        death = asyncio.create_task(wait_for_death(self.running))
        waits = [asyncio.create_task(exit_seen.wait()), asyncio.create_task(closed.wait())]
        try:
            await asyncio.wait([death, *waits], return_when=asyncio.FIRST_COMPLETED)
            if death.done() and not exit_seen.is_set():
                return death.result()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORD):
                    await exit_seen.wait()
            return None
        finally:
            undo()
            for task in (death, *waits):
                task.cancel()
            await asyncio.gather(death, *waits, return_exceptions=True)

    async def end(self, mark: Mark, attempt: int, grace: float) -> None:
        await asyncio.to_thread(end_attempt, self.running, mark.job_id, mark.fence, attempt, grace)

    @contextlib.asynccontextmanager
    async def escort(
        self, claim: Claim, folder: AttemptFolder, pane: str | None, errands: Callable[[], Errands]
    ) -> AsyncIterator[None]:
        """Do its errands; where no folder is shared, write here what it writes there."""
        served = errands()
        served.start()
        mirror = Mirror(self.running, claim.job_id, claim.attempt, folder.path)
        mirroring = None if self.running.shared else asyncio.create_task(mirror.run())
        try:
            yield
        finally:
            served.stop()
            if mirroring is not None:
                mirroring.cancel()
                await asyncio.gather(mirroring, return_exceptions=True)


def _closes(news: News, window: str) -> bool:
    return isinstance(news, WindowClosed) and news.window_id == window
