"""Plots: every number keeps its place and its height, whatever the room."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cockpit.domain.statistics import DAY, HOUR, MINUTE, Window, window
from cockpit.tui.plotting import axis, columns, fit, height_of, mean, merged, share_out, spark, sums
from tests.ui.stage import NOON

values = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=200)


def test_columns() -> None:
    assert columns([None, 0, 0.01, 0.5, 1], 1, 2) == ["    █", " ▁▂██"]
    assert columns([0.25, 1], 1, 1, each=3) == ["▂▂▂███"]
    assert spark([0.1, 0.42, None, 1.0], 1) == "▂▃ █"


@given(st.floats(0, 1000), st.floats(0, 1000), st.integers(1, 20))
def test_higher_is_never_drawn_lower(one: float, other: float, rows: int) -> None:
    low, high = sorted((one, other))
    assert height_of(low, 1000, rows) <= height_of(high, 1000, rows) <= rows * 8
    assert (height_of(low, 1000, rows) == 1) == (low == 0)


@given(values, st.integers(1, 12), st.integers(1, 4))
def test_every_value_has_its_cells(drawn: list[float | None], rows: int, each: int) -> None:
    lines = columns(drawn, 100, rows, each)
    assert [len(line) for line in lines] == [len(drawn) * each] * rows
    for place, value in enumerate(drawn):
        column = "".join(line[place * each] for line in lines)
        assert (column.strip() == "") == (value is None)


@given(values, st.integers(1, 30))
def test_merged_counts_lose_only_the_oldest(drawn: list[float | None], factor: int) -> None:
    found = merged(drawn, factor, sums)
    assert len(found) == len(drawn) // factor
    kept = drawn[len(drawn) % factor :]
    assert sum(value or 0 for value in found) == pytest.approx(sum(value or 0 for value in kept))


def test_merged_shares_leave_gaps_out() -> None:
    assert merged([0.2, None, None, None, 0.4, 0.6], 2, mean) == [0.2, None, 0.5]


@given(st.integers(1, 400), st.integers(1, 300))
@example(42, 40)
def test_columns_fit_into_their_room(buckets: int, cells: int) -> None:
    fitted = fit(buckets, cells)
    assert fitted.cells <= cells
    assert fitted.count * fitted.factor <= buckets
    if min(buckets, cells) >= 40:  # with fewer than 60 buckets, three in one would leave too few columns
        assert fitted.cells >= cells * (0.6 if buckets >= 60 else 0.5)
        assert fitted.count >= 20
    asked = Window(0, MINUTE, buckets)
    narrowed = fitted.narrowed(asked)
    assert (narrowed.until, narrowed.count) == (asked.until, fitted.count)


@pytest.mark.parametrize(
    ("length", "width", "cells", "wanted"),
    [
        (HOUR, MINUTE, 60, ["11:10", "11:20", "11:50"]),
        (DAY, 5 * MINUTE, 72, ["18:00", "21:00", "06:00"]),
        (7 * DAY, 30 * MINUTE, 84, ["Thu 09", "Tue 14"]),
    ],
)
def test_the_axis_names_whole_steps(length: int, width: int, cells: int, wanted: list[str]) -> None:
    asked = window(NOON, length, width)
    line = axis(asked, cells)
    assert len(line) == cells
    assert all(f"╵{word}" in line for word in wanted)


@given(st.integers(0, 40), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_rows_are_shared_out(rows: int, weights: list[int]) -> None:
    given_rows = share_out(rows, weights)
    assert sum(given_rows) == rows
    assert all(
        given_rows[place] >= given_rows[place + 1] for place in range(len(weights) - 1) if rows < len(weights)
    )
    if rows >= len(weights):
        assert min(given_rows) >= 1
