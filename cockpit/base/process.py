"""Which process is that? A pid alone lies: pids are reused, and a reboot starts them anew.

A process is named by its pid, its start time in clock ticks since boot (field 22 of /proc/PID/stat, proc(5)) and the
boot it belongs to (/proc/sys/kernel/random/boot_id). Where there is no /proc, the start time comes from `ps`.
"""

from __future__ import annotations

import os

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One process, for ever: `pid`, `started` (opaque, compared only) and `boot`."""

    pid: int
    started: str
    boot: str

    def alive(self) -> bool:
        """Is that very process still running (a zombie is not)?"""
        return self.boot == boot_id() and self.started != "" and _started(self.pid) == self.started

    def stopped(self) -> bool:
        """Does it stand still (SIGSTOP, Ctrl+Z) until somebody lets it go on?"""
        fields = _fields(self.pid) if self.alive() else None
        return fields is not None and fields[0] == b"T"

    def unreaped(self) -> bool:
        """Is it a zombie: dead, but its number is still its own?"""
        if self.boot != boot_id() or self.started == "":
            return False
        fields = _fields(self.pid)
        return fields is not None and fields[0] in (b"Z", b"X") and fields[19].decode() == self.started


def identify(pid: int) -> ProcessId | None:
    """The identity of the process that has `pid` now; None when there is none."""
    started = _started(pid)
    return ProcessId(pid, started, boot_id()) if started else None


def current() -> ProcessId:
    """This process."""
    found = identify(os.getpid())
    assert found is not None
    return found


def boot_id() -> str:
    """The running boot; an empty string where the system does not tell."""
    global _boot
    if _boot is None:
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                _boot = file.read().strip()
        except OSError:
            _boot = ""
    return _boot


_boot: str | None = None


def _started(pid: int) -> str:
    fields = _fields(pid)
    if fields is None:
        return "" if os.path.exists("/proc/self/stat") else _started_by_ps(pid)
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode()


def _fields(pid: int) -> list[bytes] | None:
    """/proc/PID/stat from its third field (the state) on; None where there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split() or None
    except OSError:
        return None


def _started_by_ps(pid: int) -> str:
    import subprocess

    result = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return result.stdout.strip()
