"""Looking for a text in lines that come and go, and folding those lines to a width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.strip import Strip

from cockpit.tui.folding import Folded
from cockpit.tui.search import Hit, Search


def test_small_letters_find_all_capitals_only_themselves() -> None:
    text = "Error: an error, an ERROR"
    assert [len(_found(wanted, text)) for wanted in ("error", "Error", "x", "")] == [3, 1, 0, 0]


def test_n_goes_round_and_starts_where_one_looks() -> None:
    search = Search("a")
    for number, text in enumerate(("a", "b", "a a")):
        search.add(number, text)
    assert search.first_from(1) == Hit(2, 0, 1)
    assert [search.step(1), search.step(1), search.step(-1)] == [Hit(2, 2, 3), Hit(0, 0, 1), Hit(2, 2, 3)]
    assert search.told == "3 of 3: a"
    search.drop_before(2)
    assert search.told == "2 of 2: a"
    search.drop_before(3)
    assert (search.step(1), search.told) == (None, "nowhere: a")


def test_a_line_that_grows_is_looked_through_again() -> None:
    search = Search("ok")
    for text in ("o", "ok", "ok o", "ok ok"):
        search.put(0, text)
    search.put(1, "ok")
    assert search.hits == [Hit(0, 0, 2), Hit(0, 3, 5), Hit(1, 0, 2)]
    assert search.on_line(1) == [Hit(1, 0, 2)]


@given(st.text(max_size=5), st.lists(st.text(max_size=30), max_size=6))
def test_a_hit_is_where_it_says(wanted: str, texts: list[str]) -> None:
    search = Search(wanted)
    for number, text in enumerate(texts):
        search.add(number, text)
    for hit in search.hits:
        found = texts[hit.line][hit.start : hit.end]
        assert len(found) == len(wanted)
    assert search.hits == sorted(search.hits)


LINES = st.lists(st.text(alphabet="ab漢 ", max_size=25), max_size=12)


@given(LINES, LINES, st.integers(1, 12), st.integers(3, 20))
def test_rows_are_the_lines_folded(first: list[str], second: list[str], width: int, most: int) -> None:
    text = Folded(most)
    text.fold(width)
    text.set(_strips(first))
    text.add(_strips(second), Strip([Segment("open")]))
    lines = [*first, *second]
    assert [line.text for line in text.lines] == lines[len(lines) - len(text.lines) :]
    assert len(text.lines) <= most + most // 10
    rows = [text.row(y) for y in range(len(text))]
    assert rows == sorted(rows)
    for y, (number, start) in enumerate(rows):
        line = text.line(number)
        assert line is not None
        assert start == 0 or start < line.cell_length
        assert text.row_of(number, start) == y
    assert {number for number, _ in rows} == set(range(text.dropped, text.end + 1))


def _found(wanted: str, text: str) -> list[Hit]:
    search = Search(wanted)
    search.add(0, text)
    return search.hits


def _strips(lines: list[str]) -> list[Strip]:
    return [Strip([Segment(line)]) for line in lines]
