"""Ends what is left of an attempt: TERM, grace, KILL, until nothing is found any more.

The same sweep runs after a normal exit: a lane is free only when nothing of its last attempt lives.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time

import psutil

from cockpit.base import pidfd
from cockpit.base.errors import Unavailable
from cockpit.scheduler.processes import Mark, find, send

_ROUNDS = 5  # a process that forks faster than we look is killed with its children in the next round
_AFTER_KILL = 1.0  # seconds that the killed get in each round


async def end_attempt(mark: Mark, grace: float) -> int:
    """End every process of the attempt; returns how many there were. `grace` is seconds between TERM and KILL.

    Never blocks the loop: looking is done in a thread, waiting by pidfd. Raises Unavailable when something can't be
    ended (another user's, or asleep in the kernel): the attempt's lock must not pass on then.
    """
    left = await asyncio.to_thread(find, mark)
    total = len(left)
    if not left:
        return 0
    send(left, signal.SIGTERM)
    await _gone(left, grace)
    for _ in range(_ROUNDS):
        left = await asyncio.to_thread(find, mark)
        if not left:
            return total
        send(left, signal.SIGKILL)
        await _gone(left, _AFTER_KILL)
    left = await asyncio.to_thread(find, mark)
    if left:
        raise _unending(mark, left)
    return total


def end_attempt_now(mark: Mark, grace: float) -> int:
    """`end_attempt` for a program without an event loop; blocks for up to `grace` and a few seconds."""
    left = find(mark)
    total = len(left)
    send(left, signal.SIGTERM)
    psutil.wait_procs(left, timeout=grace)
    deadline = time.monotonic() + _ROUNDS * _AFTER_KILL
    while total and (left := find(mark)):
        if time.monotonic() >= deadline:
            raise _unending(mark, left)
        send(left, signal.SIGKILL)
        psutil.wait_procs(left, timeout=_AFTER_KILL)
    return total


def _unending(mark: Mark, left: list[psutil.Process]) -> Unavailable:
    pids = " ".join(str(each.pid) for each in left[:5])
    return Unavailable(
        f"job {mark.job_id}: {len(left)} of its processes can't be ended (pid {pids}); its lock stays until they are"
        " gone"
    )


async def _gone(processes: list[psutil.Process], seconds: float) -> None:
    """Wait until all have ended, or `seconds` are over."""
    waiting = [asyncio.create_task(wait_for_exit(each.pid)) for each in processes if each.is_running()]
    if not waiting:
        return
    _, pending = await asyncio.wait(waiting, timeout=seconds)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def wait_for_exit(pid: int) -> None:
    """Return when the process that has `pid` now has ended (pidfd_open(2): not its parent's business)."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    await pidfd.ended(descriptor)
