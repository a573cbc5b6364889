"""Who belongs to an attempt: descendants, the pane's session, and whoever carries its id and fence."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from cockpit.base.process import ProcessId, current, identify
from cockpit.base.tag import carries, tag_of
from cockpit.scheduler.ending import end_attempt, end_attempt_now
from cockpit.scheduler.processes import Mark, find

Start = Callable[..., subprocess.Popen[str]]
MARK = {"COCKPIT_JOB_ID": "113754-a2f5", "COCKPIT_FENCE": "7", "COCKPIT_HOME": f"/home-of-{os.getpid()}"}


def mark(root: ProcessId | None = None, **other: str) -> Mark:
    names = MARK | other
    return Mark(names["COCKPIT_HOME"], names["COCKPIT_JOB_ID"], int(names["COCKPIT_FENCE"]), root)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a shell that says `up` when it stands; ended afterwards, whoever it became."""
    started: list[subprocess.Popen[str]] = []

    def run(
        script: str, environ: dict[str, str] | None = None, *, session: bool = False
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["/bin/sh", "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=session,
            env={"PATH": os.environ["PATH"], **(environ or {})},
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def pids(mark: Mark) -> set[int]:
    return {each.pid for each in find(mark)}


def test_by_environment(start: Start) -> None:
    own = start("echo up; exec sleep 60", MARK)
    for name, value in (("COCKPIT_FENCE", "8"), ("COCKPIT_JOB_ID", "113754-a2f"), ("COCKPIT_HOME", "/other")):
        start("echo up; exec sleep 60", MARK | {name: value})
    assert pids(mark()) == {own.pid}


def test_by_tag_whatever_it_did_to_its_environment_and_session(start: Start) -> None:
    tag = tag_of(MARK["COCKPIT_HOME"], MARK["COCKPIT_JOB_ID"], int(MARK["COCKPIT_FENCE"]))
    own = start(f"ulimit -S -m {tag}; exec env -i setsid sh -c 'echo up; exec sleep 60'")
    start(f"ulimit -S -m {tag + 1}; echo up; exec sleep 60")
    assert pids(mark()) == {own.pid}
    assert not carries(os.getpid(), tag)


def test_a_daemon_lays_the_tag_down(start: Start) -> None:
    """One that a job started, and that is to outlive it."""
    tag = tag_of("/home", "113754-a2f5", 7)
    code = "from cockpit.base.tag import lay_down; lay_down(); print('up', flush=True); input()"
    daemon = start(f'ulimit -S -m {tag}; exec {sys.executable} -c "{code}"')
    assert resource.prlimit(daemon.pid, resource.RLIMIT_RSS) == resource.getrlimit(resource.RLIMIT_RSS)


def test_by_descent(start: Start) -> None:
    parent = start("sleep 60 & echo up; wait", session=True)
    found = pids(mark(identify(parent.pid)))
    assert parent.pid in found
    assert len(found) == 2
    os.killpg(parent.pid, signal.SIGKILL)


def test_by_session_when_the_leader_is_dead_and_not_reaped(start: Start) -> None:
    leader = start("sleep 60 & echo up; wait", session=True)
    root = identify(leader.pid)
    os.kill(leader.pid, signal.SIGKILL)
    os.waitid(os.P_PID, leader.pid, os.WEXITED | os.WNOWAIT)  # dead, and a zombie still
    assert root is not None
    assert not root.alive()
    assert root.unreaped()
    assert len(pids(mark(root))) == 1
    leader.wait()
    assert not root.unreaped()
    assert end_attempt_now(mark(root), 1.0) == 1
    assert pids(mark(root)) == set()


def test_a_number_that_went_to_a_stranger_names_nobody(start: Start) -> None:
    stranger = start("sleep 60 & echo up; wait", session=True)
    real = identify(stranger.pid)
    assert real is not None
    assert pids(mark(ProcessId(real.pid, "1", real.boot))) == set()
    assert pids(mark(ProcessId(real.pid, real.started, "another boot"))) == set()
    os.killpg(stranger.pid, signal.SIGKILL)


def test_never_ourselves_nor_who_started_us(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pids(mark(current())).isdisjoint({os.getpid(), os.getppid()})


async def test_who_ignores_term_is_killed_and_who_stands_still_is_woken(start: Start) -> None:
    stubborn = start("trap '' TERM; echo up; while :; do sleep 60; done", MARK)
    stopped = start("echo up; kill -STOP $$; sleep 60", MARK)
    assert await end_attempt(mark(), 0.2) >= 2
    assert (stubborn.wait(5), stopped.wait(5)) == (-signal.SIGKILL, -signal.SIGTERM)


async def test_grace_is_not_waited_for_when_all_obey(start: Start) -> None:
    start("echo up; exec sleep 60", MARK)
    assert await end_attempt(mark(), 3600) == 1
    assert await end_attempt(mark(), 3600) == 0
