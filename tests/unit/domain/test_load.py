"""The load score: exact where the numbers are round, and its laws for all of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.load import PER_SLOT, Level, Weights, level_of, load_of, queue_share, score_of

shares = st.floats(0, 1)
weights = st.floats(0, 1)
three = st.tuples(weights, weights, weights).filter(lambda w: sum(w) > 1e-6)


def test_the_weights_of_the_seeds() -> None:
    load = load_of(0.5, 0.4, 0.2, Weights())
    assert load.score == pytest.approx(0.40 * 0.5 + 0.35 * 0.4 + 0.25 * 0.2)
    assert load.level is Level.LOW


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0.0, Level.LOW),
        (0.39, Level.LOW),
        (0.40, Level.MODERATE),
        (0.59, Level.MODERATE),
        (0.60, Level.HIGH),
        (0.80, Level.HIGH),
        (0.81, Level.CRITICAL),
        (1.0, Level.CRITICAL),
    ],
)
def test_levels(score: float, level: Level) -> None:
    assert level_of(score) is level


@given(three, shares, shares, shares)
def test_a_score_lies_between_the_smallest_and_the_largest_part(
    w: tuple[float, float, float], cpu: float, memory: float, queue: float
) -> None:
    score = load_of(cpu, memory, queue, Weights(*w)).score
    assert min(cpu, memory, queue) - 1e-9 <= score <= max(cpu, memory, queue) + 1e-9


@given(three, st.floats(0.01, 100), shares, shares, shares)
def test_only_the_proportions_of_the_weights_count(
    w: tuple[float, float, float], factor: float, cpu: float, memory: float, queue: float
) -> None:
    parts = (cpu, memory, queue)
    assert score_of(parts, w) == pytest.approx(score_of(parts, [each * factor for each in w]))


@given(three, shares, shares, shares, shares)
def test_more_of_anything_is_never_less_load(
    w: tuple[float, float, float], cpu: float, more: float, memory: float, queue: float
) -> None:
    low, high = sorted((cpu, more))
    assert (
        load_of(low, memory, queue, Weights(*w)).score
        <= load_of(high, memory, queue, Weights(*w)).score + 1e-12
    )


@given(st.floats(), st.floats(), st.floats())
def test_whatever_was_measured_becomes_shares(cpu: float, memory: float, queue: float) -> None:
    load = load_of(cpu, memory, queue, Weights())
    assert all(0 <= part <= 1 for part in (load.cpu, load.memory, load.queue, load.score))


def test_without_weights_each_part_counts_the_same() -> None:
    assert load_of(0.9, 0.3, 0.3, Weights(0, 0, 0)).score == pytest.approx(0.5)
    assert load_of(math.nan, 0.3, 0.3, Weights()).cpu == 0


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_depth_of_the_queue(pending: int, slots: int) -> None:
    share = queue_share(pending, slots)
    assert 0 <= share <= 1
    assert (share == 1) == (pending >= max(1, slots) * PER_SLOT)
    assert queue_share(pending + 1, slots) >= share


@given(shares, shares)
def test_levels_only_grow(one: float, other: float) -> None:
    order = list(Level)
    low, high = sorted((one, other))
    assert order.index(level_of(low)) <= order.index(level_of(high))
