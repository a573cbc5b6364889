"""How many screens, how arranged, and which stands where."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.job import Job, State
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui.tiling import Order, Shape, at_most, fitting, shape


def job(name: str) -> Job:
    return cast("Job", SimpleNamespace(id=name, state=State.RUNNING, wish=None))


def jobs(names: str) -> list[Job]:
    return [job(name) for name in names]


def states(since: int = 0, **found: str) -> dict[str, AgentState]:
    return {name: AgentState(PaneState(state), "rule", "", since) for name, state in found.items()}


@pytest.mark.parametrize(
    ("room", "tiles", "arranged"),
    [((80, 22), 2, Shape(1, 2)), ((120, 38), 4, Shape(2, 2)), ((200, 58), 9, Shape(3, 3))],
)
def test_as_many_as_can_be_read(room: tuple[int, int], tiles: int, arranged: Shape) -> None:
    assert fitting(room) == tiles
    assert shape(tiles, room) == arranged


@given(st.integers(1, 9), st.tuples(st.integers(1, 300), st.integers(1, 100)))
def test_every_tile_has_a_place(count: int, room: tuple[int, int]) -> None:
    found = shape(count, room)
    assert found.columns * found.rows >= count
    assert found.columns * (found.rows - 1) < count, "no row is empty"
    assert 1 <= at_most(room) <= 9
    assert 2 <= fitting(room) <= 9


def test_who_needs_a_person_comes_first_then_those_that_work() -> None:
    found = states(a="idle", b="working", c="blocked", e="failed") | states(since=-5, d="blocked")
    assert Order().sort(jobs("abcde"), found) == list("dceba")


def test_nothing_moves_until_a_need_arises_or_ends() -> None:
    order = Order()
    assert order.update(jobs("abc"), states(a="idle", b="working"), 4) == list("bca")
    assert order.update(jobs("abc"), states(a="working", b="idle", c="working"), 4) == list("bca")
    assert order.update(jobs("abc"), states(a="blocked", b="idle"), 4) == list("abc")
    assert order.update(jobs("abc"), states(a="working", b="idle"), 4) == list("abc")
    assert order.sort(jobs("abc"), states(b="working")) == list("bac")


def test_who_comes_takes_the_place_of_who_went() -> None:
    order = Order()
    order.update(jobs("abcd"), {}, 3)
    assert order.update(jobs("acde"), {}, 3) == list("aecd")
    assert order.update(jobs("acd"), {}, 3) == list("adc"), "from beyond the page"
    assert order.update(jobs("dc"), {}, 3) == list("dc")


@given(st.lists(st.sets(st.sampled_from("abcdefgh")), max_size=6), st.integers(1, 4))
def test_everybody_is_there_once(turns: list[set[str]], page: int) -> None:
    order = Order()
    for names in turns:
        running = jobs("".join(sorted(names)))
        assert sorted(order.update(running, {}, page)) == sorted(names)
