"""What a node said of its load: the newest with its sign of life, and one row a minute of what was."""

from __future__ import annotations

import pytest

from cockpit.domain.job import Priority
from cockpit.domain.load import Load
from tests.conformance.kit import Desk

CALM, BUSY = Load(0.1, 0.2, 0.0, 0.1), Load(0.9, 0.4, 1.0, 0.8)


def minute(desk: Desk) -> int:
    return desk.now // 60_000_000


def beat(desk: Desk, load: Load | None) -> None:
    desk.store.beat("here", 4, desk.now, load)


@pytest.fixture(autouse=True)
def _node(desk: Desk) -> None:
    desk.store.register_node("here", "daemon", desk.me, 4, desk.now)


def test_the_newest_load_is_the_nodes(desk: Desk) -> None:
    assert desk.store.node().load is None  # type: ignore[union-attr]  # it is there
    beat(desk, CALM)
    beat(desk, BUSY)
    beat(desk, None)  # one that did not measure takes nothing away
    assert desk.store.node().load == BUSY  # type: ignore[union-attr]  # as above


def test_a_minute_is_the_mean_of_its_beats_and_the_last_counts(desk: Desk) -> None:
    desk.clock.advance(60 - desk.now / 1_000_000 % 60)
    beat(desk, CALM)
    first = minute(desk)
    desk.add("alice", priority=Priority.CRITICAL)
    desk.add("bob")
    desk.must_claim()
    desk.clock.advance(20)
    beat(desk, BUSY)
    desk.clock.advance(40)
    beat(desk, CALM)
    one, other = desk.store.samples(0, first + 100)
    assert (one.minute, other.minute) == (first, first + 1)
    assert one.load == Load(pytest.approx(0.5), pytest.approx(0.3), 0.5, pytest.approx(0.45))
    assert (one.slots, one.slots_used, one.running, tuple(one.pending)) == (4, 1, 1, (0, 0, 1, 0))
    assert other.load == CALM
    assert desk.store.samples(first + 1, first + 2) == [other]


def test_eight_days_are_kept(desk: Desk) -> None:
    begun = minute(desk)
    for _ in range(10):
        beat(desk, CALM)
        desk.clock.advance(86_400)
    desk.clock.advance(-86_400)
    kept = [sample.minute for sample in desk.store.samples(0, 10**9)]
    assert kept == [begun + day * 1440 for day in range(2, 10)]
