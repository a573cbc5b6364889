"""Errands for an agent in a container: its `cockpit enqueue` is done out here, in its name.

The shim inside writes a request into the attempt's folder; this runs the very command on the host and gives the answer
back. Only enqueue, and nothing that would read a file of this host: the container is not trusted with those.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping

from cockpit.base.errors import CockpitError, StaleFence, UsageError
from cockpit.config.places import Places
from cockpit.docker.requests import ShimRequest, answer, read_requests
from cockpit.domain.lane import Claim
from cockpit.jobdir.layout import AttemptFolder
from cockpit.jobdir.watch import FolderWatcher

_PATIENCE = 25.0  # seconds; the shim inside waits for 30
_READS_FILES = ("--prompt-file", "--batch")


class Errands:
    """Watches one attempt's requests while it runs."""

    def __init__(
        self, claim: Claim, folder: AttemptFolder, watcher: FolderWatcher, places: Places, environ: Mapping[str, str]
    ) -> None:  # fmt: skip
        self._claim, self._folder, self._watcher = claim, folder, watcher
        self._environ = dict(environ) | {
            "COCKPIT_HOME": places.home, "COCKPIT_CONFIG": places.config_file, "COCKPIT_JOB_ID": claim.job_id,
        }  # fmt: skip
        self._running: asyncio.Task[None] | None = None
        self._again = False

    def start(self) -> None:
        """Look for requests, now and whenever the folder changes."""
        with contextlib.suppress(OSError):
            os.mkdir(f"{self._folder.path}/requests", 0o700)
        self._watcher.add(f"{self._folder.path}/requests", self._changed)

    def stop(self) -> None:
        """Look no more."""
        self._watcher.remove(f"{self._folder.path}/requests", self._changed)

    def _changed(self, _folder: str, _names: set[str]) -> None:
        self._again = True
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        while self._again:
            self._again = False
            for request in await asyncio.to_thread(read_requests, self._folder.path):
                code, text = await asyncio.to_thread(self._do, request)
                await asyncio.to_thread(answer, request, code, text)

    def _do(self, request: ShimRequest) -> tuple[int, str]:
        """Run it; its exit code and what it printed."""
        try:
            argv = self._checked(request)
        except CockpitError as error:
            return error.exit_code, f"cockpit: {error}\n"
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "cockpit", *argv], input=request.stdin, env=self._environ,
                capture_output=True, text=True, timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 5, "cockpit: the cockpit outside took too long\n"
        return done.returncode, done.stdout if done.returncode == 0 else done.stderr

    def _checked(self, request: ShimRequest) -> tuple[str, ...]:
        """Raise UsageError or StaleFence unless this attempt may ask for that."""
        if (request.job_id, request.fence) != (self._claim.job_id, self._claim.fence):
            raise StaleFence("this attempt is over; its requests are not carried out any more")
        if request.argv[:1] != ("enqueue",):
            raise UsageError("from inside a container only 'cockpit enqueue' is carried out")
        for word, following in zip(request.argv, [*request.argv[1:], ""], strict=True):
            name, _, value = word.partition("=")
            reads = any(len(name) > 2 and option.startswith(name) for option in _READS_FILES)
            if reads and not (name == "--batch" and (value or following) == "-"):
                raise UsageError(f"{name} would read a file of the host; give the text by '-' instead")
        return request.argv
