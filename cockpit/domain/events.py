"""The append-only history: one record per transition, kept when the job's folder is gone."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.process import ProcessId
from cockpit.base.records import dataclass

PROMPT_EDITED = "its prompt"
"""The reason of an `edited` event for the job's prompt."""


@dataclass(frozen=True, slots=True)
class Event:
    """Job `job_id` became `kind` (a state, or what was done to it) at `at`, in attempt `attempt`."""

    number: int
    at: Micros
    job_id: str
    attempt: int
    kind: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a job and how it ended; `cause` and `reason` are None while it runs."""

    number: int
    fence: int
    claimed_at: Micros
    started_at: Micros | None
    ended_at: Micros | None
    cause: str | None
    reason: str | None
    exit_code: int | None
    window: str | None
    pane: str | None
    pid: int | None
    pid_started: str | None
    boot: str | None
    server_pid: int | None
    site: str

    @property
    def process(self) -> ProcessId | None:
        """What runs it, where this host can tell: its pid with what proves that it is still the same one."""
        return None if self.pid is None else ProcessId(self.pid, self.pid_started or "", self.boot or "")
