"""Rough things that a cockpit bears: names that look like markup, keys no one thought of, folders that are gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cockpit.base.errors import Unavailable
from cockpit.domain.job import NewJob, Priority
from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Situation
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
    for words, fits in (("ran>30m", True), ("ran<30m", False), ("age<30m", False), ("day:today", True)):
        chosen, _ = parse_audience(words)[0].choose([job], {}, later)
        assert chosen == ([job] if fits else []), words


async def test_an_editor_that_removes_the_file_leaves_the_prompt_as_it_was(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = stage.enqueue()
    monkeypatch.setattr("cockpit.tui.outside.run_outside", _remover)
    async with stage.open() as pilot:
        await pilot.press("E")
        await until_text(pilot, "the edited prompt can't be read")
        monkeypatch.setenv("VISUAL", 'vim "')
        await pilot.press("E")
        await until_text(pilot, "$VISUAL or $EDITOR is no command")
        monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
        monkeypatch.setenv("VISUAL", "vi")
        await pilot.press("E")
        await until_text(pilot, "no file for the prompt could be written")
    assert stage.store.prompt(job_id) == "Fix it"


async def _remover(_app: object, argv: list[str], *, quietly: bool = False) -> int:  # as run_outside
    os.unlink(argv[-1])
    return 0


async def test_a_project_can_be_added_from_a_folder_that_is_gone(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.open() as pilot:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        await pilot.press("w")
        await until_text(pilot, "Add a project")
        await pilot.press("shift+tab")
        await pilot.press("x")
        await until_text(pilot, "no such folder")


async def test_filters_that_cannot_be_read_are_told(stage: Stage) -> None:
    (Path(stage.context.places.home) / "filters.json").mkdir()
    async with stage.open() as pilot:
        await pilot.press("S")
        await until_text(pilot, "the filters can't be read")


def test_nothing_is_marked_from_beside_a_list(stage: Stage) -> None:
    job = stage.start("web")
    for pane in ("job", "side"):
        assert "no list has the focus" in str(reasons.mark(Situation(pane, job)))
    assert reasons.mark(Situation("queue", job)) is None


async def test_a_key_while_the_store_cannot_be_read_is_told_and_the_next_one_works(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stage.enqueue()
    stage.enqueue()
    async with stage.open() as pilot:
        with monkeypatch.context() as broken:
            broken.setattr(main(pilot).live.store, "get", _unavailable)
            await pilot.press("j", "h")
            await until_text(pilot, "the disk is failing")
        await pilot.press("k", "h")
        await until_text(pilot, f"Job {first} is held")


def _unavailable(_: str) -> None:
    raise Unavailable("the disk is failing")
