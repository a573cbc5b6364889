"""What is left of an attempt: its processes, wherever they hid, and their end.

An attempt's processes are the descendants of its pane's process, everything in that process's session (the pane's
terminal), and every process that carries the attempt's tag (base/tag.py), or whose environment names it: a child that
called setsid left group and session, one that was started with an empty environment left that, and both at once keep
the tag. Everything here may take milliseconds: call it off the event loop.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time

import psutil

from cockpit.base import process
from cockpit.base.process import ProcessId
from cockpit.base.records import dataclass
from cockpit.base.tag import carries, tag_of


@dataclass(frozen=True, slots=True)
class Mark:
    """What names an attempt's processes: the pane's process (if known) and what their environment carries."""

    home: str
    job_id: str
    fence: int
    root: ProcessId | None


def find(mark: Mark) -> list[psutil.Process]:
    """Every living process of the attempt, this one and its ancestors excepted."""
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    session, family = _session(mark.root), _descendants(mark.root)
    tag = tag_of(mark.home, mark.job_id, mark.fence)
    pids = [
        pid
        for pid in psutil.pids()
        if pid not in ours
        and (pid in family or carries(pid, tag) or _in_session(pid, session) or _named_by(pid, mark))
    ]
    return [found for pid in pids if (found := _living(pid)) is not None]


def _living(pid: int) -> psutil.Process | None:
    with contextlib.suppress(psutil.Error):
        candidate = psutil.Process(pid)
        if candidate.status() != psutil.STATUS_ZOMBIE:
            return candidate
    return None


def _descendants(root: ProcessId | None) -> set[int]:
    if root is None or not root.alive():
        return set()
    try:
        top = psutil.Process(root.pid)
        return {root.pid, *(child.pid for child in top.children(recursive=True))}
    except psutil.Error:
        return set()


def _session(root: ProcessId | None) -> int | None:
    """The session of the pane, as long as its number can't have gone to somebody else.

    A session's number is not given to a new process while the session has members; so it is ours if its leader is
    the very process (dead, but not yet reaped, as well), or if no process has that pid.
    """
    if root is None or root.boot != process.boot_id():
        return None
    ours = root.alive() or root.unreaped() or not psutil.pid_exists(root.pid)
    return root.pid if ours else None


def _in_session(pid: int, session: int | None) -> bool:
    if session is None:
        return False
    try:
        return os.getsid(pid) == session
    except OSError:
        return False


def _named_by(pid: int, mark: Mark) -> bool:
    """Does its environment name the attempt? Read raw where there is a /proc: a hundred processes take 2 ms."""
    if not _PROC:
        return _named_by_psutil(pid, mark)
    variables = _raw_environment(pid).split(b"\0")
    return all(os.fsencode(f"{name}={value}") in variables for name, value in _marks(mark))


def _raw_environment(pid: int) -> bytes:
    """Empty for somebody else's process, a kernel thread, and what has just gone.

    It is empty, too, in the moment of an exec: whatever has a program is read again then.
    """
    try:
        for _ in range(_LOOKS):
            with open(f"/proc/{pid}/environ", "rb") as file:
                if found := file.read():
                    return found
            os.readlink(f"/proc/{pid}/exe")  # fails for kernel threads and zombies
            time.sleep(0.001)
    except OSError:
        pass
    return b""


def _named_by_psutil(pid: int, mark: Mark) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        variables = psutil.Process(pid).environ()
        return all(variables.get(name) == value for name, value in _marks(mark))
    return False


def _marks(mark: Mark) -> tuple[tuple[str, str], ...]:
    return (
        ("COCKPIT_JOB_ID", mark.job_id),
        ("COCKPIT_FENCE", str(mark.fence)),
        ("COCKPIT_HOME", mark.home),
    )


_LOOKS = 3
_PROC = os.path.exists("/proc/self/environ")


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Signal them all; psutil makes sure that none is somebody who got the pid since."""
    for each in processes:
        with contextlib.suppress(psutil.Error):
            each.send_signal(number)
            if number is signal.SIGTERM:
                each.send_signal(signal.SIGCONT)  # a stopped process would sleep through its TERM
