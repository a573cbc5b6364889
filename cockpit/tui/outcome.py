"""What the app asks of `run` when it ends; apart from exit codes, which are below 100."""

from __future__ import annotations

LEAVE_DAEMON = 100
START_DEMO = 101
KEEP_DEMO = 102
"""The person leaves the demo and wants it kept, with what runs in it."""
DROP_DEMO = 103
"""The person leaves the demo and wants nothing left of it."""
