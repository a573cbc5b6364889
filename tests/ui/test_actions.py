"""Every action by its key: what it asks, what it does to the store, and why it does nothing where it can't."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from textual.widgets import Input

from cockpit.base import process
from cockpit.config.load import load_settings
from cockpit.domain.job import Priority, State
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, Stage, main, text, until, until_text


async def test_kill_asks_and_says_exactly_what_will_happen(stage: Stage) -> None:
    job = stage.start("web")
    stage.clock.advance(720)
    async with stage.open() as pilot:
        await pilot.press("K")
        await until_text(pilot, f"Kills alice's job {job.id}, running 12m: shell in web")
        await pilot.press("enter")  # the way out is the default
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        assert stage.store.get(job.id).wish is None
        await pilot.press("K", "y")
        await until(pilot, lambda: stage.store.get(job.id).wish is not None)
        await until_text(pilot, "ending")
        await pilot.press("K")
        await until_text(pilot, "is being ended already")


async def test_a_waiting_job_is_cancelled_and_brought_back(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("K", "y")
        await until(pilot, lambda: stage.store.get(job).state is State.KILLED)
        await pilot.press("slash", *"state:cancelled", "enter")
        await until(pilot, lambda: main(pilot).situation().job is not None)
        await pilot.press("R")
        await until(pilot, lambda: stage.store.get(job).state is State.PENDING)


async def test_hold_resume_and_priority(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("h")
        await until_text(pilot, "held (press h)")
        await pilot.press("h")
        await until(pilot, lambda: not stage.store.get(job).held)
        await pilot.press("plus")
        await until(pilot, lambda: stage.store.get(job).priority is Priority.HIGH)
        await pilot.press("minus", "minus")
        await until(pilot, lambda: stage.store.get(job).priority is Priority.LOW)
        await pilot.press("minus")
        await until_text(pilot, "Lower priority: job")
        await pilot.press("H")
        await until_text(pilot, "queue held")
        await pilot.press("H")
        await until(pilot, lambda: not stage.store.holds())


async def test_a_lock_taken_by_hand_is_released(stage: Stage) -> None:
    with psutil.Popen(["sleep", "600"]) as deploy:
        owner = process.identify(deploy.pid)
        assert owner is not None
        stage.store.acquire("dave", "deploy", owner, 3600, stage.clock.now())
        async with stage.open() as pilot:
            await pilot.press("u")  # it opens on the locks: nothing else is there
            await until_text(pilot, "was taken by hand, by deploy")
            await pilot.press("y")
            await until_text(pilot, "No user is locked.")
        assert deploy.poll() is not None, "the lock passed on while the command under it lived"


async def test_releasing_a_live_jobs_lock_ends_the_job_first(stage: Stage) -> None:
    job = stage.start("web")
    async with stage.open() as pilot:
        await pilot.press("u")
        await until_text(pilot, "A live job holds the lock and is ended first")
        await pilot.press("y")
        await until(pilot, lambda: "released by hand" in (stage.store.get(job.id).wish or ""))


async def test_what_can_not_be_done_says_why_also_in_the_help(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("a")
        await until_text(pilot, f"Attach: job {job} is pending")
        await pilot.press("question_mark")
        await until_text(pilot, "only a running one has a window")
        assert "Enqueue a job" in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_the_palette_lists_every_action(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"hold or resume all")
        await until_text(pilot, "Hold or resume all")
        await until(pilot, lambda: "The whole queue" in text(pilot))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: [hold.scope for hold in stage.store.holds()] == ["all"])


async def test_own_keys_work_and_bad_ones_are_told(make_stage: MakeStage) -> None:
    stage = make_stage(CONFIG + '[ui.keys]\nhelp = "f2"\nkil = "x"\nhold = "e"\n')
    async with stage.open() as pilot:
        await pilot.press("exclamation_mark")
        await until_text(pilot, "no action 'kil'; did you mean 'kill'?")
        await until_text(pilot, "'e' would be both 'enqueue' and 'hold'")
        await pilot.press("escape", "f2")
        await until_text(pilot, "Everywhere")


async def test_quitting_with_work_waiting_offers_a_daemon(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        main(pilot).live.role = "scheduler"
        main(pilot).read()
        await pilot.press("q")
        await until_text(pilot, "0 agents run and 1 job waits.")
        await pilot.press("s")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        await pilot.press("q", "d")
        await until(pilot, lambda: pilot.app._exit)
        assert pilot.app.return_value == 100


async def test_a_standby_just_quits(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("q")
        await until(pilot, lambda: pilot.app._exit)
        assert pilot.app.return_value == 0


async def test_welcome_registers_the_current_folder(
    make_stage: MakeStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "My Shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    stage = make_stage("# nothing yet\n")
    async with stage.open((80, 24)) as pilot:
        await until_text(pilot, "Welcome to cockpit")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        project = load_settings(stage.context.places, {}).projects["my-shop"]
        assert project.path == str(folder)
        await until(pilot, lambda: "my-shop" in stage.context.settings.projects)
        await pilot.press("e")
        await until_text(pilot, "for my-shop, by")


async def test_welcome_tells_a_mistake_and_offers_the_demo(make_stage: MakeStage) -> None:
    stage = make_stage("")
    async with stage.open() as pilot:
        await until_text(pilot, "Welcome to cockpit")
        pilot.app.screen.query_one("#project-path", Input).value = "/nowhere/at/all"
        await pilot.press("ctrl+s")
        await until_text(pilot, "/nowhere/at/all is no folder")
        await pilot.press("ctrl+d")
        await until(pilot, lambda: pilot.app._exit)
        assert pilot.app.return_value == 101


async def test_the_palette_says_when_nothing_matches(stage: Stage) -> None:
    async with stage.open() as pilot:
        await pilot.press("ctrl+p", *"zzqq")
        await until_text(pilot, "No matches found")
