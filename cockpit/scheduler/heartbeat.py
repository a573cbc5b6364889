"""Does its heart beat? run.sh touches `heartbeat` once a minute; a long silence means stalled, a longer one lost.

Silence is measured on the monotonic clock, which stands still while the machine sleeps: after a night with the lid
closed nobody is stalled. A timer is set for the moment at which it would matter; nothing polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cockpit.base.clock import Clock
from cockpit.base.times import format_duration
from cockpit.config.settings import Watchdog
from cockpit.jobdir.layout import AttemptFolder


class Heartbeat:
    """Calls `stalled(reason)`, `back()` or `lost(reason)`, on the loop."""

    def __init__(
        self,
        clock: Clock,
        limits: Watchdog,
        folder: AttemptFolder,
        *,
        stalled: Callable[[str], None],
        back: Callable[[], None],
        lost: Callable[[str], None],
    ) -> None:
        self._clock, self._limits, self._folder = clock, limits, folder
        self._stalled, self._back, self._lost = stalled, back, lost
        self._last: float | None = None
        self._heard_at = clock.monotonic()
        self._is_stalled = False
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to wait for the next sign of life."""
        self._last = self._folder.last_heartbeat()
        self._heard_at = self._clock.monotonic()
        self._set_timer(self._limits.stalled_after)

    def stop(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self) -> None:
        """The file may have been touched."""
        beat = self._folder.last_heartbeat()
        if beat is None or beat == self._last:
            return
        self._last, self._heard_at = beat, self._clock.monotonic()
        if self._is_stalled:
            self._is_stalled = False
            self._back()
            if self._timer is not None:
                self._set_timer(self._limits.stalled_after)

    def _set_timer(self, seconds: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        self.look()
        silent = self._clock.monotonic() - self._heard_at
        limit = self._limits.stalled_after + (self._limits.failed_after if self._is_stalled else 0)
        if silent < limit:
            self._set_timer(limit - silent + 0.01)
            return
        reason = f"no heartbeat for {format_duration(silent)}"
        if self._is_stalled:
            self._lost(reason)
            return
        self._is_stalled = True
        self._stalled(reason)
        self._set_timer(self._limits.failed_after)
