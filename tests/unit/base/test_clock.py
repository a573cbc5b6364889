"""The machine's clock tells microseconds; the tests' clock stands still until told."""

from __future__ import annotations

import time

from cockpit.base.clock import Clock, ManualClock


def test_now_is_microseconds_since_the_epoch() -> None:
    before = time.time()
    now = Clock().now()
    assert before - 1 <= now / 1_000_000 <= time.time() + 1


def test_monotonic_never_goes_back() -> None:
    clock = Clock()
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


def test_a_manual_clock_moves_both_clocks_and_only_when_told() -> None:
    clock = ManualClock(now=5)
    mark = clock.monotonic()
    assert (clock.now(), clock.now()) == (5, 5)
    clock.advance(1.5)
    assert clock.now() == 1_500_005
    assert clock.monotonic() - mark == 1.5
