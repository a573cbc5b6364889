"""Nothing of an attempt outlives it: whoever ignores TERM, leaves the session, forks twice or stands still."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from cockpit.domain.job import State
from cockpit.scheduler import ending
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]

HIDING = {
    "ignores-term": "sh -c \"trap '' TERM HUP INT; echo \\$\\$ >{mark}; while :; do sleep 60; done\"",
    "setsid": "setsid sh -c 'echo $$ >{mark}; exec sleep 600' & wait",
    "double-forked": "(setsid sh -c 'echo $$ >{mark}; exec sleep 600' </dev/null >/dev/null 2>&1 &) ; exec sleep 600",
    "nameless": "(env -i setsid sh -c 'echo $$ >{mark}; exec sleep 600' </dev/null >/dev/null 2>&1 &) ; exec sleep 600",
    "nohup": "nohup sh -c 'echo $$ >{mark}; exec sleep 600' >/dev/null 2>&1 & wait",
    "stopped": "sh -c 'echo $$ >{mark}; kill -STOP $$; sleep 600'",
}

# A zombie is nobody: where init is slow, it stays for a while.
LIVES = "case $(cut -d' ' -f3 /proc/$(cat {mark})/stat 2>/dev/null) in Z|'') ;; *) echo alive ;; esac"


def pid_in(path: Path) -> int:
    text = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    return int(text) if text else 0


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("kind", HIDING)
async def test_a_kill_ends_whoever_hides(desk: Desk, kind: str) -> None:
    mark = desk.marks / "pid"
    job = desk.add("web", HIDING[kind].format(mark=mark))
    following = desk.add("shop", LIVES.format(mark=mark))
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        pid = await desk.appears(lambda: pid_in(mark), "the child")
        desk.queue.jobs.kill(job, "not needed")
        killed, _ = await desk.ended(job, following)
    assert (killed.state, killed.reason) == (State.KILLED, "not needed")
    assert gone(pid)
    assert desk.output(following) == "", "the lock passed on while something lived"
    assert desk.processes() == []


@pytest.mark.parametrize("kind", ["setsid", "double-forked", "nameless", "nohup"])
async def test_a_normal_end_leaves_nobody_behind(desk: Desk, kind: str) -> None:
    mark, gate = desk.marks / "pid", desk.gate("go")
    script = HIDING[kind].format(mark=mark).replace("exec sleep 600", "sleep 600").replace("wait", ":")
    job = desk.add("web", script.replace(" ; sleep 600", "") + f"\n{gate.waits}\nexit 0")
    following = desk.add("shop", LIVES.format(mark=mark))
    async with desk.running():
        pid = await desk.appears(lambda: pid_in(mark), "the child")
        await desk.appears(gate.has_somebody, "the agent")
        done, _ = await desk.ended(job, following)
    assert done.state is State.COMPLETED
    assert gone(pid)
    assert desk.output(following) == ""


async def test_term_is_asked_first_and_the_agent_may_tidy_up(desk: Desk) -> None:
    desk.configure(scheduler={"slots": 2, "grace": 20})
    script = f"trap 'echo tidy >{desk.marks}/tidy; exit 7' TERM; echo up >{desk.marks}/up; while :; do sleep 0.05; done"
    job = desk.add("web", script)
    async with desk.running():
        await desk.appears(lambda: desk.marked("up"), "the agent")
        desk.queue.jobs.kill(job)
        await desk.ended(job)
    assert desk.marked("tidy") == ["tidy"]
    assert desk.job(job).state is State.KILLED


async def test_the_lock_of_a_live_job_is_released_by_ending_it(desk: Desk) -> None:
    gate = desk.gate("never")
    job = desk.add("web", gate.waits)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        lock = desk.queue.locks.find("alice", job)
        assert not desk.queue.locks.release("alice", lock.lock_id), "not while it lives"
        assert desk.queue.locks.of("alice") is not None
        desk.queue.jobs.kill(job, "its lock was released by hand")
        await desk.ended(job)
    assert desk.queue.locks.of("alice") is None
    assert desk.processes() == []


async def test_strangers_of_the_same_user_are_left_alone(desk: Desk) -> None:
    stranger = psutil.Popen(["sleep", "60"])
    gate = desk.gate("never")
    job, other = desk.add("web", gate.waits), desk.add("api", desk.gate("too").waits)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        await desk.in_state(other, State.RUNNING)
        desk.queue.jobs.kill(job)
        await desk.ended(job)
        assert desk.job(other).state is State.RUNNING
        assert desk.processes() != []
        desk.queue.jobs.kill(other)
        await desk.ended(other)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_the_lock_stays_while_something_can_not_be_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As by a process of another user, or one asleep in the kernel: signals change nothing."""
    mark = desk.marks / "pid"
    job = desk.add(
        "web", f"(setsid sh -c 'echo $$ >{mark}; exec sleep 600' &); while [ ! -s {mark} ]; do :; done"
    )
    following = desk.add("shop", LIVES.format(mark=mark))
    with monkeypatch.context() as patched:
        patched.setattr(ending, "send", lambda *_: None)
        patched.setattr(ending, "_AFTER_KILL", 0.02)
        async with desk.running():
            await desk.appears(lambda: caplog.text.count("can't be ended") > 1, "the second try")
            assert (desk.job(job).state, desk.job(following).state) == (State.RUNNING, State.PENDING)
    assert not gone(pid_in(mark))
    async with desk.running():
        done, _ = await desk.ended(job, following)
    assert done.state is State.COMPLETED
    assert desk.output(following) == ""
