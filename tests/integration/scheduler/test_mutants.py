"""Mistakes planted into the scheduler: each one must be seen by the check that guards against it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3

import psutil
import pytest

from cockpit.base.errors import Unavailable
from cockpit.base.process import ProcessId, identify
from cockpit.domain.job import State
from cockpit.jobdir.layout import AttemptFolder
from cockpit.scheduler import ending, site
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


@contextlib.contextmanager
def caught(mutant: bool):  # type: ignore[no-untyped-def]
    """The check holds as it is, and fails with the mutant in place."""
    if mutant:
        with pytest.raises(AssertionError, match="BROKEN"):
            yield
    else:
        yield


@pytest.mark.parametrize("mutant", [False, True])
async def test_the_lock_is_free_only_after_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mutant: bool
) -> None:
    mark = desk.marks / "pid"
    if mutant:
        monkeypatch.setattr(ending, "end_attempt", lambda *_: asyncio.sleep(0))
    hides = f"setsid sh -c 'echo $$ >{mark}; exec sleep 600' & while [ ! -s {mark} ]; do sleep 0.01; done"
    first = desk.add("web", hides)
    state, seen = f"$(cut -d' ' -f3 /proc/$(cat {mark})/stat 2>/dev/null)", desk.marks / "seen"
    lives = f"case {state} in Z|'') ;; *) echo alive >>{seen} ;; esac"
    second = desk.add("shop", lives)
    async with desk.running():
        await desk.ended(first, second)
    with caught(mutant):
        # a file: what it prints is still on its way through tmux when it has ended
        assert desk.marked("seen") == [], "BROKEN: the lock passed on while something lived"


@pytest.mark.parametrize("mutant", [False, True])
async def test_a_late_run_sh_finds_the_void(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mutant: bool
) -> None:
    """tmux did not answer in time, but the window comes all the same, once everybody believes that it won't."""
    if mutant:
        monkeypatch.setattr(AttemptFolder, "void", lambda _: True)
    real, late = site.LocalSite.open_window, asyncio.Event()
    windows: list[asyncio.Task[object]] = []

    async def slow(self: site.LocalSite, claim):  # type: ignore[no-untyped-def]
        if claim.attempt > 1:
            return await real(self, claim)

        async def open_late() -> object:
            await late.wait()
            os.symlink(
                desk.attempt(claim.job_id).path, f"{desk.places.attempts_run}/{claim.job_id}.{claim.attempt}"
            )
            return await real(self, claim)

        windows.append(asyncio.create_task(open_late()))
        raise Unavailable("tmux does not answer")

    monkeypatch.setattr(site.LocalSite, "open_window", slow)
    # The environment is gone with the attempt; a run.sh that starts all the same would show by its heartbeat.
    job = desk.add("web", "echo ran")
    async with desk.running():
        await desk.ended(job)
        late.set()
        await asyncio.gather(*windows)
        folder = desk.attempt(job).path
        await desk.appears(lambda: os.path.exists(f"{folder}/started") or mutant, "the decision")
        if mutant:
            await desk.appears(lambda: os.path.exists(f"{folder}/pid"), "the late one")
    assert desk.job(job).state is State.COMPLETED
    assert len(desk.store.attempts(job)) == 2
    with caught(mutant):
        assert not os.path.exists(f"{folder}/pid"), "BROKEN: an attempt that was given up has started"


@pytest.mark.parametrize("mutant", [False, True])
async def test_a_pid_that_went_to_a_stranger_is_not_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mutant: bool
) -> None:
    gate = desk.gate("never")
    job = desk.add("web", f'[ "$COCKPIT_ATTEMPT" = 2 ] || {gate.waits}')
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        await desk.appears(lambda: desk.attempt(job).starter(), "run.sh")
    await desk.tmux.kill_window(desk.store.attempts(job)[0].window or "")
    stranger = psutil.Popen(["sleep", "600"])
    with sqlite3.connect(desk.places.database) as database:
        database.execute("UPDATE attempts SET pid = ?", (stranger.pid,))
    database.close()
    if mutant:
        monkeypatch.setattr(ProcessId, "alive", lambda self: identify(self.pid) is not None)
    async with desk.running():
        with caught(mutant):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5 if mutant else 20):
                    await desk.ended(job)
            assert desk.job(job).state is State.COMPLETED, "BROKEN: it waits for a stranger"
    assert stranger.poll() is None, "the stranger was ended"
    stranger.kill()
    stranger.wait()
