"""What becomes of a job when an attempt ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.job import Completed, Delayed, Failed, Grant, Job, Killed, Pending, Priority, Running
from cockpit.domain.retry import AttemptEnd, Backoff, Cause, after_attempt

NOW = 1_000_000_000
JOB = Job(
    id="113754-a2f5", seq=1, project="web", user="alice", agent="shell", priority=Priority.NORMAL,
    status=Running(Grant("user:alice", 7, 1, 5)), slots=1, held=False, waits_for=0, attempt=1, failures=0, losses=0,
    retries=0, timeout=None, created_at=1, started_at=5, finished_at=None, exit_code=None, fence=7, ref=None, wish=None,
)  # fmt: skip


def test_the_ends_that_need_no_count() -> None:
    def after(cause: Cause, code: int | None = None) -> object:
        return after_attempt(JOB, AttemptEnd(cause, "why", code), NOW, Backoff())

    assert after(Cause.EXITED, 0) == Completed(NOW)
    assert after(Cause.KILLED, 0) == Killed(NOW, "why")
    assert after(Cause.REFUSED) == Failed(NOW, "why")
    assert after(Cause.NEVER_STARTED) == Pending("why")


@pytest.mark.parametrize(("cause", "code"), [(Cause.EXITED, 1), (Cause.EXITED, None), (Cause.TIMED_OUT, 0)])
def test_its_own_faults_use_up_its_retries(cause: Cause, code: int | None) -> None:
    end = AttemptEnd(cause, "why", code)
    assert after_attempt(JOB, end, NOW, Backoff()) == Failed(NOW, "why")
    job = replace(JOB, retries=2, failures=1, attempt=4)
    again = after_attempt(job, end, NOW, Backoff(base=10, factor=3, jitter=0))
    assert again == Delayed(NOW + 30_000_000, "why; attempt 5 follows")
    assert isinstance(after_attempt(replace(job, failures=2), end, NOW, Backoff()), Failed)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_losses_are_counted_apart(losses: int, failures: int, forgiven: int) -> None:
    job = replace(JOB, losses=losses, failures=failures, retries=0)
    found = after_attempt(job, AttemptEnd(Cause.LOST, "tmux died"), NOW, Backoff(losses=forgiven))
    assert isinstance(found, Delayed if losses < forgiven else Failed)


@given(
    st.integers(1, 10_000), st.floats(0.001, 1e6), st.floats(1, 10), st.floats(0.001, 1e6), st.floats(0, 1)
)
def test_the_wait_grows_to_its_maximum_and_stays_inside_its_jitter(
    failures: int, base: float, factor: float, maximum: float, jitter: float
) -> None:
    backoff = Backoff(base, factor, maximum, jitter)
    plain = min(maximum, base * factor ** min(failures - 1, 64))
    assert plain * (1 - jitter) - 1e-6 <= backoff.delay(failures) <= plain * (1 + jitter) * (1 + 1e-9)
    steady = replace(backoff, jitter=0)
    assert steady.delay(failures) <= steady.delay(failures + 1) <= maximum
