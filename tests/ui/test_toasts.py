"""Toasts: two at most, none over a dialog, escape takes them away."""

from __future__ import annotations

from textual.notifications import Notification, Notify
from textual.pilot import Pilot

from cockpit.tui.app import CockpitApp
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.toasts import SECONDS, Toasts, begin, leaving
from tests.ui.stage import Stage, text, until, until_text


def said(pilot: Pilot[int]) -> list[str]:
    return [note.message for note in pilot.app._notifications]


def test_the_oldest_and_the_same_one_make_room() -> None:
    one, two, three = Notification("one"), Notification("two"), Notification("three")
    assert leaving([one], two) == []
    assert leaving([one, two], three) == [one]
    assert leaving([one, two], Notification("two")) == [two]


def test_what_is_held_is_given_once_and_its_time_runs_from_then() -> None:
    toasts = Toasts()
    for word in ("one", "two", "two", "three"):
        toasts.hold(Notification(word, timeout=9, raised_at=0))
    held = toasts.release()
    assert [note.message for note in held] == ["two", "three"]
    assert toasts.release() == []
    begin(held[0])
    assert held[0].timeout == SECONDS
    assert not held[0].has_expired


async def test_two_stand_at_most_and_escape_takes_them_away_before_anything_else(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("space")
        for word in ("first", "second", "third", "third"):
            pilot.app.notify(word)
        await until(pilot, lambda: said(pilot) == ["second", "third"])
        await until_text(pilot, "third")
        await pilot.press("escape")
        await until(pilot, lambda: said(pilot) == [] and "third" not in text(pilot))
        assert "1 marked" in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "1 marked" not in text(pilot))
    assert isinstance(pilot.app, CockpitApp)
    pilot.app.on_notify(Notify(Notification("too late, no screen is left")))


async def test_over_a_dialog_there_is_none_and_it_comes_when_that_closes(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open((80, 24)) as pilot:
        pilot.app.notify("before the dialog")
        await until_text(pilot, "before the dialog")
        await pilot.press("question_mark")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CockpitScreen))
        await until(pilot, lambda: "before the dialog" not in text(pilot))
        pilot.app.notify("while it is open")
        await pilot.pause()
        assert said(pilot) == ["before the dialog"]
        await pilot.press("escape")
        await until_text(pilot, "while it is open")


async def test_too_small_a_terminal_shows_none(stage: Stage) -> None:
    async with stage.open((30, 8)) as pilot:
        pilot.app.notify("no room for this")
        await pilot.pause()
        assert said(pilot) == []
