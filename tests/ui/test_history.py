"""The history by keys: what ended, under its days; found by filter; brought back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from cockpit.base import process
from cockpit.base.errors import Unavailable
from cockpit.base.times import SECOND
from cockpit.domain.job import ENDED, State
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.store.values import JobFilter
from cockpit.tui.ended_days import EndedDays
from cockpit.tui.filters import Filter, day_began
from cockpit.tui.past import Past
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
        await until(pilot, lambda: pilot.app.screen.situation().pane == "job")  # type: ignore[attr-defined]  # ours
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


def _ended_by_day(stage: Stage, states: Sequence[State]) -> list[tuple[int, int]]:
    ended = [job for job in stage.store.jobs(limit=10_000) if job.state in (states or ENDED)]
    return sorted(Counter(day_began(job.finished_at or 0) for job in ended).items(), reverse=True)


@pytest.mark.parametrize("states", [[], [State.FAILED]])
def test_days_are_counted_right_whatever_happens(stage: Stage, states: list[State]) -> None:
    store, clock, draw = stage.store, stage.clock, random.Random(7)
    days, only = EndedDays(store), JobFilter(states=states)
    for _ in range(250):
        ended = [job for job in store.jobs(limit=10_000) if job.state in ENDED]
        what = draw.random()
        if what < 0.2:
            clock.advance(draw.choice([60, 3600, 40_000, 200_000]))
        elif what < 0.4 and ended:
            store.retry(draw.choice(ended).id, clock.now())
        elif what < 0.5:
            store.cancel(stage.enqueue(), "by hand", clock.now())
        elif what < 0.6 and (cancelled := [job for job in ended if job.state is State.KILLED]):
            store.restore([draw.choice(cancelled)], clock.now())
        else:  # also one that ended while nobody watched
            stage.enqueue()
            claim, now, me = store.claim(100, 3600, clock.now()), clock.now(), process.current()
            assert claim is not None
            store.starting(claim.job_id, claim.fence, now, window="@1", pane="%1", process=me, server_pid=1)
            store.running(claim.job_id, claim.fence, now)
            end = AttemptEnd(Cause.EXITED, "exit code 1", draw.choice([0, 1]))
            store.finish(
                claim.job_id, claim.fence, end, clock.now() - draw.choice([0, 0, 7_200, 90_000]) * SECOND
            )
        if draw.random() < 0.7:
            assert days.read(only) == _ended_by_day(stage, states)
    assert days.read(JobFilter()) == _ended_by_day(stage, [])


def test_a_change_counts_the_hour_in_which_it_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for _ in range(20):
        stage.clock.advance(40_000)
        ids += [stage.finish(stage.start()).id for _ in range(3)]
    counted: list[int] = []
    count = stage.store.count

    def noted(*wanted: object) -> int:
        counted.append(count(*wanted))  # type: ignore[arg-type]  # as it is called
        return counted[-1]

    monkeypatch.setattr(stage.store, "count", noted)
    days = EndedDays(stage.store)
    days.read(JobFilter())
    assert sum(counted) == 60
    counted.clear()
    stage.clock.advance(3600)
    stage.finish(stage.start())
    days.read(JobFilter())
    assert counted == [1], "what ended in another hour is not counted again"
    counted.clear()
    stage.store.retry(ids[0], stage.clock.now())
    days.read(JobFilter())
    assert len(counted) == 1
    assert counted[0] < 9, "nor what ended on another day"
    stage.store.cancel(ids[0], "cancelled by hand", stage.clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(stage.store, "count", _unavailable)
        with pytest.raises(Unavailable):
            days.read(JobFilter())
    assert days.read(JobFilter()) == _ended_by_day(stage, []), (
        "what could not be counted is counted the next time"
    )


def _unavailable(*_: object) -> int:
    raise Unavailable("the disk is full or failing")


def test_a_history_that_could_not_be_read_is_read_the_next_time(
    past: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, now = Past(past.store), past.clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(past.store, "count", _unavailable)
        with pytest.raises(Unavailable):
            rows.read(Filter(), past.store.counts(), now)
    assert rows.read(Filter(), past.store.counts(), now)
    assert rows.paged.count == 4
