"""A window that waits for the next attempt: most of what a start costs is done before there is anything to start.

Opening a window and its log means a new terminal, two forks and two shells: 8-10 ms. So one is kept open whose shell
blocks in reading a fifo; the next attempt gets it by being written there, and its log by a rename. If anything is odd
about it (closed by hand, tmux died), it is dropped, and a window is opened as usual. It runs nothing and can be killed
at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import glob
import os

from cockpit.base.errors import CockpitError
from cockpit.base.records import dataclass
from cockpit.jobdir.layout import AttemptFolder
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.server import Window
from cockpit.tmux.words import safe_name

NAME = "spare"
_GONE = ".gone"
_LATER = 0.25  # seconds
# It says something that is not seen, so that the log tells when somebody writes it. The script is read into the shell
# that is there: another exec would cost half a millisecond.
_WAIT = 'printf "\\r"; read -r script <"$1" && _cockpit_folder=${script%/*} && . "$script"'


@dataclass(frozen=True, slots=True)
class _Ready:
    """`folder` holds a fifo and a link to the log; without it tmux's writer can't make one anew by opening it late."""

    window: Window
    folder: str
    log: str


class SpareWindow:
    """At most one spare window on `client`'s server.

    Its fifo lies in `folder` (plain characters), its log in `home`, from where the attempt's folder can get it.
    """

    def __init__(self, client: TmuxClient, folder: str, home: str) -> None:
        self._client, self._folder, self._home = client, folder, home
        self._name = f"{NAME}-{os.getpid()}-{os.urandom(3).hex()}"
        self._ready: _Ready | None = None
        self._filling: asyncio.Task[None] | None = None
        self._naming: set[asyncio.Task[None]] = set()
        self._closed = False

    def clear(self) -> None:
        """Remove what schedulers before left that were killed; there is one at a time. Blocks."""
        for folder in (self._folder, self._home):
            for path in glob.glob(f"{glob.escape(folder)}/{NAME}.*"):
                _forget(path)

    def owns(self, window: Window) -> bool:
        """Did this one open it: does it wait, or runs an attempt in it that it is not called after yet?"""
        return window.name == self._name

    def refill_soon(self) -> None:
        """`refill`, once the attempt that got the last one has had the processors for itself."""
        asyncio.get_running_loop().call_later(_LATER, self.refill)

    def refill(self) -> None:
        """Open one in the background, if there is none."""
        if not self._closed and self._ready is None and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    async def take(self, name: str, attempt: AttemptFolder) -> Window | None:
        """Run the attempt in the spare window, called `name` from now on, its output going into its log.

        None when there is none that works: nothing was started then.
        """
        if self._ready is None or "\n" in attempt.path:  # its shell reads a line
            return None
        ready, self._ready = self._ready, None
        if not _logged(ready.log):  # renamed before tmux has opened it, it would stay empty
            await self._drop(ready)
            return None
        try:
            writer = os.open(f"{ready.folder}/fifo", os.O_WRONLY | os.O_NONBLOCK)  # ENXIO: nobody reads
        except OSError:  # closed by hand; or its shell is not there yet, and would wait for ever
            await self._drop(ready)
            return None
        try:
            os.truncate(ready.log, 0)
            os.rename(ready.log, attempt.log)  # its output goes on into the same file
            os.write(writer, os.fsencode(f"{attempt.path}/run.sh\n"))
        except OSError:
            await self._drop(ready)
            return None
        finally:
            os.close(writer)
            _forget(ready.folder)
        window = ready.window
        naming = asyncio.create_task(
            self._rename(window.window_id, name)
        )  # the agent is under way: nobody waits
        self._naming.add(naming)
        naming.add_done_callback(self._naming.discard)
        return Window(window.window_id, window.pane_id, window.pid, window.server_pid, name)

    async def _rename(self, window_id: str, name: str) -> None:
        with contextlib.suppress(CockpitError):
            await self._client.command("rename-window", "-t", window_id, safe_name(name))

    async def close(self) -> None:
        """Open no more, and close the one that waits."""
        self._closed = True
        if self._filling is not None:
            await asyncio.gather(self._filling, *self._naming, return_exceptions=True)
        if self._ready is not None:
            await self._drop(self._ready)
            self._ready = None

    async def _fill(self) -> None:
        unique = f"{NAME}.{os.getpid()}.{os.urandom(3).hex()}"
        folder, log = f"{self._folder}/{unique}", f"{self._home}/{unique}.log"
        fifo, link = f"{folder}/fifo", f"{folder}/log"
        with contextlib.suppress(CockpitError, OSError):
            os.mkdir(folder, 0o700)
            os.mkfifo(fifo, 0o600)
            os.close(os.open(log, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            os.symlink(log, link)  # plain characters for tmux
            window = await self._client.open_window(
                self._name, self._folder, ["/bin/sh", "-c", _WAIT, NAME, fifo], link
            )
            self._ready = _Ready(window, folder, log)
            return
        _forget(folder, log)

    async def _drop(self, ready: _Ready) -> None:
        with contextlib.suppress(CockpitError):
            await self._client.server.kill_window(ready.window.window_id)
        _forget(ready.folder, ready.log)


def _logged(log: str) -> bool:
    try:
        return os.stat(log).st_size > 0
    except OSError:
        return False


def _forget(path: str, log: str = "") -> None:
    """The folder of a spare, renamed first, so that nothing is made in it meanwhile; and its log, or a mere file."""
    gone = path if path.endswith(_GONE) else f"{path}{_GONE}"
    with contextlib.suppress(OSError):
        os.rename(path, gone)
    for each in (f"{gone}/fifo", f"{gone}/log", gone, log):
        with contextlib.suppress(OSError):
            os.unlink(each)
    with contextlib.suppress(OSError):
        os.rmdir(gone)
