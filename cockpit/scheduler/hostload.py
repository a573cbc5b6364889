"""How busy this host is: processors and memory, as shares.

The kernel's answer takes the longer the more processors there are: call it off the event loop.
"""

from __future__ import annotations

import psutil

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class HostUse:
    """Shares of all that the host has: `cpu` since the reading before, `memory` what is not available now."""

    cpu: float
    memory: float


class HostMeter:
    """Reads the host. psutil's own cpu_percent() keeps its last reading per thread, and threads change here.

    What can't be read (some sandboxes hide /proc/stat) counts as nothing: jobs are started all the same.
    """

    def __init__(self) -> None:
        self._busy, self._total = _times()

    def read(self) -> HostUse:
        """The use now; CPU since the last call (or since this meter was made)."""
        busy, total = _times()
        spent, passed = busy - self._busy, total - self._total
        self._busy, self._total = busy, total
        cpu = max(0.0, spent / passed) if passed > 0 else 0.0
        return HostUse(cpu, _memory())


def _times() -> tuple[float, float]:
    """Seconds in which processors worked, and all that have passed; a guest's time is in its host's already."""
    try:
        times = psutil.cpu_times()._asdict()
    except (OSError, psutil.Error):
        return 0.0, 0.0
    total = sum(times.values()) - times.get("guest", 0.0) - times.get("guest_nice", 0.0)
    return total - times["idle"] - times.get("iowait", 0.0), total


def _memory() -> float:
    try:
        return float(psutil.virtual_memory().percent) / 100
    except (OSError, psutil.Error):
        return 0.0
