"""A window that waits for the next attempt: most of what a start costs is done before there is anything to start.

Opening a window means a new terminal, a fork and a shell: 3-5 ms. So one is kept open whose shell blocks in reading a
fifo; the next attempt gets it by being written there. If anything is odd about it (closed by hand, tmux died), it is
dropped, and a window is opened as usual. It runs nothing and can be killed at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass

from cockpit.base.errors import CockpitError
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.server import Window
from cockpit.tmux.words import safe_name, safe_path

NAME = "spare"
_WAIT = 'read -r script <"$1" && exec /bin/sh "$script"'


@dataclass(frozen=True, slots=True)
class _Ready:
    window: Window
    fifo: str


class SpareWindow:
    """At most one spare window on `client`'s server; its fifo lies in `folder` (plain characters)."""

    def __init__(self, client: TmuxClient, folder: str) -> None:
        self._client, self._folder = client, folder
        self._ready: _Ready | None = None
        self._filling: asyncio.Task[None] | None = None
        self._closed = False

    def refill(self) -> None:
        """Open one in the background, if there is none."""
        if not self._closed and self._ready is None and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    async def take(self, name: str, script: str, log: str) -> Window | None:
        """Run `/bin/sh script` in the spare window, called `name` from now on, its output appended to `log`.

        None when there is none that works: nothing was started then.
        """
        ready, self._ready = self._ready, None
        if ready is None:
            return None
        try:
            writer = os.open(ready.fifo, os.O_WRONLY | os.O_NONBLOCK)  # ENXIO: nobody reads
        except OSError:  # closed by hand; or its shell is not there yet, and would wait for ever
            await self._drop(ready)
            return None
        try:
            pane, window = ready.window.pane_id, ready.window.window_id
            await self._client.sequence(
                ("rename-window", "-t", window, safe_name(name)),
                ("pipe-pane", "-t", pane, f"exec cat >>{safe_path(log)}"),
            )
            os.write(writer, f"{safe_path(script)}\n".encode())
        except (CockpitError, OSError):
            await self._drop(ready)
            return None
        finally:
            os.close(writer)
            _forget(ready.fifo)
        return Window(window, pane, ready.window.pid, ready.window.server_pid, name)

    async def close(self) -> None:
        """Open no more, and close the one that waits."""
        self._closed = True
        if self._filling is not None:
            await asyncio.gather(self._filling, return_exceptions=True)
        if self._ready is not None:
            await self._drop(self._ready)
            self._ready = None

    async def _fill(self) -> None:
        fifo = f"{self._folder}/{NAME}.{os.getpid()}.{os.urandom(3).hex()}"
        with contextlib.suppress(CockpitError, OSError):
            os.mkfifo(fifo, 0o600)
            window = await self._client.open_window(
                NAME, self._folder, ["/bin/sh", "-c", _WAIT, NAME, fifo], "/dev/null"
            )
            self._ready = _Ready(window, fifo)
            return
        _forget(fifo)

    async def _drop(self, ready: _Ready) -> None:
        _forget(ready.fifo)
        with contextlib.suppress(CockpitError):
            await self._client.server.kill_window(ready.window.window_id)


def _forget(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
