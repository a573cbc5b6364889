"""Fuzzy matching: what holds for all texts, and what a person expects of a few."""

from __future__ import annotations

import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from cockpit.tui.form.fuzzy import _IN_A_ROW, _worth, best, match

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=30)


def ranked(query: str, *names: str) -> list[str]:
    return [name for name, _ in best(query, names, lambda name: name)]


def test_starts_of_words_and_letters_in_a_row_go_first() -> None:
    assert ranked("wa", "show-wait", "web-api", "wait") == ["wait", "web-api", "show-wait"]
    assert ranked("api", "a-plain-idea", "my-api", "api") == ["api", "my-api", "a-plain-idea"]
    assert ranked("fb", "fooBar", "fabric") == ["fooBar", "fabric"]
    assert ranked("zz", "web") == []
    assert ranked("", "b", "a") == ["b", "a"]


def test_the_letters_that_are_marked_are_the_ones_that_are_meant() -> None:
    found = match("WA", "show-web-api")
    assert found is not None
    assert found.places == (5, 9)
    spaced = match("fix bug", "Fix the bug")
    assert spaced is not None
    assert spaced.places == (0, 1, 2, 8, 9, 10)


@given(TEXTS, TEXTS)
def test_it_fits_exactly_where_the_letters_come_in_order(query: str, text: str) -> None:
    wanted = [char.lower() for char in query if not char.isspace()]
    rest = iter(char.lower() for char in text)
    found = match(query, text)
    assert (found is not None) is all(char in rest for char in wanted)
    if found is not None and wanted:
        assert [text[at].lower() for at in found.places] == wanted
        assert list(found.places) == sorted(set(found.places))


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=8), st.data())
def test_whoever_types_the_whole_name_gets_it_first(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    squeezed = "".join(name.lower().split())
    first = ranked(name, *names)[0]
    assert (
        "".join(first.lower().split()) == squeezed or "".join(char.lower() for char in first) != name.lower()
    )


@given(st.text("abA- ", min_size=1, max_size=4), st.text("abA- ", max_size=9))
def test_no_other_placing_would_be_better(query: str, text: str) -> None:
    wanted = [char.lower() for char in query if not char.isspace()]
    found = match(query, text)
    if found is None or not wanted:
        return
    ways = [
        places
        for places in itertools.combinations(range(len(text)), len(wanted))
        if [text[at].lower() for at in places] == wanted
    ]
    assert scored(text, found.places) == max(scored(text, places) for places in ways)


def scored(text: str, places: tuple[int, ...]) -> float:
    """What one placing is worth, counted plainly."""
    in_a_row = sum(after == before + 1 for before, after in itertools.pairwise(places))
    return sum(_worth(text, at) for at in places) + _IN_A_ROW * in_a_row


def test_hundreds_of_long_rows_are_ranked_between_two_keys() -> None:
    rows = [
        f"113754-{n:04x}  pending  alice/web  Fix the flaky test number {n} of the checkout"
        for n in range(400)
    ]
    start = time.perf_counter()
    assert len(ranked("flaky", *rows)) == 50
    assert time.perf_counter() - start < 0.2  # ten times what it takes
