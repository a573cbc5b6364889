"""Undo: what is taken back, and what says that it can't be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cockpit.domain.job import Delayed, Priority, State
from tests.ui.stage import Stage, main, text, until, until_text


async def test_a_cancelled_job_is_put_back_in_its_place(stage: Stage) -> None:
    ids = [stage.enqueue("web"), stage.enqueue("api"), stage.enqueue("docs")]
    async with stage.open() as pilot:
        await pilot.press("U")
        await until_text(pilot, "Undo: nothing was done here")
        await pilot.press("j", "K")
        await until_text(pilot, f"Job {ids[1]} is cancelled. U undoes it.")
        await pilot.press("U")
        await until_text(pilot, f"Job {ids[1]} is back in place.")
        assert [job.id for job in stage.store.waiting(9)] == ids


async def test_hold_resume_priority_and_the_queues_hold_are_taken_back_in_turn(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("h")
        await until(pilot, lambda: stage.store.get(job).held)
        await pilot.press("plus")
        await until(pilot, lambda: stage.store.get(job).priority is Priority.HIGH)
        await pilot.press("H")
        await until(pilot, stage.store.holds)
        await pilot.press("U")
        await until(pilot, lambda: not stage.store.holds())
        await pilot.press("ctrl+z")
        await until(pilot, lambda: stage.store.get(job).priority is Priority.NORMAL)
        await pilot.press("U")
        await until(pilot, lambda: not stage.store.get(job).held)


async def test_a_kill_can_not_be_undone_and_says_what_helps(stage: Stage) -> None:
    running, waiting = stage.start("web").id, stage.enqueue("api")
    async with stage.open() as pilot:
        main(pilot).reveal(waiting)
        await pilot.press("h")
        await until(pilot, lambda: stage.store.get(waiting).held)
        main(pilot).reveal(running)
        await pilot.press("K", "y")
        await until(pilot, lambda: stage.store.get(running).wish is not None)
        await until(pilot, lambda: main(pilot).situation().undo is not None)
        await until_text(pilot, "being ended")
        await pilot.press("U")
        await until_text(pilot, f"The kill of job {running} can't be undone; R starts")
        assert stage.store.get(waiting).held
        await pilot.press("U")
        await until(pilot, lambda: not stage.store.get(waiting).held)


async def test_what_nothing_is_left_of_does_not_stand_before_what_can_be_undone(stage: Stage) -> None:
    first, waiting = stage.start("web"), stage.enqueue("api")
    failed = stage.finish(first, 1).id
    async with stage.open() as pilot:
        main(pilot).reveal(waiting)
        await pilot.press("h")
        await until(pilot, lambda: stage.store.get(waiting).held)
        main(pilot).reveal(failed)
        await pilot.press("R")
        await until(pilot, lambda: main(pilot).situation().undo is not None)
        await until_text(pilot, "in the queue again")
        stage.store.cancel(failed, "by another", stage.clock.now())
        await pilot.press("U")
        await until(pilot, lambda: not stage.store.get(waiting).held)


async def test_a_job_that_completed_runs_again_only_after_a_question(stage: Stage) -> None:
    job = stage.finish(stage.start("web")).id
    async with stage.open() as pilot:
        await pilot.press("f")
        await until_text(pilot, "History 1")
        await pilot.press("R")
        await until_text(pilot, "It has completed.")
        await pilot.press("n")
        assert stage.store.get(job).state is State.COMPLETED
        await pilot.press("R")
        await until_text(pilot, "It has completed.")
        await pilot.press("y")
        await until(pilot, lambda: stage.store.get(job).state is State.PENDING)


async def test_clear_asks_what_and_is_taken_back_with_delays(stage: Stage) -> None:
    mine, his = stage.enqueue("web"), stage.enqueue("api")
    late = stage.enqueue("docs", not_before=stage.clock.now() + 600_000_000)
    async with stage.open() as pilot:
        await pilot.press("C")
        await until_text(pilot, "3 jobs wait.")
        assert "web's 1 (p)" in text(pilot)
        await pilot.press("u")
        await until(pilot, lambda: stage.store.get(mine).state is State.KILLED)
        assert stage.store.get(his).state is State.PENDING
        await until_text(pilot, "1 job is cancelled.")
        stage.clock.advance(1)
        await pilot.press("C", "a")
        await until(pilot, lambda: stage.store.get(late).state is State.KILLED)
        await until_text(pilot, "2 jobs are cancelled.")
        await pilot.press("C")
        await until_text(pilot, "Clear what waits: no job waits.")
        await pilot.press("U")
        await until(pilot, lambda: stage.store.get(his).state is State.PENDING)
        await until(pilot, lambda: isinstance(stage.store.get(late).status, Delayed))
        assert stage.store.get(mine).state is State.KILLED
        await until_text(pilot, "2 jobs are back in place.")
        await pilot.press("U")
        await until(pilot, lambda: stage.store.get(mine).state is State.PENDING)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$EDITOR: a script that the test writes; the terminal is not given away."""
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)

    async def run(_app: object, argv: list[str]) -> int:
        return os.spawnv(os.P_WAIT, argv[0], argv)

    monkeypatch.setattr("cockpit.tui.outside.run_outside", run)
    return script


async def test_a_prompt_is_edited_and_taken_back(stage: Stage, editor: Path) -> None:
    job = stage.enqueue("web", "old words")
    async with stage.open() as pilot:
        await pilot.press("E")
        await until_text(pilot, "is as it was")
        editor.write_text('#!/bin/sh\nprintf "new words" > "$1"\n')
        await pilot.press("E")
        await until(pilot, lambda: stage.store.prompt(job) == "new words")
        await until_text(pilot, "has a new prompt")
        await pilot.press("U")
        await until(pilot, lambda: stage.store.prompt(job) == "old words")


async def test_a_job_that_started_meanwhile_keeps_its_prompt_and_the_text_is_kept(
    stage: Stage, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = stage.enqueue("web", "old words")

    async def starts(_app: object, argv: list[str]) -> int:
        assert stage.store.claim(100, 3600, stage.clock.now()) is not None
        Path(argv[-1]).write_text("new words", encoding="utf-8")
        return 0

    monkeypatch.setattr("cockpit.tui.outside.run_outside", starts)
    async with stage.open() as pilot:
        await pilot.press("E")
        await until_text(pilot, "your text is kept in")
        assert stage.store.prompt(job) == "old words"
        main(pilot).action_act("edit_prompt")
        await until_text(pilot, "Edit the prompt: job")
