"""How long may an attempt take? Its own clock, which stands still while the attempt is parked at a usage limit."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from cockpit.base.clock import Clock
from cockpit.base.times import format_duration


class Timeout:
    """Calls `over(reason)`, on the loop, once `seconds` have been used up; None: never."""

    def __init__(self, clock: Clock, seconds: float | None, over: Callable[[str], None]) -> None:
        self._clock, self._seconds, self._over = clock, seconds, over
        self._used = 0.0
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def left(self) -> float:
        """Seconds before it is over; infinite where there is no end."""
        if self._seconds is None:
            return math.inf
        running = 0.0 if self._since is None else self._clock.monotonic() - self._since
        return max(0.0, self._seconds - self._used - running)

    def start(self, used: float) -> None:
        """The clock runs; `used` seconds have gone already."""
        self._used = max(0.0, used)
        self.go_on()

    def pause(self) -> None:
        """What passes from now on does not count; nothing rings."""
        self._halt()

    def go_on(self) -> None:
        """It counts again."""
        self._halt()
        if self._seconds is not None:
            self._since = self._clock.monotonic()
            self._timer = asyncio.get_running_loop().call_later(self.left, self._ring, self._seconds)

    def _halt(self) -> None:
        if self._since is not None:
            self._used += self._clock.monotonic() - self._since
            self._since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self, seconds: float) -> None:
        self._over(f"timed out after {format_duration(seconds)}")
