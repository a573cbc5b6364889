"""Rough things that a cockpit bears: names that look like markup, keys no one thought of, folders that are gone."""

from __future__ import annotations

from cockpit.domain.job import NewJob, Priority
from cockpit.tui.dialogs.send_many import parse_audience
from tests.ui.stage import NOON, Stage, main, until_text

ODD = "[/x] [red]bob"  # to Textual's markup: the end of nothing, and a colour


def _enqueue(stage: Stage) -> str:
    new = NewJob("web", ODD, "shell", "Fix [/it]", Priority.NORMAL)
    return stage.store.enqueue([new], stage.clock.now())[0].job_id


async def test_a_name_is_no_markup_where_what_waits_is_cleared(stage: Stage) -> None:
    _enqueue(stage)
    async with stage.open() as pilot:
        await pilot.press("C")
        await until_text(pilot, f"{ODD}'s 1")


async def test_a_name_is_no_markup_where_a_lock_is_released(stage: Stage) -> None:
    job_id = _enqueue(stage)
    assert stage.store.claim(100, 3600, stage.clock.now()) is not None
    async with stage.open() as pilot:
        main(pilot).reveal(job_id)
        await pilot.press("u")
        await until_text(pilot, f"Release {ODD}'s lock?")


async def test_a_name_is_no_markup_in_the_history(stage: Stage) -> None:
    job_id = _enqueue(stage)
    stage.store.cancel(job_id, "killed by hand", stage.clock.now())
    async with stage.open() as pilot:
        await pilot.press("f")
        await until_text(pilot, f"{ODD}/web {job_id}")


async def test_a_digit_that_is_no_number_picks_no_saved_filter(stage: Stage) -> None:
    async with stage.open() as pilot:
        await pilot.press("S")
        await until_text(pilot, "failed today")
        await pilot.press("²")
        await pilot.press("1")
        await until_text(pilot, "state:failed")


def test_times_of_an_audience_are_those_of_now(stage: Stage) -> None:
    job = stage.start("web")
    later = NOON + 3600 * 1_000_000
    for text, fits in (("ran>30m", True), ("ran<30m", False), ("age<30m", False), ("day:today", True)):
        chosen, _ = parse_audience(text)[0].choose([job], {}, later)
        assert chosen == ([job] if fits else []), text
