"""CPU and memory of a container: from its cgroup where this host has it (20 us), else from `docker stats` (1-2 s)."""

from __future__ import annotations

import json
import re
import time

from cockpit.base.errors import CockpitError
from cockpit.base.records import dataclass
from cockpit.docker.cgroup import cgroup_folders
from cockpit.docker.running import RunningContainer

_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SIZE = re.compile(r"([\d.]+)\s*([kmgt]?)(i?)b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` in processor cores (1.5: one and a half are busy), `memory` in bytes without the page cache."""

    cpu: float
    memory: int


class UsageMeter:
    """One container's use; `read` tells the CPU since the reading before. Make it when the attempt starts."""

    def __init__(self, running: RunningContainer) -> None:
        self._running = running
        self._cgroups = cgroup_folders(running.pid, running.id)
        self._last = self._cpu_time()
        self._last_at = time.monotonic()

    def read(self) -> Usage | None:
        """The use now; None when the container is gone. May block for 2 s where this host has no cgroup of it."""
        if self._cgroups is None:
            return stats(self._running)
        used, now = self._cpu_time(), time.monotonic()
        memory = self._memory()
        if used is None or memory is None:
            return None
        spent = used - (self._last if self._last is not None else used)
        elapsed = max(now - self._last_at, 1e-3)
        self._last, self._last_at = used, now
        return Usage(spent / elapsed, memory)

    def _cpu_time(self) -> float | None:
        """Seconds of CPU since the container's start."""
        if self._cgroups is None:
            return None
        unified, cpu, _ = self._cgroups
        if unified:
            micros = _fields(f"{cpu}/cpu.stat").get("usage_usec")
            return None if micros is None else micros / 1e6
        nanos = _number(f"{cpu}/cpuacct.usage")
        return None if nanos is None else nanos / 1e9

    def _memory(self) -> int | None:
        assert self._cgroups is not None
        unified, _, memory = self._cgroups
        used = _number(f"{memory}/{'memory.current' if unified else 'memory.usage_in_bytes'}")
        cache = _fields(f"{memory}/memory.stat").get("inactive_file" if unified else "total_inactive_file", 0)
        return None if used is None else max(0, used - cache)


def stats(running: RunningContainer) -> Usage | None:
    """What the engine itself says; blocks for 1-2 s, for it measures. None when it can't tell."""
    try:
        text = running.engine.run("stats", "--no-stream", "--format", "{{json .}}", running.id)
        told = json.loads(text.splitlines()[0])
        used = str(told["MemUsage"]).partition("/")[0]
        return Usage(float(str(told["CPUPerc"]).rstrip("%")) / 100, parse_size(used))
    except (CockpitError, ValueError, KeyError, IndexError):
        return None


def parse_size(text: str) -> int:
    """`12.5MiB` -> bytes. Raises ValueError for what is no size."""
    found = _SIZE.search(text)
    if found is None:
        raise ValueError(f"no size: {text!r}")
    unit = 1024 if found[3] else 1000
    return int(float(found[1]) * unit ** _POWERS[found[2].lower()])


def _number(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def _fields(path: str) -> dict[str, int]:
    try:
        with open(path, encoding="ascii") as file:
            pairs = [line.split() for line in file]
    except OSError:
        return {}
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}
