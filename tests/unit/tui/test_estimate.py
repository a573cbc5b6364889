"""How long it may take: rules that hold for all numbers, and the words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.times import SECOND
from cockpit.tui.form.estimate import RunTimes, about, for_slot, in_line, remaining

SECONDS = st.floats(0, 1e6)


def test_the_same_project_counts_where_enough_of_it_ended() -> None:
    rows = [("alice", "web", 60 * SECOND)] * 3 + [("alice", "api", 600 * SECOND)] * 5 + [("bob", "x", SECOND)]
    times = RunTimes(rows)
    assert times.typical("alice", "web") == 60
    assert times.typical("alice", "docs") == 600
    assert times.typical("bob", "web") == 1
    assert times.typical("carol", "web") is None
    assert RunTimes().typical_of_all() is None


def test_words() -> None:
    assert [about(seconds) for seconds in (None, 5, 65, 1234, 5400, 90_000)] == [
        "", "under a minute", "about 1m", "about 20m", "about 1h 30m", "about 1d 1h",
    ]  # fmt: skip


def test_what_runs_long_already_is_not_over_yet() -> None:
    assert remaining(100, 30) == 70
    assert remaining(100, 500) == 20
    assert remaining(None, 5) is None


@given(SECONDS, st.integers(0, 100), SECONDS)
def test_whoever_stands_further_back_waits_longer(first: float, ahead: int, typical: float) -> None:
    near, far = in_line(first, ahead, typical), in_line(first, ahead + 1, typical)
    assert near is not None
    assert far is not None
    assert near <= far


@given(st.lists(SECONDS, min_size=1, max_size=8), st.integers(0, 4), st.integers(0, 30), SECONDS)
def test_a_slot_comes_later_for_those_behind_and_sooner_with_more_slots(
    running: list[float], free: int, ahead: int, typical: float
) -> None:
    here = for_slot(running, free, ahead, typical)
    behind = for_slot(running, free, ahead + 1, typical)
    more = for_slot(running, free + 1, ahead, typical)
    assert here is not None
    assert behind is not None
    assert more is not None
    assert more <= here <= behind


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert for_slot([None, 5.0], 0, 0, 5.0) is None
    assert for_slot([], 0, 0, 5.0) is None
    assert for_slot([None], 2, 1, None) == 0.0
    assert in_line(None, 0, 5.0) is None
    assert in_line(0.0, 2, None) is None
