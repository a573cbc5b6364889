"""Tables, bars and states as people see them."""

from __future__ import annotations

import pytest

from cockpit.cli import output, rows
from cockpit.domain.job import State
from cockpit.jobdir.progress import Progress


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (0, "░░░░░░░░░░ 0%"),
        (42, "████░░░░░░ 42%"),
        (99, "█████████░ 99%"),
        (100, "██████████ 100%"),
        (None, ""),
    ],
)
def test_bar(percent: int | None, text: str) -> None:
    assert rows.bar(Progress(percent)) == text


def test_every_state_has_a_sign_of_its_own_colour_or_word() -> None:
    told = {rows.plain_state(state) for state in State}
    assert len(told) == len(State)
    assert all(state.value in text for state, text in zip(State, map(rows.plain_state, State), strict=True))


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert rows.table(("a", "bb"), [("xxx", "y"), ("z", "")], ()) == ["a    bb", "xxx  y", "z"]


def test_long_cells_are_cut_and_control_characters_leave() -> None:
    assert rows.table(("a",), [("\x1b[31mlong text\n",)], (6,)) == ["a", "[31ml…"]


def test_the_last_cell_gets_what_the_others_leave() -> None:
    row = ("xxx", "exit code 127: its command was not found")
    whole = [f"xxx  {row[1]}"]
    assert rows.table(("a", ""), [row], width=0)[1:] == whole
    assert rows.table(("a", ""), [row], width=45)[1:] == whole
    assert rows.table(("a", ""), [row], width=44)[1:] == [f"xxx  {row[1][:38]}…"]
    assert rows.table(("a", ""), [row], width=44, spill=True)[1:] == ["xxx", f"    {row[1]}"]
    assert rows.table(("a", ""), [row], width=30, spill=True)[1:] == ["xxx", f"    {row[1][:25]}…"]


def test_colour_only_on_a_terminal_without_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows.state_text(State.RUNNING) == "● running"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert rows.state_text(State.RUNNING) == "\x1b[32m● running\x1b[0m"
    assert rows.colour_states("id  ✗ failed  exit 1") == "id  \x1b[31m✗ failed\x1b[0m  exit 1"
    monkeypatch.setenv("NO_COLOR", "1")
    assert rows.state_text(State.RUNNING) == "● running"


def test_clean_keeps_words_and_drops_commands() -> None:
    assert output.clean(" a\tb\n\x1b]0;t\x07 ü🚀 \u202ex") == "a b ]0;t ü🚀 x"
