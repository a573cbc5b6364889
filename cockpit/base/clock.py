"""The clock, injected everywhere, so that tests own the time.

Wall-clock times are integers: microseconds since the epoch, UTC (`Micros`). Durations inside the program are
seconds as float. `monotonic` never jumps and stands still while the machine sleeps, so a closed laptop does not
look like an agent without a heartbeat.
"""

from __future__ import annotations

import time

Micros = int


class Clock:
    """The machine's own clock."""

    def now(self) -> Micros:
        """Wall clock, microseconds since the epoch, UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds since some moment; only differences mean anything."""
        return time.monotonic()


class ManualClock(Clock):
    """A clock that stands still until it is told to move; for tests and simulations."""

    def __init__(self, now: Micros = 1_700_000_000_000_000) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> Micros:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks on by `seconds`."""
        self._now += round(seconds * 1_000_000)
        self._monotonic += seconds
