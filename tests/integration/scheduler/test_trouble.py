"""What goes wrong around a job, told in words: missing things, bad configuration, too much output, old folders."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cockpit.base.clock import Clock
from cockpit.domain.job import State
from cockpit.jobdir.output import output_files
from cockpit.scheduler import scheduler
from cockpit.scheduler.folder import AttemptFiles
from cockpit.scheduler.scheduler import Scheduler
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


async def refused(desk: Desk, job: str) -> str:
    """The reason of a job that can't be started, once a scheduler has tried; its user's lock is free."""
    async with desk.running():
        (ended,) = await desk.ended(job)
    assert (ended.state, ended.attempt) == (State.FAILED, 1)
    assert desk.store.attempts(job)[0].cause == "refused"
    assert desk.store.locks() == []
    return str(ended.reason)


async def test_the_projects_folder_is_gone(desk: Desk) -> None:
    job = desk.add("web", "echo x", retries=3)
    shutil.rmtree(desk.repos / "web")
    assert f"the folder of project web is gone: {desk.repos}/web" in await refused(desk, job)


async def test_the_project_or_agent_is_not_configured_any_more(desk: Desk) -> None:
    desk.configure(agents={"mine": {"command": ["true"]}})
    job = desk.add("web", "echo x", agent="mine")
    desk.configure()
    assert "agent mine is not configured any more" in await refused(desk, job)


async def test_a_variable_of_env_from_is_missing(desk: Desk) -> None:
    desk.configure(projects={"web": {"env_from": ["NOT_THERE"]}})
    job = desk.add("web", "echo x")
    assert "NOT_THERE is not set where the scheduler runs" in await refused(desk, job)


async def test_the_command_does_not_exist(desk: Desk) -> None:
    desk.configure(agents={"mine": {"command": ["no-such-program", "{prompt_file}"]}})
    job = desk.add("web", "echo x", agent="mine")
    async with desk.running():
        (ended,) = await desk.ended(job)
    assert (ended.exit_code, ended.reason) == (127, "exit code 127: its command was not found")


async def test_a_bad_configuration_is_told_and_the_old_one_stays(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "cockpit.config")
    async with desk.running():
        first = desk.add("web", "echo one")
        await desk.ended(first)
        good = desk.home.config.read_text(encoding="utf-8")
        desk.home.config.write_text("[scheduler]\nslotz = 3\n", encoding="utf-8")
        await desk.appears(lambda: "slotz" in caplog.text, "a word about it")
        assert "the configuration stays as it was" in caplog.text
        accepted = desk.queue.enqueue("web", "echo two")[0]  # by a controller that read the good one
        await desk.ended(accepted)
        desk.home.config.write_text(good.replace("slots = 4", "slots = 9"), encoding="utf-8")
        await desk.appears(lambda: "was taken up" in caplog.text, "the good one")
    assert desk.job(accepted).state is State.COMPLETED


async def test_output_stays_below_its_cap(desk: Desk) -> None:
    cap = 64 * 1024
    desk.configure(output={"cap": cap})
    gate, more = desk.gate("more"), desk.gate("end")

    def kept() -> bytes:
        return b"".join(Path(each).read_bytes() for each in output_files(folder))

    job = desk.add("web", f"seq 1 20000; {gate.waits}; seq 20001 40000; {more.waits}; echo the-end")
    async with desk.running():
        await desk.appears(gate.has_somebody, "the first part")
        folder = desk.attempt(job).path
        await desk.appears(lambda: os.path.exists(f"{folder}/output.log.1"), "the first cut")
        await desk.appears(lambda: kept().endswith(b"40000\r\n") and len(kept()) <= cap, "the second cut")
        await desk.appears(more.has_somebody, "the second part")
        await desk.ended(job)
        await desk.appears(lambda: kept().endswith(b"the-end\r\n"), "the last word")
    assert len(kept()) <= cap + 100
    assert b"\0" not in kept()


class InAMonth(Clock):
    """The machine's clock, 30 days ahead."""

    def now(self) -> int:
        return super().now() + 30 * 86400 * 1_000_000


async def test_old_folders_go_and_the_history_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old, held = desk.add("web", "echo old"), desk.add("api", "echo held")
    desk.queue.jobs.hold("job", held)
    async with desk.running():
        await desk.ended(old)
    monkeypatch.setattr("cockpit.controller.queue.Clock", InAMonth)
    async with desk.running():
        await desk.appears(lambda: not os.path.exists(desk.folder(old).path), "its folder to go")
    assert desk.job(old).state is State.COMPLETED
    assert desk.store.attempts(old)[0].exit_code == 0
    assert desk.job(held).state is State.PENDING


async def test_a_manual_lock_goes_with_the_process_that_took_it(desk: Desk) -> None:
    import psutil

    from cockpit.base.process import identify

    holder = psutil.Popen(["sleep", "600"])
    who = identify(holder.pid)
    assert who is not None
    assert desk.store.acquire("alice", "a script", who, 3600, desk.queue.context.clock.now())
    job, other = desk.add("web", "echo x"), desk.add("api", "echo y")
    async with desk.running():
        await desk.ended(other)
        assert desk.job(job).state is State.PENDING
        assert "a script" in (desk.queue.jobs.why(desk.job(job)) or "")
        holder.kill()
        holder.wait()
        await desk.ended(job)


@pytest.mark.parametrize("error", [OSError("no space left"), RuntimeError("a mistake of ours")])
async def test_trouble_in_a_pass_is_told_and_does_not_end_the_scheduler(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    real, tries = Scheduler._promote_due, []

    async def fails_at_first(scheduler: Scheduler) -> None:
        tries.append(scheduler)
        if len(tries) < 3:
            raise error
        await real(scheduler)

    monkeypatch.setattr(Scheduler, "_promote_due", fails_at_first)
    monkeypatch.setattr(scheduler, "NET", 0.02)
    job = desk.add("web", "echo x")
    async with desk.running():
        (ended,) = await desk.ended(job)
    assert ended.state is State.COMPLETED
    assert caplog.text.count(str(error)) == (1 if isinstance(error, OSError) else 2), (
        "once; with its traceback"
    )
    assert ("Traceback" in caplog.text) == isinstance(error, RuntimeError)


async def test_a_mistake_of_ours_at_the_start_is_told_and_not_repeated_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(_: AttemptFiles) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr(AttemptFiles, "make", mistaken)
    job = desk.add("web", "echo x")
    async with desk.running():
        (ended,) = await desk.ended(job)
    assert (ended.state, ended.attempt) == (State.FAILED, 3)
    assert ended.reason == "it could not be started: ValueError: no such thing"
    assert desk.store.locks() == []
