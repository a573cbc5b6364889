"""Follows one agent's pane: a capture whenever it has printed, never two at once, none before the last was painted.

Nothing polls: tmux says which pane has printed. A capture that fails says nothing new, so the old one stands, and is
told to be old.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from cockpit.base.clock import Clock, Micros
from cockpit.base.errors import CockpitError, NotFound
from cockpit.base.records import dataclass
from cockpit.domain.job import Job
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import Screen

AGAIN = 1.0  # seconds after a capture that failed

OpenPane = Callable[[Job], Awaitable[PaneController]]


@dataclass(frozen=True, slots=True)
class Eyes:
    """What becomes of captures: `took` draws one, and returns when it is painted; `told` hears of trouble and its
    end; `pause` says how many seconds lie between two captures."""

    took: Callable[[Screen], Awaitable[None]]
    told: Callable[[], None]
    pause: Callable[[], float]


class Follower:
    """One job's pane for as long as `run` runs.

    `trouble` is why it is not seen well, `stale` since when not at all; `captures` counts.
    """

    def __init__(self, open_pane: OpenPane, eyes: Eyes, clock: Clock) -> None:
        self.pane: PaneController | None = None
        self.trouble = ""
        self.stale: Micros | None = None
        self.over = False  # its window has closed
        self.captures = 0
        self.resting = False  # one looks back: what is new can wait
        self._open_pane, self._eyes, self._clock = open_pane, eyes, clock
        self._dirty = asyncio.Event()

    def look(self) -> None:
        """Capture soon, whether it has printed or not."""
        self._dirty.set()

    def clear(self) -> None:
        """Forget the pane, and what was wrong with it."""
        self.pane, self.trouble, self.stale, self.over = None, "", None, False

    async def run(self, job: Job) -> None:
        """Capture whenever the pane has printed; returns when it is gone or can't be had."""
        self.over = False
        try:
            pane = await self._open_pane(job)
        except CockpitError as error:
            self.failed(str(error))
            return
        self.pane = pane
        self._dirty = dirty = asyncio.Event()
        undo = [
            pane.client.on_output(pane.pane_id, lambda _: dirty.set()),
            pane.client.on_news(lambda _: dirty.set()),
        ]
        self._eyes.told()
        try:
            while await self._turn(pane, dirty):
                pass
        finally:
            for forget in undo:
                forget()

    async def _turn(self, pane: PaneController, dirty: asyncio.Event) -> bool:
        """One capture, and until the next is due; False when there will be none."""
        loop = asyncio.get_running_loop()
        dirty.clear()
        begun = loop.time()
        if not self.resting and not await self._capture(pane):
            return False
        await asyncio.sleep(self._eyes.pause() - (loop.time() - begun))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN if self.stale is not None else None):
                await dirty.wait()
        return True

    async def _capture(self, pane: PaneController) -> bool:
        self.captures += 1
        try:
            screen = await pane.capture_pane(escapes=True)
        except NotFound:
            self.over = True
            self.failed("its window has closed")
            return False
        except CockpitError as error:
            self.failed(str(error))
            return True
        slow = pane.client.degraded or ""
        if self.stale is not None or self.trouble != slow:
            self.stale, self.trouble = None, slow
            self._eyes.told()
        await self._eyes.took(screen)
        return True

    def failed(self, why: str) -> None:
        """What was seen is old from now on."""
        if self.stale is None:
            self.stale = self._clock.now()
        self.trouble = why
        self._eyes.told()
