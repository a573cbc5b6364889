"""Kills and locks from a command: by the scheduler where one runs, by the command itself where none does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import psutil
import pytest

from cockpit.base import process
from cockpit.base.errors import Conflict, Unavailable
from cockpit.controller import ConductorLockCleanup, PerUserQueueManager
from cockpit.domain.job import State
from cockpit.scheduler import ending
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


async def left_running(desk: Desk, *projects: str) -> list[str]:
    """Jobs whose agents run on after their scheduler has ended."""
    gate = desk.gate("never")
    jobs = [desk.add(project, f"(setsid sleep 600 &); {gate.waits}") for project in projects]
    async with desk.running():
        for job in jobs:
            await desk.in_state(job, State.RUNNING)
            await desk.appears(lambda job=job: len(of(desk, job)) > 2, "its agent")  # type: ignore[misc]
    assert desk.scheduler_pid() is None
    return jobs


def of(desk: Desk, job: str) -> list[int]:
    """The pids that carry the job's id."""
    found = []
    for each in desk.processes():
        with contextlib.suppress(psutil.Error):  # it has just ended
            if each.environ().get("COCKPIT_JOB_ID") == job:
                found.append(each.pid)
    return found


async def test_kill_without_a_scheduler_is_carried_out_by_the_caller(desk: Desk) -> None:
    job, other = await left_running(desk, "web", "api")
    killed = await asyncio.to_thread(desk_kill, desk, job)
    assert (killed.state, killed.reason) == (State.KILLED, "enough")
    assert of(desk, job) == []
    assert of(desk, other) != []
    assert desk.status(job)["state"] == "killed"
    assert desk.queue.locks.of("alice") is None
    assert not os.path.exists(f"{desk.places.tmp}/{job}.1"), "its TMPDIR goes with it"
    await asyncio.to_thread(desk_kill, desk, other)
    assert desk.processes() == []


async def test_a_kill_from_a_command_that_ends_nothing_frees_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = await left_running(desk, "web")
    with monkeypatch.context() as patched:
        patched.setattr(ending, "send", lambda *_: None)
        patched.setattr(ending, "_AFTER_KILL", 0.02)
        with pytest.raises(Unavailable, match="can't be ended"):
            await asyncio.to_thread(desk_kill, desk, job)
        assert desk.job(job).state is State.RUNNING
        assert desk.queue.locks.of("alice") is not None
    async with desk.running():
        (killed,) = await desk.ended(job)
    assert (killed.state, killed.reason) == (State.KILLED, "enough")


def desk_kill(desk: Desk, job: str):  # type: ignore[no-untyped-def]
    """In a thread of its own a controller of its own: connections stay with their thread."""
    from cockpit.controller import QueueController

    with QueueController() as queue:
        return queue.kill(job, "enough")


def test_kill_beside_a_scheduler_waits_for_it(desk: Desk) -> None:
    gate = desk.gate("never")
    job, waiting = desk.add("web", gate.waits), desk.add("web", "echo never")
    desk.daemon()
    desk.wait(lambda: desk.job(job).state is State.RUNNING, "the job")
    assert desk.queue.kill(waiting).state is State.KILLED
    assert desk.queue.kill(job, "by the scheduler").reason == "by the scheduler"
    assert desk.job(job).state is State.KILLED
    with pytest.raises(Conflict, match="killed already"):
        desk.queue.kill(job)


async def test_cleanup_frees_the_dead_and_leaves_the_living(desk: Desk) -> None:
    dead, alive = await left_running(desk, "web", "api")
    cleanup = ConductorLockCleanup(desk.queue)
    assert cleanup.cleanup_stale_task_locks(0) == 0
    with pytest.raises(Conflict, match="still runs"):
        cleanup.release_task_lock("bob", alive)
    pid = desk.store.attempts(dead)[0].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await desk.appears(lambda: not desk.store.attempts(dead)[0].ended_at and not _alive(pid), "its end")
    assert cleanup.cleanup_stale_task_locks(3600) == 0, "not that old"
    assert cleanup.check_and_cleanup_conductor_locks("api") == 0
    assert cleanup.check_and_cleanup_conductor_locks("web") == 1
    assert desk.queue.locks.of("alice") is None
    assert of(desk, dead) == [], "what was left of it was ended first"
    assert desk.job(dead).state is State.DELAYED, "lost without its own fault: it is tried again"
    assert desk.queue.locks.of("bob") is not None


def _alive(pid: int) -> bool:
    from cockpit.base.process import identify

    return identify(pid) is not None


def test_managers_by_their_old_names(desk: Desk) -> None:
    manager = PerUserQueueManager(desk.queue)
    taken, lock_id = manager.acquire_lock("alice", "task-1", timeout=0)
    assert taken
    assert lock_id
    assert manager.is_user_locked("alice")
    assert not desk.queue.can_user_execute_task("alice")
    assert manager.acquire_lock("alice", "task-2", timeout=0) == (False, None)
    info = manager.get_lock_info("alice")
    assert info
    assert info["task_id"] == "task-1"
    assert [each["user"] for each in manager.get_all_locks()] == ["alice"]
    desk.queue.store.acquire("bob", "long work", process.current(), 0, desk.queue.context.clock.now())
    assert manager.cleanup_all_stale_locks() == 0, "their holder lives, also when a lease has run out"
    assert ConductorLockCleanup(desk.queue).release_task_lock("bob", "long work")
    assert manager.release_lock("alice", lock_id)
    assert not manager.release_lock("alice", lock_id)
    assert not manager.is_user_locked("alice")
    assert manager.get_lock_info("alice") is None


def test_a_task_of_another_process_that_lives_keeps_its_lock(desk: Desk) -> None:
    cleanup = ConductorLockCleanup(desk.queue)
    assert PerUserQueueManager(desk.queue).acquire_lock("bob", "mine", timeout=0)[0]
    assert cleanup.release_task_lock("bob", "mine")
    with psutil.Popen(["sleep", "600"]) as other:
        owner = process.identify(other.pid)
        assert owner is not None
        desk.queue.locks.acquire("alice", "theirs", 0, owner)
        with pytest.raises(Conflict, match="still runs"):
            cleanup.release_task_lock("alice", "theirs")
        other.kill()
    assert cleanup.release_task_lock("alice", "theirs")
    assert desk.queue.locks.all() == []
