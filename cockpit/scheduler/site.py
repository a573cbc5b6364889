"""A place where attempts run: what it has to offer, and this host as one.

A site opens an attempt's window, knows when the attempt has ended and ends what is left of it. Everything else (the
folder's files, the screen, the store) is the same everywhere: an attempt's folder is always found at
jobs/<id>/attempts/<n>, which for a container is a link into the folder that the container sees.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from cockpit.base.files import private_dir
from cockpit.base.process import ProcessId, identify
from cockpit.config.places import Places
from cockpit.domain.lane import Claim
from cockpit.domain.project import Project
from cockpit.jobdir.layout import AttemptFolder, job_folder
from cockpit.scheduler.environment import Inside, attempt_tmp, own_variables, short_path
from cockpit.scheduler.spare import SpareWindow
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.server import Window

if TYPE_CHECKING:
    from cockpit.scheduler.errands import Errands
    from cockpit.scheduler.processes import Mark

_SETTLED = 60.0  # seconds after which a window has long found its script and its log
HERE = ""
"""The name of this host as a site, in the store."""


class Site(Protocol):
    """One place for attempts. `client` is the live connection to its tmux server."""

    name: str
    client: TmuxClient

    def inside(self, claim: Claim, project: Project, outer: Mapping[str, str]) -> Inside:
        """How the attempt will see its place; `outer` is the scheduler's own environment."""

    def make_folder(self, folder: AttemptFolder, claim: Claim) -> None:
        """Make the attempt's folder, so that both sides see it. Blocks. Raises Unavailable, OSError."""

    def deliver(self, folder: AttemptFolder, claim: Claim) -> None:
        """Bring the written files to where the attempt will look for them. Blocks."""

    def void(self, folder: AttemptFolder, job_id: str, attempt: int) -> bool:
        """As AttemptFolder.void, there where run.sh looks. Blocks. Raises Unavailable when that can't be told."""

    async def open_window(self, claim: Claim) -> Window:
        """Start run.sh in a window of its own. Raises Unavailable."""

    def process_of(self, pid: int) -> ProcessId | None:
        """The identity of a window's process, where this host can tell."""

    async def ended(self, process: ProcessId | None, window: str, exit_seen: asyncio.Event) -> str | None:
        """Return when run.sh has ended; the reason if that was because the place itself died."""

    async def end(self, mark: Mark, attempt: int, grace: float) -> None:
        """End every process of the attempt. Raises Unavailable when that can't be made sure."""

    def escort(
        self, claim: Claim, folder: AttemptFolder, pane: str | None, errands: Callable[[], Errands]
    ) -> AbstractAsyncContextManager[None]:
        """What runs beside an attempt for as long as it is watched."""


class LocalSite:
    """This host."""

    name = HERE

    def __init__(self, places: Places, client: TmuxClient) -> None:
        self._places, self.client = places, client
        self.spare = SpareWindow(client, places.run, places.home)

    def inside(self, claim: Claim, project: Project, outer: Mapping[str, str]) -> Inside:
        places = self._places
        folder = job_folder(places.jobs, claim.job_id).attempt(claim.attempt).path
        variables = own_variables(outer, places)
        return Inside(
            folder,
            project.path,
            attempt_tmp(places, claim.job_id, claim.attempt),
            places.bin,
            outer.get("PATH", ""),
            variables,
        )

    def make_folder(self, folder: AttemptFolder, claim: Claim) -> None:
        private_dir(folder.path)
        private_dir(attempt_tmp(self._places, claim.job_id, claim.attempt))

    def deliver(self, folder: AttemptFolder, claim: Claim) -> None:
        """Nothing: the folder is the same one."""

    def void(self, folder: AttemptFolder, job_id: str, attempt: int) -> bool:
        return folder.void()

    async def open_window(self, claim: Claim) -> Window:
        window = await self.spare.take(
            claim.job_id, job_folder(self._places.jobs, claim.job_id).attempt(claim.attempt)
        )
        if window is None:
            window = await self._open_anew(claim)
        self.spare.refill_soon()
        return window

    async def _open_anew(self, claim: Claim) -> Window:
        path = short_path(self._places, claim.job_id, claim.attempt)
        folder = job_folder(self._places.jobs, claim.job_id).attempt(claim.attempt)
        await asyncio.to_thread(_link, folder.path, path)
        return await self.client.open_window(
            claim.job_id, path, ["/bin/sh", f"{path}/run.sh"], f"{path}/output.log"
        )

    def process_of(self, pid: int) -> ProcessId | None:
        return identify(pid) or ProcessId(pid, "", "")  # it may be over already

    async def ended(self, process: ProcessId | None, window: str, exit_seen: asyncio.Event) -> str | None:
        from cockpit.scheduler.ending import wait_for_exit  # psutil is not for the first picture

        if process is not None and process.alive():
            await wait_for_exit(process.pid)
        return None

    async def end(self, mark: Mark, attempt: int, grace: float) -> None:
        from cockpit.scheduler.ending import end_attempt

        await end_attempt(mark, grace)

    def escort(
        self, claim: Claim, folder: AttemptFolder, pane: str | None, errands: Callable[[], Errands]
    ) -> AbstractAsyncContextManager[None]:
        return nullcontext()


def _link(target: str, path: str) -> None:
    """A short path to `target`, and away with those of earlier attempts.

    Not when an attempt ends: tmux opens a window's log a little after its command, and a quick one is over by then.
    """
    for entry in os.scandir(os.path.dirname(path)):
        with contextlib.suppress(OSError):
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _SETTLED:
                os.unlink(entry.path)
    with contextlib.suppress(FileExistsError):
        os.symlink(target, path)
