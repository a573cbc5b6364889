"""Killed with -9 anywhere, and started again: every accepted job runs to its end once, and no user has two agents."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from glob import glob

import pytest

from cockpit.base.crash import CRASH_POINTS
from cockpit.domain.job import ENDED, State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]

# Each agent takes its user's lock of the kernel's, so that two at once are seen, and tells when it starts and ends.
AGENT = """exec 9>>"{marks}/$COCKPIT_USER.lock"
flock -n 9 || echo "$COCKPIT_USER" >>"{marks}/two-at-once"
echo "$COCKPIT_JOB_ID $COCKPIT_ATTEMPT" >>"{marks}/starts"
sleep 0.15
echo "$COCKPIT_JOB_ID" >>"{marks}/ends"
"""


def enqueue(desk: Desk, *projects: str) -> list[str]:
    return [desk.add(project, AGENT.format(marks=desk.marks)) for project in projects]


def check(desk: Desk, jobs: list[str]) -> None:
    """Everything that must hold when all is over."""
    assert {desk.job(job).state for job in jobs} == {State.COMPLETED}, desk.tell()
    assert Counter(desk.marked("ends")) == Counter(jobs)
    assert max(Counter(desk.marked("starts")).values()) == 1, "an attempt started twice"
    assert desk.marked("two-at-once") == []
    for job in jobs:
        *earlier, last = desk.store.attempts(job)
        assert last.exit_code == 0
        assert all(attempt.reason and attempt.ended_at for attempt in earlier)
        assert desk.status(job)["state"] == "completed", f"{desk.status(job)}; {desk.tell()}"
    assert desk.store.locks() == []
    assert desk.store.counts().slots_used == 0
    assert (desk.store.reconcile(), desk.store.recount()) == ([], [])
    assert desk.processes() == []


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_crash_at_every_point(desk: Desk, point: str) -> None:
    jobs = enqueue(desk, "web", "api", "shop", "docs")
    count = 1 + CRASH_POINTS.index(point) % 2  # also with others on their way
    first = desk.daemon("--until-idle", crash_at=f"{point}:{count}")
    assert first.wait(60) == -signal.SIGKILL, "it was to die there"
    assert desk.run_until_idle() == 0, desk.tell()
    check(desk, jobs)


def test_an_agent_whose_window_has_no_name_yet_is_left_alone(desk: Desk) -> None:
    """It runs in what was the spare window; the next scheduler took that for one that nobody needs."""
    gate = desk.gate("end")
    first = desk.daemon(crash_at="window-opened")
    desk.wait(
        lambda: any(map(os.path.getsize, glob(f"{desk.places.home}/spare.*.log"))), "the spare", net=0.01
    )
    job = desk.add("api", f"echo x >>{desk.marks}/starts; {gate.waits}")
    assert first.wait(60) == -signal.SIGKILL, desk.tell()
    desk.wait(lambda: desk.marked("starts"), "the agent", net=0.01)
    desk.daemon()
    desk.wait(lambda: desk.job(job).state is State.RUNNING, "its adoption")
    desk.wait(gate.has_somebody, "the agent", net=0.01)
    desk.wait(lambda: desk.job(job).state in ENDED, "its end")
    assert (desk.job(job).state, desk.job(job).attempt) == (State.COMPLETED, 1), desk.tell()


def test_crashes_one_after_the_other(desk: Desk) -> None:
    """The one that mends dies as well."""
    jobs = enqueue(desk, "web", "api", "shop", "docs")
    for point in ("window-opened", "process-ended", "swept", "claimed"):
        assert desk.daemon("--until-idle", crash_at=point).wait(60) == -signal.SIGKILL, desk.tell()
    assert desk.run_until_idle() == 0
    check(desk, jobs)


def test_kills_at_random_moments(desk: Desk) -> None:
    chance = random.Random(20260114)
    jobs = enqueue(desk, *("web", "api", "docs", "shop") * 2)
    for _ in range(5):
        scheduler = desk.daemon("--until-idle")
        try:
            scheduler.wait(chance.uniform(0.3, 1.2))
        except subprocess.TimeoutExpired:
            scheduler.kill()
            scheduler.wait()
    assert desk.run_until_idle() == 0
    check(desk, jobs)
