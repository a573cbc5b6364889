"""Lines are folded at blanks; nothing of them is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.strip import Strip

from cockpit.tui.folding import Folded, fold_line


def rows(text: str, width: int) -> list[str]:
    folded = Folded(9)
    folded.fold(width)
    folded.set([Strip([Segment(text)])])
    return [folded.lines[0].crop(*folded.cells_of(y)).text for y in range(len(folded))]


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        ("short", 9, ["short"]),
        ("one two three", 8, ["one two ", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("  indented", 6, ["  inde", "nted"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("\u5b57\u5b57 \u5b57\u5b57\u5b57", 7, ["\u5b57\u5b57 ", "\u5b57\u5b57\u5b57"]),
    ],
)
def test_at_the_last_blank_that_fits(text: str, width: int, wanted: list[str]) -> None:
    assert rows(text, width) == wanted


@pytest.mark.parametrize(
    ("value", "width", "wanted"),
    [
        ("one two three", 12, ["  a   one ", "two ", "three"]),
        ("abcdefghijklm", 12, ["  a   abcdef", "ghijkl", "m"]),
        ("\u5b57\u5b57 \u5b57\u5b57\u5b57", 12, ["  a   \u5b57\u5b57 ", "\u5b57\u5b57\u5b57"]),
        ("one two three", 10, ["  a   one ", "two three"]),
    ],
)
def test_what_is_folded_hangs_behind_its_label(value: str, width: int, wanted: list[str]) -> None:
    folded = Folded(9)
    folded.fold(width)
    folded.set([Strip([Segment("  a   " + value)])], [6])
    assert [folded.lines[0].crop(*folded.cells_of(y)).text for y in range(len(folded))] == wanted
    assert [folded.hang_of(y) for y in range(len(folded))] == [
        0,
        *[6 if width >= 12 else 0] * (len(wanted) - 1),
    ]


@given(st.text(st.sampled_from("ab \u5b57\u0301"), max_size=60), st.integers(2, 20))
def test_rows_begin_behind_each_other_and_leave_out_nothing_but_a_blank(text: str, width: int) -> None:
    line = Strip([Segment(text)])
    starts = [*fold_line(line, width), line.cell_length]
    assert starts[0] == 0
    for start, end in pairwise(starts):
        assert start <= end <= start + width + 1
