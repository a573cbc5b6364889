"""Ids: their form, that they stay unique, and what people paste instead of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.ids import bare_id, clock_part, new_ids

NOON = 12 * 3600 * 1_000_000


def nobody(_: list[str]) -> set[str]:
    return set()


@given(st.integers(0, 4_000_000_000_000_000), st.integers(1, 300))
def test_ids_have_their_form_and_differ(now: int, count: int) -> None:
    ids = new_ids(now, count, nobody)
    assert len(set(ids)) == count
    assert all(re.fullmatch(clock_part(now) + "-([0-9a-f]{4}|[0-9a-f]{6})", id_) for id_ in ids)


def test_the_first_part_is_the_time_of_day() -> None:
    assert clock_part(NOON + 999_999) == "120000"
    assert new_ids(NOON, 1, nobody, bytes) == ["120000-0000"]


def test_after_three_tries_ids_grow() -> None:
    taken: set[str] = set()
    for expected in ("120000-0000", "120000-000000", "120000-00000000", "120000-000000000000"):
        [found] = new_ids(NOON, 1, lambda _: taken, bytes)
        assert found == expected
        taken.add(found)
    with pytest.raises(AssertionError):
        new_ids(NOON, 1, lambda _: taken, bytes)


def test_a_second_in_which_all_short_ids_are_taken() -> None:
    ids = new_ids(NOON, 50, lambda some: {id_ for id_ in some if len(id_) == len("120000-0000")})
    assert {len(id_) for id_ in ids} == {len("120000-000000")}


def test_none_are_none() -> None:
    assert new_ids(NOON, 0, nobody) == []


@pytest.mark.parametrize(
    "text", ["113754-A2F5", " 113754-a2f5\n", "agent:web:113754-a2f5", "agent:a:b:113754-a2f5"]
)
def test_what_people_paste(text: str) -> None:
    assert bare_id(text) == "113754-a2f5"
