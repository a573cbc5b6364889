"""The dashboard by keys and clicks: what it says, when it asks, and what it says when there is nothing."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from cockpit.domain.load import Load
from cockpit.store.statistics import Statistics
from cockpit.tui.screens.dashboard import DashboardScreen
from cockpit.tui.screens.main import MainScreen
from tests.ui.past import Past
from tests.ui.stage import Stage, lines, text, until, until_text


async def opened(pilot: Pilot[int], key: str = "d") -> DashboardScreen:
    await pilot.press(key)
    await until_text(pilot, "Slots and queue")
    screen = pilot.app.screen
    assert isinstance(screen, DashboardScreen)
    return screen


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the history was asked for, in order."""
    found: list[str] = []
    report = Statistics.report

    def count(self: Statistics, *words: object) -> object:
        found.append(str(words[1]))
        return report(self, *words)  # type: ignore[arg-type]  # what the screen passes on

    monkeypatch.setattr(Statistics, "report", count)
    return found


async def test_numbers_of_an_hour_a_day_and_a_week(stage: Stage) -> None:
    Past(stage, 1.1).live_through()
    done = stage.store.counts()
    async with stage.open() as pilot:
        await opened(pilot)
        await until_text(pilot, "column = 2m")
        await pilot.press("right_square_bracket")
        await until_text(pilot, "column = 40m")
        assert "18:00" in text(pilot)
        await pilot.press("right_square_bracket")
        await until_text(pilot, "column = 4h 30m")
        row = next(line for line in lines(pilot) if "│ all " in line)
        everything = {state.value: count for state, count in done.states.items()}
        assert row.split()[2:5] == [str(everything[name]) for name in ("completed", "failed", "killed")]
        await pilot.press("right_square_bracket")
        await until_text(pilot, "column = 2m")
        await pilot.press("left_square_bracket")
        await until_text(pilot, "column = 4h 30m")


async def test_by_project_and_by_user(stage: Stage) -> None:
    stage.finish(stage.start("web"))
    async with stage.open() as pilot:
        await opened(pilot)
        await until_text(pilot, "│ web ")
        await pilot.press("b")
        await until_text(pilot, "│ alice ")
        await pilot.click("#groups", offset=(3, 0))
        await until_text(pilot, "│ web ")
        await pilot.click("#ranges", offset=(7, 0))
        await until_text(pilot, "column = 40m")


@pytest.mark.parametrize("key", ["escape", "q", "f6"])
async def test_there_and_back(stage: Stage, key: str) -> None:
    async with stage.open() as pilot:
        await opened(pilot, "f2")
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        assert len(pilot.app.screen_stack) == 2


async def test_what_ends_meanwhile_is_counted(stage: Stage) -> None:
    job = stage.start("web")
    async with stage.open() as pilot:
        await opened(pilot)
        await until_text(pilot, "No job has ended in the last hour")
        stage.finish(job, 3)
        await until_text(pilot, "1 job failed")
        assert "exit code 3" in text(pilot)


async def test_it_asks_only_when_there_is_something_new(stage: Stage, asked: list[str]) -> None:
    stage.finish(stage.start("web"))
    async with stage.open() as pilot:
        screen = await opened(pilot)
        await until_text(pilot, "│ web ")
        assert asked == ["project"]
        screen._rested()  # as if it had rested long enough
        stage.enqueue("api")
        stage.store.beat("here", 3, stage.clock.now())
        await until_text(pilot, "1 queued")
        assert asked == ["project"]
        await pilot.press("b")
        await until_text(pilot, "│ alice ")
        assert asked == ["project", "user"]


async def test_behind_another_screen_it_asks_nothing(stage: Stage, asked: list[str]) -> None:
    job = stage.start("web")
    async with stage.open() as pilot:
        screen = await opened(pilot)
        await until(pilot, lambda: asked == ["project"])
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        stage.finish(job)
        await until_text(pilot, "completed <1m")
        assert asked == ["project"]
        assert not screen.is_running


async def test_quick_choices_end_at_the_last_one(stage: Stage, asked: list[str]) -> None:
    stage.finish(stage.start("web"))
    async with stage.open() as pilot:
        screen = await opened(pilot)
        for key in ("b", "b", "right_square_bracket", "b", "right_square_bracket"):
            await pilot.press(key)
        await until_text(pilot, "│ alice ")
        await until_text(pilot, "column = 4h 30m")
        await until(pilot, lambda: not screen._asking)
        assert len(asked) <= 6


async def test_with_nothing_in_it_it_says_what_to_do(stage: Stage) -> None:
    async with stage.open() as pilot:
        await opened(pilot)
        await until_text(pilot, "Press e to enqueue one")
        assert "The first minute is being measured" in text(pilot)
        assert "Nothing failed in the last hour" in text(pilot)
        await pilot.press("e")
        await until_text(pilot, "Enqueue")


async def test_narrow_it_scrolls(stage: Stage) -> None:
    stage.finish(stage.start("web"))
    async with stage.open(size=(80, 24)) as pilot:
        await opened(pilot)
        await until_text(pilot, "Load")
        assert "Times" not in text(pilot)
        await pilot.press("G")
        await until_text(pilot, "Times")
        await until_text(pilot, "│ web ")
        await pilot.press("g")
        await until_text(pilot, "Load")


async def test_the_header_has_the_load_of_the_last_minute(stage: Stage) -> None:
    stage.clock.advance(-120)
    for score in (0.2, 0.42):
        stage.store.beat("here", 3, stage.clock.now(), Load(0.5, 0.5, 0.1, score))
        stage.clock.advance(60)
    stage.store.beat("here", 3, stage.clock.now(), Load(1, 1, 1, 0.79))  # this minute is not over
    async with stage.open() as pilot:
        await until_text(pilot, "load 0.42 MODERATE ▂▃")
        await pilot.resize_terminal(62, 24)
        await until(pilot, lambda: "load" not in lines(pilot)[0])
        stage.store.beat("here", 3, stage.clock.now(), Load(1, 1, 1, 0.81))
        await until_text(pilot, "‖ held back by load")  # what holds jobs back is never left out


async def test_a_history_that_cannot_be_read_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from cockpit.base.errors import Unavailable

    def fail(*_: object) -> None:
        raise Unavailable("the store is damaged")

    monkeypatch.setattr(Statistics, "report", fail)
    async with stage.open() as pilot:
        await pilot.press("d")
        await until_text(pilot, "the store is damaged")
        await asyncio.sleep(0)
        assert isinstance(pilot.app.screen, DashboardScreen)
