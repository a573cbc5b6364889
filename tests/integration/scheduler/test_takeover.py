"""Two schedulers of one home: one works, the other stands by and takes over whatever way the first one ends."""

from __future__ import annotations

import os
import signal
import time

import pytest

from cockpit.domain.job import State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_one_that_stands_by_takes_over(desk: Desk, how: signal.Signals) -> None:
    gate = desk.gate("open")
    job = desk.add("web", gate.waits)
    first = desk.daemon()
    desk.wait(lambda: desk.scheduler_pid() == first.pid, "the first")
    desk.wait(lambda: desk.job(job).state is State.RUNNING, "the job")
    second = desk.daemon()
    desk.wait(lambda: len(os.listdir(desk.places.wake)) > 2, "the second to stand by")
    before = time.monotonic()
    first.send_signal(how)
    desk.wait(lambda: desk.scheduler_pid() == second.pid, "the second", net=0.01)
    assert time.monotonic() - before < 3, "milliseconds where nobody else needs the machine"
    first.wait(10)
    assert desk.job(job).state is State.RUNNING, "the agent did not notice"
    desk.wait(gate.has_somebody, "the agent")
    desk.wait(lambda: desk.job(job).state is State.COMPLETED, "its end")
    assert len(desk.store.attempts(job)) == 1


def test_a_stopped_scheduler_falls_silent_and_goes_on(desk: Desk) -> None:
    desk.configure(scheduler={"slots": 2, "beat": 0.1})
    scheduler = desk.daemon()

    def beat() -> int:
        node = desk.store.node()
        return node.beat_at if node else 0

    first = desk.wait(beat, "the first beat")
    desk.wait(lambda: beat() > first, "another beat")
    scheduler.send_signal(signal.SIGSTOP)
    desk.wait(
        lambda: desk.queue.context.clock.now() - beat() > 500_000, "five beats that did not come", net=0.05
    )
    assert desk.scheduler_pid() == scheduler.pid, "it lives, and keeps the lock"
    job = desk.add("web", "echo at last")
    scheduler.send_signal(signal.SIGCONT)
    desk.wait(lambda: desk.job(job).state is State.COMPLETED, "the job")
