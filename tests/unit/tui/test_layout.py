"""How the screen is divided: for every size and whatever the person did to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.tui.arranging import arrangement_of, load_arrangement, save_arrangement
from cockpit.tui.layout import (
    LISTS,
    Arrangement,
    Divider,
    divider_at,
    moved,
    plan,
    taller,
    toggled,
    too_small,
)

WIDTHS, HEIGHTS = st.integers(20, 300), st.integers(3, 98)
DIVIDERS: tuple[Divider, ...] = ("lists", "side", "queue", "agents")
STEPS = st.lists(
    st.tuples(st.sampled_from([*DIVIDERS, "taller", "hide"]), st.sampled_from(LISTS), st.integers(-60, 60)),
    max_size=12,
)


@given(WIDTHS, HEIGHTS, STEPS, WIDTHS, HEIGHTS)
def test_every_pane_that_is_shown_has_room(
    width: int, height: int, steps: list[tuple[str, str, int]], other_width: int, other_height: int
) -> None:
    wanted = Arrangement()
    for what, name, by in steps:
        now = plan(wanted, width, height)
        if what == "hide":
            wanted = toggled(wanted, (name,))
        elif what == "taller":
            wanted = taller(wanted, now, name, by)
        else:
            wanted = moved(wanted, now, what, by)  # type: ignore[arg-type]  # one of the dividers
    for size in ((width, height), (other_width, other_height)):
        now = plan(wanted, *size)
        assert "job" in now.shown
        if now.columns == 1:
            assert now.shown == (*LISTS, "job")
            continue
        assert now.lists + now.job + now.side == size[0]
        assert now.job >= 28
        assert all(part >= 36 for part in (now.lists, now.side) if part)
        lists = [now.heights[name] for name in LISTS if now.heights[name]]
        assert not lists or sum(lists) == size[1]
        if size[1] >= 12:
            assert all(rows >= 4 for rows in lists)
            assert set(LISTS) - wanted.hidden == set(now.shown) & set(LISTS)


def test_columns_by_width() -> None:
    assert [plan(Arrangement(), width, 30).columns for width in (60, 99, 100, 179, 180, 300)] == [
        1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("width", [100, 120, 179, 180, 233])
@pytest.mark.parametrize("divider", DIVIDERS)
def test_a_divider_goes_exactly_as_far_as_it_is_pushed(width: int, divider: Divider) -> None:
    before = plan(Arrangement(), width, 40)
    after = plan(moved(Arrangement(), before, divider, 3), width, 40)
    if divider == "lists":
        assert after.lists == before.lists + 3
    elif divider == "side":
        assert after.side == (before.side - 3 if before.columns == 3 else 0)
    else:
        below = LISTS[LISTS.index(divider) + 1]
        assert after.heights[divider] == before.heights[divider] + 3
        assert after.heights[below] == before.heights[below] - 3


def test_the_last_list_grows_at_the_cost_of_the_one_above() -> None:
    before = plan(Arrangement(), 120, 40)
    after = plan(taller(Arrangement(), before, "locks", 2), 120, 40)
    assert after.heights["locks"] == before.heights["locks"] + 2
    assert after.heights["agents"] == before.heights["agents"] - 2
    alone = toggled(Arrangement(), ("queue", "agents"))
    assert taller(alone, plan(alone, 120, 40), "locks", 2) == alone


def test_hidden_lists_give_their_room_away_and_come_back() -> None:
    without = toggled(Arrangement(), ("locks",))
    now = plan(without, 120, 38)
    assert now.shown == ("queue", "agents", "job")
    assert now.heights["queue"] + now.heights["agents"] == 38
    assert toggled(without, ("locks",)) == Arrangement()
    bare = toggled(Arrangement(), LISTS)
    assert (plan(bare, 120, 38).lists, plan(bare, 120, 38).job) == (0, 120)
    assert plan(bare, 200, 60).shown == ("job", "side")
    assert plan(bare, 80, 24).shown == (*LISTS, "job"), "one column shows one pane at a time anyway"


def test_what_can_be_dragged() -> None:
    now = plan(Arrangement(), 200, 58)
    assert divider_at(now, now.lists, 9) == "lists"
    assert divider_at(now, now.lists - 1, 9) == "lists"
    assert divider_at(now, now.lists + now.job, 9) == "side"
    assert divider_at(now, 5, now.heights["queue"] - 1) == "queue"
    assert divider_at(now, 5, now.heights["queue"] + now.heights["agents"]) == "agents"
    assert divider_at(now, 5, 3) is None
    assert divider_at(plan(Arrangement(), 80, 22), 40, 9) is None


def test_too_small() -> None:
    assert [too_small(*size) for size in ((60, 15), (59, 15), (60, 14), (80, 24))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_what_was_arranged_is_there_again(tmp_path: Path) -> None:
    file = str(tmp_path / "screen.json")
    wanted = Arrangement(
        lists=400,
        side=300,
        weights={"queue": 1, "agents": 2, "locks": 3},
        hidden=frozenset({"locks"}),
        tiles=6,
    )
    save_arrangement(file, wanted)
    assert load_arrangement(file) == wanted
    save_arrangement(str(tmp_path / "no" / "such"), wanted)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"tiles": 1}', '{"tiles": true}',
     '{"lists": -4, "weights": [], "hidden": 7}', '{"lists": 1e400}', "[" * 5000, "\0\xff"],
)  # fmt: skip
def test_rubbish_is_as_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "screen.json").write_text(text)
    assert load_arrangement(str(tmp_path / "screen.json")) == Arrangement()
    assert load_arrangement(str(tmp_path)) == Arrangement()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["lists", "side", "weights", "hidden", "queue", "tiles", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(JSON, WIDTHS, HEIGHTS)
def test_whatever_was_remembered_can_be_shown(value: object, width: int, height: int) -> None:
    wanted = arrangement_of(value)
    plan(wanted, width, height)
    json.dumps(sorted(wanted.hidden))
