"""Why does it wait? One answer for every waiting job; the first thing that would have to change comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cockpit.domain.job import Completed, Delayed, Pending
from cockpit.domain.lane import Hold, Lock, lane_of
from cockpit.domain.policy import Situation, why_waiting
from cockpit.domain.project import owner_of
from tests.unit.domain.test_retry import JOB

WAITS = replace(JOB, status=Pending(), fence=None)
FREE = Situation(
    now=0, holds=(), lock=None, slots_used=0, slots_max=4, ahead=0, unfinished=(), scheduler_runs=True
)
LOCK = Lock("user:alice", "alice", "l.1", 1, "113700-0001", "113700-0001", 0, 1)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "its turn"),
        ({"slots_used": 4}, "a free slot (4 of 4 used)"),
        ({"slots_used": 5, "slots_max": 4}, "a free slot (5 of 4 used)"),
        ({"slots_used": 1, "load": 0.86}, "the load to fall (it is 0.86, above load.ceiling"),
        ({"slots_used": 0, "load": 0.86}, "its turn"),
        ({"slots_used": 4, "load": 0.86}, "a free slot (4 of 4 used)"),
        ({"slots_used": 4, "ahead": 1}, "1 earlier job of alice"),
        ({"ahead": 3}, "3 earlier jobs of alice"),
        ({"ahead": 3, "lock": LOCK}, "alice's lock, held by 113700-0001"),
        ({"lock": replace(LOCK, job_id=None, holder="deploy.sh")}, "alice's lock, held by deploy.sh"),
        (
            {"lock": LOCK, "scheduler_runs": False},
            "a scheduler: none runs; open cockpit or run 'cockpit daemon start'",
        ),
        ({"unfinished": ["a"], "scheduler_runs": False}, "job a to complete"),
        ({"unfinished": list("abcd")}, "job a, b, c and others to complete"),
        ({"holds": [Hold("all", "", 0)], "unfinished": ["a"]}, "a resume: the whole queue is held"),
        ({"holds": [Hold("user", "bob", 0), Hold("project", "api", 0)]}, "its turn"),
        ({"holds": [Hold("user", "alice", 0)]}, "a resume: user alice is held"),
        ({"holds": [Hold("project", "web", 0)]}, "a resume: project web is held"),
    ],
)
def test_the_answer(changes: dict[str, object], answer: str) -> None:
    told = why_waiting(WAITS, replace(FREE, **changes))  # type: ignore[arg-type]
    assert told is not None
    assert told.startswith(answer)


def test_a_job_without_a_slot_does_not_wait_for_one() -> None:
    assert why_waiting(replace(WAITS, slots=0), replace(FREE, slots_used=4, load=0.9)) == "its turn"


def test_a_held_job_and_a_delayed_one() -> None:
    assert "cockpit resume 113754-a2f5" in (why_waiting(replace(WAITS, held=True), FREE) or "")
    delayed = replace(WAITS, status=Delayed(90_000_000, "usage limit"))
    assert why_waiting(delayed, FREE) == "its time, in 1m (usage limit)"
    assert why_waiting(delayed, replace(FREE, now=10**12)) == "its time, in 0s (usage limit)"


def test_who_does_not_wait_is_asked_nothing() -> None:
    assert why_waiting(JOB, FREE) is None
    assert why_waiting(replace(JOB, status=Completed(1)), FREE) is None


def test_whose_work_and_which_lane() -> None:
    assert [owner_of(name) for name in ("alice_project", "web", "_project")] == ["alice", "web", "_project"]
    assert owner_of("alice_project", "bob") == "bob"
    assert lane_of("alice", "j", serialize=True) == "user:alice"
    assert lane_of("alice", "j", serialize=False) == "job:j"
