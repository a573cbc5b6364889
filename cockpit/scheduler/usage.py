"""What an agent costs: CPU and memory of its whole process tree, or of its container.

Everything here may take milliseconds: call it off the event loop.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time

import psutil

from cockpit.base.process import ProcessId
from cockpit.domain.usage import Usage


def _below(top: psutil.Process) -> list[psutil.Process]:
    """Its descendants. psutil looks at every process of the machine for that; 50 agents would be 5 % of a core."""
    if not _kernel_tells():
        return top.children(recursive=True)
    found: list[psutil.Process] = []
    parents = [top.pid]
    while parents:
        for child in _children(parents.pop()):
            with contextlib.suppress(psutil.Error):
                found.append(psutil.Process(child))
                parents.append(child)
    return found


def _children(pid: int) -> list[int]:
    """The children of all its threads; none where it is gone."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with (
                contextlib.suppress(OSError),
                open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file,
            ):
                found += map(int, file.read().split())
    return found


@functools.cache
def _kernel_tells() -> bool:
    return os.path.exists(f"/proc/self/task/{threading.get_native_id()}/children")


class TreeMeter:
    """One attempt on this host; `read` tells the CPU since the reading before (at first: since the start)."""

    def __init__(self, root: ProcessId) -> None:
        self._root = root
        self._seconds = 0.0
        self._at: float | None = None

    def read(self) -> Usage | None:
        """The use now; None when the agent is gone."""
        if not self._root.alive():
            return None
        try:
            top = psutil.Process(self._root.pid)
            family = [top, *_below(top)]
            begun = top.create_time()
        except psutil.Error:
            return None
        seconds, memory = 0.0, 0
        for process in family:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                seconds += times.user + times.system
                memory += process.memory_info().rss
        now = time.time()
        since = self._at if self._at is not None else begun
        cpu = max(0.0, seconds - self._seconds) / max(now - since, 0.001)
        self._seconds, self._at = seconds, now
        return Usage(cpu, memory)
