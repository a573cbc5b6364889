"""The clock of an attempt's timeout: it stands while the attempt is parked."""

from __future__ import annotations

import asyncio
import math

import pytest

from cockpit.base.clock import ManualClock
from cockpit.base.times import SECOND, rfc3339
from cockpit.scheduler.interaction import limit_end, limit_of
from cockpit.scheduler.timeout import Timeout


async def test_only_what_is_worked_counts() -> None:
    rang: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    clock = ManualClock()
    timeout = Timeout(clock, 100, rang.set_result)
    timeout.start(used=30)
    clock.advance(20)
    timeout.pause()
    timeout.pause()
    clock.advance(1000)
    assert timeout.left == 50
    timeout.go_on()
    clock.advance(49.999)
    assert timeout.left == pytest.approx(0.001)
    timeout.go_on()  # sets the timer anew, by the clock as it is now
    assert await rang == "timed out after 1m"


async def test_none_never_rings_and_a_clock_set_back_gives_nothing() -> None:
    forever = Timeout(ManualClock(), None, lambda _: pytest.fail("rang"))
    forever.start(10)
    assert forever.left == math.inf
    timeout = Timeout(ManualClock(), 100, lambda _: pytest.fail("rang"))
    timeout.start(used=-50)
    assert timeout.left == 100
    timeout.pause()


def test_the_end_of_a_limit_is_read_from_its_own_words() -> None:
    until = 1_700_000_000 * SECOND + 123456
    assert limit_of(limit_end(until, "resets: at 3pm").reason) == until
    assert limit_of(f"usage limit until {rfc3339(until)}: ") == until
    assert limit_of("something else") is None
