"""The screen's door: it schedules where nobody does, else stands by, and tells what changed."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import pytest

from cockpit.base.errors import Conflict, Unavailable
from cockpit.controller import QueueController
from cockpit.controller import live as live_module
from cockpit.controller.daemon import find_daemon
from cockpit.controller.engine import make_engine
from cockpit.controller.live import Live
from cockpit.domain.job import State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


@contextlib.asynccontextmanager
async def cockpit() -> AsyncIterator[Live]:
    """One open cockpit."""
    with QueueController() as queue:
        live = Live(queue.context)
        await live.start()
        try:
            yield live
        finally:
            await live.stop()


async def test_two_cockpits_one_schedules_and_the_other_follows(desk: Desk) -> None:
    gate = desk.gate("open")
    async with contextlib.AsyncExitStack() as stack:
        async with cockpit() as first:
            await desk.until(lambda: first.role == "scheduler", "the first to schedule")
            second = await stack.enter_async_context(cockpit())
            job = desk.add("web", f'echo "30% half" >>"$COCKPIT_JOB_DIR/progress.md"; {gate.waits}')
            await desk.in_state(job, State.RUNNING)
            await desk.appears(lambda: second.progress(desk.job(job)).percent == 30, "its progress")
            assert second.role == "standby"
            assert second.log_path(desk.job(job)) == desk.attempt(job).log
        await desk.until(lambda: second.role == "scheduler", "the second to take over")
        assert desk.job(job).state is State.RUNNING
        await desk.appears(gate.has_somebody, "the agent")
        await desk.ended(job)


async def test_changes_and_files_are_told(desk: Desk) -> None:
    gate = desk.gate("open")
    changed, files = asyncio.Event(), set[str]()
    async with cockpit() as live:
        live.on_change, live.on_files = changed.set, files.update
        job = desk.add("web", f'{gate.waits}; echo "9%" >>"$COCKPIT_JOB_DIR/progress.md"; {gate.waits}')
        async with asyncio.timeout(20):
            await changed.wait()
        await desk.in_state(job, State.RUNNING)
        await desk.appears(gate.has_somebody, "the agent")
        await desk.appears(lambda: job in files, "its files")
        killed = await live.kill(job, "by key")
        assert killed.wish == "by key"
        await desk.ended(job)
    assert desk.job(job).state is State.KILLED


async def test_a_bad_configuration_is_a_problem_to_show(desk: Desk) -> None:
    desk.store.counts()  # opened while it is good
    async with cockpit() as live:
        desk.home.config.write_text("[scheduler]\nslots = 0\n", encoding="utf-8")
        await desk.appears(lambda: live.problems, "a word about it")
        assert "slots" in live.problems[0]
        assert live.context.settings.scheduler.slots == 4
        desk.home.config.write_text("[scheduler]\nslots = 5\n", encoding="utf-8")
        await desk.appears(lambda: len(live.problems) > 1, "that it is mended")
        assert list(live.problems)[1:] == ["The configuration is read again."]
        desk.home.config.write_text("[scheduler]\nslots = 6\n", encoding="utf-8")
        await desk.appears(lambda: live.context.settings.scheduler.slots == 6, "a change")
        assert len(live.problems) == 2, "only one that was broken is told to be well"


@pytest.mark.parametrize("error", [Unavailable("tmux is not installed"), RuntimeError("a mistake of ours")])
async def test_what_prevents_it_from_scheduling_is_told_and_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real, tries = make_engine, []

    def fails_at_first(*parts):  # type: ignore[no-untyped-def]
        tries.append(parts)
        if len(tries) < 3:
            raise error
        return real(*parts)

    monkeypatch.setattr(live_module, "make_engine", fails_at_first)
    monkeypatch.setattr(live_module, "_AGAIN", 0.02)
    job = desk.add("web", "echo x")
    async with cockpit() as live:
        await desk.ended(job)
        assert live.take_problems() == [f"this cockpit does not schedule: {error}"]
        assert live.role == "scheduler"


async def command(*words: str) -> int:
    """The exit code of a cockpit command, run as a process of its own."""
    silent = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "cockpit", *words, stdout=silent, stderr=silent
    )
    return await child.wait()


async def test_beside_a_cockpit_one_daemon_stands_by_and_can_be_stopped(desk: Desk) -> None:
    async with cockpit() as live:
        await desk.until(lambda: live.role == "scheduler", "the cockpit to schedule")
        assert find_daemon(live.context, live.store) is None
        assert await command("daemon", "start") == 0
        daemon = find_daemon(live.context, live.store)
        assert daemon is not None
        assert await command("daemon", "start") == 0
        assert find_daemon(live.context, live.store) == daemon, "one is enough"
        assert await command("daemon", "stop") == 0
        assert not daemon.alive()
        assert find_daemon(live.context, live.store) is None
        assert await command("daemon", "stop") == 4, "the scheduler is no daemon"
        assert live.role == "scheduler"


async def test_one_that_only_looks_neither_schedules_nor_writes(desk: Desk) -> None:
    job = desk.add("web", "sleep 100")
    with QueueController() as queue:
        live = Live(queue.context, read_only=True)
        await live.start()
        try:
            writes = (live.do(lambda services: services.jobs.hold("all", "")), live.kill(job))
            for write in writes:
                with pytest.raises(Conflict, match="only looks"):
                    await write
            async with desk.running():
                await desk.in_state(job, State.RUNNING)
                pane = await live.panes.of(desk.job(job))
                assert (await pane.capture_pane()).size[0] > 0
                for change in (pane.send_keys("x"), pane.send_key("C-c"), pane.resize(90, 30), pane.kill()):
                    with pytest.raises(Conflict, match="only looks"):
                        await change
            assert live.role == "standby"
            assert live.scheduler_node() is None
        finally:
            await live.stop()
