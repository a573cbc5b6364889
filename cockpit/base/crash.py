"""Crash points: named steps at which a test can end the process as a power cut would.

`COCKPIT_CRASH_AT=claimed` kills the process (SIGKILL: no cleanup runs) when it reaches `crash_point("claimed")`;
`COCKPIT_CRASH_AT=claimed:3` at the third time. Every name is listed in `CRASH_POINTS`, so that a test can die at each.
"""

from __future__ import annotations

import os
import signal

CRASH_POINTS = (
    "claimed",  # the claim is committed, nothing else exists
    "folder-made",  # the job's folder is written, no window yet
    "window-opened",  # tmux has the window, the store does not know it yet
    "started",  # the store knows window and process
    "running",  # the agent is known to run
    "process-ended",  # the agent's process is gone, nothing swept yet
    "swept",  # what was left of the attempt is ended, the store does not know yet
    "finished",  # the store knows the end, status.json may not
)

_seen: dict[str, int] = {}


def crash_point(name: str) -> None:
    """Die here if the environment says so."""
    wanted = os.environ.get("COCKPIT_CRASH_AT")
    if wanted is None:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _seen[name] = _seen.get(name, 0) + 1
    if _seen[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
