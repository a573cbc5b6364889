"""What becomes of a job when an attempt of it ends: done, tried again later, or failed.

An exit code other than 0 and a timeout are the agent's own fault and use up `retries`. An attempt that was lost
without its own fault (host, tmux or container died) is tried again up to `Backoff.losses` times besides. One that
never started costs nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND
from cockpit.domain.job import Completed, Delayed, Ended, Failed, Job, Killed, Pending, Waiting


class Cause(StrEnum):
    """Why an attempt ended."""

    EXITED = "exited"
    TIMED_OUT = "timed out"
    LOST = "lost"
    NEVER_STARTED = "never started"
    KILLED = "killed"
    REFUSED = "refused"
    LIMITED = "usage limit"


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How one attempt ended; `reason` is for people, `exit_code` only where the agent exited.

    `until` is when a usage limit ends, microseconds since the epoch.
    """

    cause: Cause
    reason: str
    exit_code: int | None = None
    until: Micros | None = None


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off in seconds: base, base*factor, ... up to maximum, each +- jitter (a fraction).

    `losses` is how many attempts may be lost without their own fault.
    """

    base: float = 10.0
    factor: float = 2.0
    maximum: float = 600.0
    jitter: float = 0.2
    losses: int = 2

    def delay(self, failures: int, uniform: Callable[[float, float], float] = random.uniform) -> float:
        """Seconds before the next attempt after `failures` (at least 1) bad ones."""
        exponent = min(failures - 1, 64)
        plain: float = min(self.maximum, self.base * self.factor**exponent)
        return plain * uniform(1 - self.jitter, 1 + self.jitter)


def after_attempt(
    job: Job,
    end: AttemptEnd,
    now: Micros,
    backoff: Backoff,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Waiting | Ended:
    """The status that `job` (as it was while the attempt ran) gets."""
    if end.cause is Cause.KILLED:
        return Killed(now, end.reason)
    if end.cause is Cause.EXITED and end.exit_code == 0:
        return Completed(now)
    if end.cause is Cause.NEVER_STARTED:
        return Pending(end.reason)
    if end.cause is Cause.REFUSED:
        return Failed(now, end.reason)
    if end.cause is Cause.LIMITED and end.until is not None:
        return Delayed(end.until, end.reason)
    lost = end.cause is Cause.LOST
    used, allowed = (job.losses, backoff.losses) if lost else (job.failures, job.retries)
    if used >= allowed:
        return Failed(now, end.reason)
    seconds = backoff.delay(used + 1, uniform)
    # when: `until`; a duration here would grow stale
    again = f"{end.reason}; attempt {job.attempt + 1} follows"
    return Delayed(now + round(seconds * SECOND), again)
