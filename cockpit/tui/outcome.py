"""What the app asks of `run` when it ends; apart from exit codes, which are below 100."""

from __future__ import annotations

LEAVE_DAEMON = 100
START_DEMO = 101
