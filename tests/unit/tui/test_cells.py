"""What is drawn takes as many cells in every terminal as it was measured to."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from cockpit.tui.cells import Tamed, agree_with_terminals, tame, tame_captured
from cockpit.tui.parts import fitted
from cockpit.tui.picture import Picture
from cockpit.tui.question import words
from cockpit.tui.words import cut, plain

WIDTHS = {
    "plain": ("plain", 5),
    "漢字 😀": ("漢字 😀", 7),
    "❤️": ("❤", 1),
    "⚠️ careful": ("⚠ careful", 9),
    "👨‍👩‍👧 family": ("👨 family", 9),
    "🏳️‍🌈": ("🏳", 1),
    "🇩🇪🇫🇷": ("DEFR", 4),
    "👍🏽": ("👍", 2),
    "🏃🏽‍♀️": ("🏃", 2),
    "1️⃣": ("1", 1),
    "🏴\U000e0067\U000e0062\U000e007f": ("🏴", 2),
    "e\u0301 Z͑ͫ̓": ("e\u0301 Z͑ͫ̓", 3),
    "a\u200bb\ufeffc\u2066d": ("abcd", 4),
    "soft\u00adware": ("soft-ware", 9),
    "क्षि": ("क्षि", 3),
    "র‍্য": ("র্য", 2),
    "\U0001faff": ("□ ", 2),
}
"""Text: how it is drawn, and the cells that tmux 3.3a gives it, with glibc's tables."""


@pytest.fixture(autouse=True)
def measured_as_terminals_do() -> None:
    agree_with_terminals()


@pytest.mark.parametrize("text", WIDTHS)
def test_wild_characters_are_drawn_as_what_all_terminals_measure_alike(text: str) -> None:
    drawn, cells = WIDTHS[text]
    assert tame(text) == drawn
    assert cell_len(drawn) == cells
    assert tame(drawn) == drawn


@pytest.mark.parametrize("text", WIDTHS)
def test_whatever_is_painted_keeps_its_cells(text: str) -> None:
    before = [Segment("│"), Segment(text), Segment("│")]
    after = Tamed().apply(before, Color(0, 0, 0))
    assert [cell_len(each.text) for each in after] == [cell_len(each.text) for each in before]
    assert after[1].text == tame(after[1].text)


def test_rows_are_cut_and_filled_by_the_same_measure() -> None:
    assert plain("⚠️  two\tlines\n👨‍👩‍👧") == "⚠ two lines 👨"
    assert cell_len(cut(plain("❤️ a long prompt"), 8)) == 8
    assert fitted([("❤", "t--plain"), ("abc", "t--muted")], 4) == [("❤", "t--plain"), ("abc", "t--muted")]


def test_an_agents_screen_stands_as_tmux_has_it() -> None:
    """tmux gives the tone of a skin two cells of its own; everything else takes what its base character takes."""
    picture = Picture()
    picture.update(["❤️|", "👍🏽|", "👨‍👩‍👧|", "🇩🇪|", "\x1b[31m1️⃣\x1b[0m|"])
    assert [cell_len(line) for line in picture.text()] == [2, 5, 3, 3, 2]
    assert tame_captured("👍🏽") == "👍  "


def test_a_question_is_the_same_on_the_screen_and_in_the_picture() -> None:
    raw = ["│ ⚠️ Delete 👍🏽 all? │", "│ 1. Yes │"]
    picture = Picture()
    picture.update(raw)
    assert words(raw, "⚠️ Delete 👍🏽 all?") == words(picture.text(), "⚠️ Delete 👍🏽 all?") != ()
