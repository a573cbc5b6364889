"""The slow way to learn what changed, while there is no live connection: look once a second."""

from __future__ import annotations

import asyncio
import contextlib
import time

from cockpit.base.errors import CockpitError
from cockpit.tmux.listeners import Listeners
from cockpit.tmux.news import WindowClosed, WindowOpened
from cockpit.tmux.server import TmuxServer

EVERY = 1.0  # seconds
_LOOK = "#{window_id} #{pane_id} #{window_activity} #{history_size} #{cursor_x},#{cursor_y} #{history_bytes}"


class PanePoller:
    """Finds windows that came or went and panes that may have changed, by one tmux process a look."""

    def __init__(self, server: TmuxServer, listeners: Listeners, timeout: float) -> None:
        self._server = server
        self._listeners = listeners
        self._timeout = timeout
        self._panes: dict[str, str] = {}
        self._windows: set[str] = set()

    async def look_for(self, seconds: float, poke: asyncio.Event) -> None:
        """Look around for `seconds`, or until poked."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, EVERY)):
                    await poke.wait()
                    return
            if self._listeners.wanted() and (not self._server.host.local or self._server.alive()):
                await self._look()

    async def _look(self) -> None:
        try:
            words = ("list-panes", "-s", "-t", f"={self._server.session}:", "-F", _LOOK)
            reply = await self._server.run(*words, timeout=self._timeout)
        except CockpitError:
            return
        panes = dict(line.split(" ", 2)[1:] for line in reply.splitlines())
        windows = {line.partition(" ")[0] for line in reply.splitlines()}
        first = not self._panes
        for pane_id, state in panes.items():
            # Activity has a grain of a second: what changed just now may have changed again unseen.
            recent = int(state.partition(" ")[0] or 0) >= int(time.time()) - 2
            if recent or self._panes.get(pane_id) != state:
                self._listeners.dirty(pane_id)
        if not first:
            for window_id in windows - self._windows:
                self._listeners.news(WindowOpened(window_id))
            for window_id in self._windows - windows:
                self._listeners.news(WindowClosed(window_id))
        self._panes, self._windows = panes, windows
