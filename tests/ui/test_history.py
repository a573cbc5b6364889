"""The history by keys: what ended, under its days; found by filter; brought back."""

from __future__ import annotations

import pytest

from cockpit.domain.job import State
from cockpit.tui.screens.history import HistoryScreen
from tests.ui.stage import Stage, lines, main, text, until, until_text

DAY = 24 * 3600


@pytest.fixture
def past(stage: Stage) -> Stage:
    """Yesterday two jobs ended, one of them badly; today one did, and one was cancelled before it began."""
    stage.finish(stage.start("web", prompt="Fix the login page"), 2)
    stage.clock.advance(60)
    stage.finish(stage.start("api", prompt="Speed up the search"))
    stage.clock.advance(DAY)
    stage.finish(stage.start("docs", log="wrote the pages\n", prompt="Write the guide"))
    stage.store.cancel(stage.enqueue("web", "Never mind"), "not needed", stage.clock.now())
    return stage


async def test_yesterdays_failure_is_three_keys_away(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f", "F", "y")
        await until_text(pilot, "state:failed day:yesterday · 1")
        await until_text(pilot, "exit code 2")
        listed = text(pilot)
        assert "Fix the login" in listed
        assert "Speed up" not in listed
        assert "▾ Yesterday  1" in listed
        assert "Today" not in listed


async def test_days_are_headings_that_fold(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f")
        await until_text(pilot, "▾ Yesterday  2")
        assert "History 4" in text(pilot)
        assert "▾ Today  2" in text(pilot)
        await pilot.press("g", "enter")
        await until_text(pilot, "▸ Today  2")
        assert "Never mind" not in text(pilot)
        await pilot.press("R")
        await until_text(pilot, "Retry: no job is selected")
        await pilot.press("enter")
        await until_text(pilot, "▾ Today  2")


async def test_words_are_searched_for_in_prompt_and_reason(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f", "slash", *"login")
        await until_text(pilot, "History  login · 1")
        await pilot.press(*" zz")
        await until_text(pilot, "Nothing that ended fits")
        await pilot.press("escape")
        await until_text(pilot, "History 4")
        await pilot.press("slash", *'reason:"not n', "enter")
        await until_text(pilot, "▾ Today  1")
        await pilot.press("escape")
        await until_text(pilot, "History 4")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_a_name_is_completed(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f", "slash", *"us", "tab")
        await until_text(pilot, " alice  bob  carol ")
        await pilot.press("down", "tab", "enter")
        await until_text(pilot, "History  user:bob · 1")
        await pilot.press("slash", *"state:nope")
        await until_text(pilot, "no state 'nope'; there are pending")


async def test_what_ended_is_looked_at_and_brought_back(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f")
        await until_text(pilot, "Never mind")
        await pilot.press("o")
        await until_text(pilot, "It never started: there is no output.")
        await pilot.press("escape", "j")
        await until_text(pilot, "wrote the pages")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until_text(pilot, "Write the guide")
        await pilot.press("tab")
        await until(pilot, lambda: main(pilot).cockpit.screen.situation().pane == "job")  # type: ignore[attr-defined]  # ours
        await pilot.press("tab", "c")
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        job = screen.shown_job()
        assert job is not None
        await until_text(pilot, f"{job.id} is in the clipboard")
        assert pilot.app.clipboard == job.id
        await pilot.press("R")
        if job.state is State.COMPLETED:
            await until_text(pilot, "It has completed.")
            await pilot.press("y")
        await until(pilot, lambda: past.store.get(job.id).state is State.PENDING)
        await until_text(pilot, "History 3")
        assert "▾ Today  1" in text(pilot)


async def test_an_empty_history_says_so(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open((80, 24)) as pilot:
        await pilot.press("f3")
        await until_text(pilot, "No job has ended yet.")
        await pilot.press("c")
        await until_text(pilot, "Copy the id: no job is selected")
        assert "f6 back" in lines(pilot)[-1] or "back" in lines(pilot)[-1]
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_its_output_is_gone_with_its_folder(past: Stage) -> None:
    job = past.finish(past.start("api", log="x\n", prompt="Old one"))
    past.log(job).unlink()
    async with past.open((160, 40)) as pilot:
        await pilot.press("f", "o")
        await until_text(pilot, "Its output is gone with its folder.")


async def test_what_ends_meanwhile_comes_in_and_the_selection_stays(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f")
        await until_text(pilot, "Never mind")
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        chosen = screen.shown_job()
        past.finish(past.start("web", prompt="Another one"))
        await until_text(pilot, "History 5")
        assert screen.shown_job() == chosen


async def test_a_new_job_like_an_old_one(past: Stage) -> None:
    async with past.open((160, 40)) as pilot:
        await pilot.press("f", "F")
        await until_text(pilot, "state:failed · 1")
        await pilot.press("N")
        await until_text(pilot, "As job ")
        await until_text(pilot, "Fix the login page")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
