"""Attempts that don't end by themselves, or not by their own fault: timeouts, silence, dead tmux, kills."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import time

import psutil
import pytest

from cockpit.base.clock import Clock
from cockpit.base.errors import Unavailable
from cockpit.base.times import SECOND
from cockpit.docker.engine import EngineGone
from cockpit.domain.job import Job, State
from cockpit.scheduler import ending, recovery, scheduler
from cockpit.scheduler.attempt import Attempt
from cockpit.scheduler.ending import wait_for_exit
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.timeout import Timeout
from tests.desk import PATIENCE, Desk, in_pane_of

pytestmark = [pytest.mark.tmux, pytest.mark.git]


def twice(desk: Desk, first: str) -> str:
    """A script whose first attempt does `first`, and whose second ends well."""
    return f'echo "$COCKPIT_ATTEMPT" >>{desk.marks}/tries; [ "$COCKPIT_ATTEMPT" = 2 ] || {{ {first}; }}'


async def test_retries_with_a_reason_each(desk: Desk) -> None:
    job = desk.add("web", "exit 4", retries=2)
    async with desk.running():
        (ended,) = await desk.ended(job)
    attempts = desk.store.attempts(job)
    assert (ended.state, ended.attempt, ended.failures) == (State.FAILED, 3, 3)
    assert [(each.cause, each.exit_code, each.reason) for each in attempts] == [
        ("exited", 4, "exit code 4")
    ] * 3
    assert attempts[1].claimed_at >= (attempts[0].ended_at or 0) + 20_000, "the back-off"
    assert attempts[2].claimed_at >= (attempts[1].ended_at or 0) + 40_000, "doubled"
    assert os.path.isdir(desk.attempt(job, 1).path)
    assert os.readlink(f"{desk.folder(job).path}/output.log") == "attempts/3/output.log"


async def test_the_next_attempt_may_start_before_the_last_ones_task_has_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.configure(retry={"base": 0, "maximum": 0})
    real, slow = Engine.tell_status, asyncio.Event()

    async def tell_slowly(engine: Engine, job: Job, *, durable: bool = False) -> None:
        if job.state is State.DELAYED:
            await slow.wait()
        await real(engine, job, durable=durable)

    monkeypatch.setattr(Engine, "tell_status", tell_slowly)
    gate = desk.gate("never")
    job = desk.add("web", f'[ "$COCKPIT_ATTEMPT" = 2 ] || exit 1; {gate.waits}', retries=1)
    async with desk.running():
        await desk.until(
            lambda: (desk.job(job).attempt, desk.job(job).state) == (2, State.RUNNING), "attempt 2"
        )
        slow.set()
        await asyncio.sleep(0.05)  # the first one's task has had its chance to do harm
        desk.queue.jobs.kill(job, "the second one")
        (ended,) = await desk.ended(job)
        await desk.appears(lambda: desk.status(job)["state"] == "killed", "status.json")
    assert (ended.state, ended.reason) == (State.KILLED, "the second one")


async def test_a_watch_that_fails_leaves_no_job_that_nobody_sees_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with too many open files: no pidfd. The scheduler adopts the attempt anew."""
    real, tries = wait_for_exit, []

    async def fails_at_first(pid: int) -> None:
        tries.append(pid)
        if len(tries) == 1:
            raise OSError(errno.EMFILE, "too many open files")
        await real(pid)

    monkeypatch.setattr(ending, "wait_for_exit", fails_at_first)
    gate = desk.gate("end")
    job = desk.add("web", gate.waits)
    async with desk.running():
        await desk.appears(lambda: len(tries) > 1, "the second watch")
        await desk.appears(gate.has_somebody, "the agent")
        (ended,) = await desk.ended(job)
    assert (ended.state, ended.attempt) == (State.COMPLETED, 1)


async def test_a_watch_that_fails_at_its_beginning_leaves_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that watch one job: the one that nobody knows would call it stalled, and lost."""
    real, failed = Attempt._begin_clock, []

    def fails_at_first(self: Attempt) -> Timeout:
        if failed:
            return real(self)
        failed.append(self)
        raise Unavailable("the disk is failing")

    monkeypatch.setattr(Attempt, "_begin_clock", fails_at_first)
    monkeypatch.setattr(scheduler, "NET", 0.05)
    gate = desk.gate("end")
    job = desk.add("web", gate.waits)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        watches = [each for each in asyncio.all_tasks() if "_watch_process" in repr(each.get_coro())]
        assert len(watches) == 1
        assert failed[0]._heartbeat._timer is None
        await desk.appears(gate.has_somebody, "the agent")
        (ended,) = await desk.ended(job)
    assert (ended.state, ended.attempt) == (State.COMPLETED, 1)


async def test_an_agent_that_can_not_be_asked_for_keeps_its_lock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the engine of its container does not answer while a new scheduler begins."""
    real, tries = recovery._site, []

    async def gone_at_first(*words):  # type: ignore[no-untyped-def]
        tries.append(words)
        if len(tries) < 3:
            raise EngineGone("docker does not answer")
        return await real(*words)

    gate = desk.gate("end")
    job, following = desk.add("web", gate.waits), desk.add("shop", "echo x")
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
    monkeypatch.setattr(recovery, "_site", gone_at_first)
    monkeypatch.setattr(scheduler, "SOON", 0.05)
    async with desk.running():
        await desk.appears(lambda: len(tries) == 2, "the second look")
        assert (desk.job(job).state, desk.job(following).state) == (State.RUNNING, State.PENDING)
        await desk.appears(lambda: len(tries) > 2, "the third look")
        await desk.appears(gate.has_somebody, "the agent")
        ended, _ = await desk.ended(job, following)
    assert (ended.state, ended.attempt) == (State.COMPLETED, 1)


async def test_a_timeout_ends_it_whatever_it_does(desk: Desk) -> None:
    gate = desk.gate("never")
    job = desk.add("web", f"trap '' TERM; (setsid sleep 600 &); {gate.waits}; exit 0", timeout="0.3s")
    async with desk.running():
        (ended,) = await desk.ended(job)
    assert ended.state is State.FAILED
    assert "timed out after" in str(ended.reason)
    assert desk.processes() == []


async def test_no_heartbeat_stalls_then_loses_it(desk: Desk) -> None:
    desk.configure(watchdog={"stalled_after": 0.2, "failed_after": 0.2})
    gate = desk.gate("never")
    job = desk.add("web", twice(desk, gate.waits))
    async with desk.running():
        await desk.in_state(job, State.STALLED)
        assert "no heartbeat" in str(desk.job(job).reason)
        (ended,) = await desk.ended(job)
    assert ended.state is State.COMPLETED
    assert desk.store.attempts(job)[0].cause == "lost"
    assert desk.marked("tries") == ["1", "2"]


async def test_a_heartbeat_that_comes_back(desk: Desk) -> None:
    desk.configure(watchdog={"stalled_after": 0.2, "failed_after": PATIENCE})
    gate = desk.gate("open")
    job = desk.add("web", gate.waits)
    async with desk.running():
        await desk.in_state(job, State.STALLED)
        await desk.appears(lambda: desk.status(job)["state"] == "stalled", "status.json")
        os.utime(desk.attempt(job).heartbeat)
        await desk.in_state(job, State.RUNNING)
        await desk.appears(gate.has_somebody, "the agent")
        await desk.ended(job)
    assert desk.kinds(job)[-4:] == ["running", "stalled", "running", "completed"] or "stalled" in desk.kinds(
        job
    )


async def running(desk: Desk, job: str) -> Job:
    """The job, when its agent is at its work."""
    await desk.in_state(job, State.RUNNING)
    await desk.appears(lambda: desk.marked("tries"), "the agent")
    return desk.job(job)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_the_tmux_server_dies_under_running_jobs(desk: Desk, how: signal.Signals) -> None:
    gates = [desk.gate(name) for name in ("one", "two")]
    jobs = [
        desk.add(project, twice(desk, gate.waits))
        for project, gate in zip(("web", "api"), gates, strict=True)
    ]
    async with desk.running():
        for job in jobs:
            await desk.in_state(job, State.RUNNING)
        await desk.appears(lambda: len(desk.marked("tries")) == 2, "the agents")
        server = desk.store.attempts(jobs[0])[0].server_pid
        assert server
        os.kill(server, how)
        ended = await desk.ended(*jobs)
    assert [job.state for job in ended] == [State.COMPLETED] * 2
    for job in jobs:
        first, second = desk.store.attempts(job)
        assert (first.cause, second.cause) == ("lost", "exited")
        assert "tmux died" in str(first.reason)
        assert second.server_pid != server
    socket = desk.places.tmux_socket
    left = f"the end of all that ran in the dead server's panes: {in_pane_of(socket, server)}"
    await desk.appears(lambda: not in_pane_of(socket, server), left)
    assert desk.processes() == []


async def test_run_sh_is_killed(desk: Desk) -> None:
    """The agent itself lives on without it: it is ended before anybody else gets the lock."""
    gate = desk.gate("never")
    job = desk.add("web", twice(desk, f"trap '' HUP TERM; {gate.waits}"))
    async with desk.running():
        await running(desk, job)
        pid = desk.store.attempts(job)[0].pid
        assert pid
        agents = psutil.Process(pid).children(recursive=True)
        os.kill(pid, signal.SIGKILL)
        (ended,) = await desk.ended(job)
    assert ended.state is State.COMPLETED
    assert "ended from outside" in str(desk.store.attempts(job)[0].reason)
    assert not any(agent.is_running() and agent.status() != psutil.STATUS_ZOMBIE for agent in agents)


async def test_the_agent_alone_is_killed(desk: Desk) -> None:
    gate = desk.gate("never")
    job = desk.add("web", f"echo $$ >{desk.marks}/tries; {gate.waits}")
    async with desk.running():
        await running(desk, job)
        os.kill(int(desk.marked("tries")[0]), signal.SIGKILL)
        (ended,) = await desk.ended(job)
    assert (ended.state, ended.exit_code) == (State.FAILED, 137)
    assert "signal 9" in str(ended.reason)


async def test_the_window_is_closed_by_hand(desk: Desk) -> None:
    gate = desk.gate("never")
    job = desk.add("web", twice(desk, gate.waits))
    following = desk.add("shop", "echo next")
    async with desk.running():
        await running(desk, job)
        window = desk.store.attempts(job)[0].window
        assert window
        await desk.tmux.kill_window(window)
        ended, after = await desk.ended(job, following)
    assert ended.state in (State.FAILED, State.COMPLETED)
    assert desk.store.attempts(job)[0].reason
    assert after.state is State.COMPLETED
    assert desk.processes() == []


async def test_dead_while_no_scheduler_ran(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, other = desk.gate("never"), desk.gate("other")
    lost = desk.add("web", twice(desk, gate.waits))
    done = desk.add(
        "api", f"{other.waits}; exit 130", timeout="1h"
    )  # as if a signal had ended it: tmux is asked, too
    async with desk.running():
        await running(desk, lost)
        await desk.in_state(done, State.RUNNING)
    assert desk.job(lost).state is State.RUNNING, "agents outlive their scheduler"
    pid = desk.store.attempts(lost)[0].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await desk.appears(other.has_somebody, "the other agent")
    await desk.appears(lambda: desk.attempt(done).exit_code() == 130, "its exit code")
    monkeypatch.setattr(Clock, "now", lambda _: time.time_ns() // 1000 + 2 * 3600 * SECOND)
    async with desk.running():
        await desk.ended(lost, done)
    assert desk.job(lost).state is State.COMPLETED
    assert "while no scheduler ran" in str(desk.store.attempts(lost)[0].reason)
    assert desk.store.attempts(done)[0].cause == "exited", "its timeout came later than its end"
    assert (desk.job(done).state, desk.job(done).exit_code) == (State.FAILED, 130)
    exited = os.stat(f"{desk.attempt(done).path}/exit_code").st_mtime_ns // 1000
    assert desk.job(done).finished_at == exited, "not when somebody came to see"
