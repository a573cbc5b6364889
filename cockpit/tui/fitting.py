"""When an agent's window is made as large as the screen that shows it, and when it gets its own size back.

An agent draws itself anew for every size it is given, so this is done seldom: after one has looked for half a second,
not for each job that one moves past; and given back a while after one has looked away. A full-screen program that is
larger than its picture hides what one needs, though, its question as often as not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine

from cockpit.base.errors import CockpitError
from cockpit.tmux.pane import PaneController
from cockpit.tmux.sizing import WindowSize

LEAST = (60, 15)  # columns and rows that an agent's window is never made smaller than
SETTLED = 0.5  # seconds that one looks before it is done
AWAY = 3.0  # seconds after one has looked away before it is undone
_SHARED = 5.0  # seconds after which it is tried again where a person was attached
Size = tuple[int, int]
_Wanted = tuple[str, Size, Size]


class Fitter:
    """For one widget, which shows one pane at a time."""

    def __init__(self, settled: float = SETTLED, away: float = AWAY) -> None:
        self._settled, self._away = settled, away
        self._timer: asyncio.TimerHandle | None = None
        self._wanted: _Wanted | None = None
        self._done: set[_Wanted] = set()
        self._fitted: dict[str, WindowSize] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # one thing at a time is done to windows
        self._closed = False

    def look(self, pane: PaneController, room: Size, size: Size, *, now: bool = False) -> None:
        """One sees this pane, whose window has `size`, in `room`. Once for the same three: two cockpits that
        look at one agent don't take it from each other for ever."""
        if (leaving := self._leaving.pop(pane.pane_id, None)) is not None:
            leaving.cancel()
        wanted = (pane.pane_id, (max(LEAST[0], room[0]), max(LEAST[1], room[1])), size)
        if wanted[1] == size or wanted in self._done or (wanted == self._wanted and not now):
            return
        self._forget_timer()
        self._wanted = wanted
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(0.0 if now else self._settled, self._fit, pane, wanted)

    def away(self) -> None:
        """Nobody looks any more: what was changed is given back, unless one looks again soon."""
        self._forget_timer()
        self._done.clear()
        loop = asyncio.get_running_loop()
        for pane_id in self._fitted.keys() - self._leaving.keys():
            self._leaving[pane_id] = loop.call_later(self._away, self._give_back, pane_id)

    async def close(self) -> None:
        """Give everything back now, also what is being fitted or given back at this moment."""
        self._closed = True
        self._forget_timer()
        for handle in self._leaving.values():
            handle.cancel()
        self._leaving.clear()
        async with self._turn:  # what is being fitted at this moment is known then
            fitted = list(self._fitted)
        for pane_id in fitted:
            await self._restoring(pane_id)
        for task in self._tasks:
            task.cancel()  # it would only try again later

    def _fit(self, pane: PaneController, wanted: _Wanted) -> None:
        self._keep(self._fitting(pane, wanted))

    async def _fitting(self, pane: PaneController, wanted: _Wanted) -> None:
        self._done.add(wanted)
        with contextlib.suppress(CockpitError):
            if not await self._fitted_to(pane, wanted[1]):
                await asyncio.sleep(_SHARED)
                self._done.discard(wanted)
        if self._wanted == wanted:
            self._wanted = None

    async def _fitted_to(self, pane: PaneController, size: Size) -> bool:
        async with self._turn:
            if self._closed:
                return True
            window = self._fitted.setdefault(pane.pane_id, WindowSize(pane))
            return await window.fit(*size)

    def _give_back(self, pane_id: str) -> None:
        self._leaving.pop(pane_id, None)
        self._keep(self._restoring(pane_id))

    async def _restoring(self, pane_id: str) -> None:
        async with self._turn:
            if (window := self._fitted.pop(pane_id, None)) is not None:
                with contextlib.suppress(CockpitError):  # it has gone, and its size with it
                    await window.restore()

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._wanted = None
