"""Not too often, and nothing lost: the rules hold whatever happens when."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.clock import ManualClock
from cockpit.notify.happening import EVENTS, Notice
from cockpit.notify.limiter import Limiter

STEPS = st.lists(
    st.tuples(st.floats(0, 30), st.sampled_from(EVENTS), st.integers(1, 50), st.booleans()), max_size=40
)


@given(STEPS, st.floats(0, 20), st.floats(0, 1))
def test_nothing_is_lost_nothing_comes_too_soon_and_nothing_waits_too_long(
    steps: list[tuple[float, str, int, bool]], interval: float, gather: float
) -> None:
    clock, limiter = ManualClock(), Limiter(interval, gather)
    told: dict[str, list[tuple[float, int]]] = {event: [] for event in EVENTS}
    given_: dict[str, list[tuple[float, int]]] = {event: [] for event in EVENTS}

    def look() -> None:
        for notice in limiter.ready(clock.monotonic()):
            told[notice.event].append((clock.monotonic(), notice.count))

    def wait_until(moment: float) -> None:
        while (due := limiter.next_due()) is not None and due <= moment:
            clock.advance(max(0.0, due - clock.monotonic()) + 1e-6)
            look()
        clock.advance(max(0.0, moment - clock.monotonic()))

    for pause, event, count, now in steps:
        wait_until(clock.monotonic() + pause)
        limiter.offer(Notice(event, count, ()), clock.monotonic())
        given_[event].append((clock.monotonic(), count))
        if now:
            look()
    wait_until(clock.monotonic() + 100)
    assert limiter.next_due() is None
    for event in EVENTS:
        assert sum(count for _, count in told[event]) == sum(count for _, count in given_[event])
        moments = [moment for moment, _ in told[event]]
        assert all(b - a >= interval - 1e-6 for a, b in itertools.pairwise(moments))
        for moment, _ in given_[event]:
            assert any(0 <= then - moment <= interval + gather + 1e-3 for then in moments)


def test_one_that_is_being_told_gathers_what_follows() -> None:
    limiter = Limiter(0)
    limiter.offer(Notice("task_error", 1, ()), 0)
    assert limiter.ready(0, {"task_error"}) == []
    limiter.offer(Notice("task_error", 2, ()), 1)
    assert limiter.next_due({"task_error"}) is None
    assert [notice.count for notice in limiter.ready(1)] == [3]


def test_the_rest_is_told_at_the_end() -> None:
    limiter = Limiter(100)
    limiter.offer(Notice("task_error", 1, ()), 0)
    assert limiter.ready(0)
    limiter.offer(Notice("task_error", 2, ()), 1)
    limiter.offer(Notice("task_queued", 1, ()), 1)
    assert sorted(notice.count for notice in limiter.rest()) == [1, 2]
    assert limiter.next_due() is None


def test_another_interval_holds_at_once() -> None:
    limiter = Limiter(100)
    limiter.offer(Notice("task_error", 1, ()), 0)
    limiter.ready(0)
    limiter.offer(Notice("task_error", 1, ()), 1)
    limiter.interval = 2
    assert limiter.next_due() == 2
