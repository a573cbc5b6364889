"""The demo's verdict says no where something went wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cockpit.demo import verdict
from cockpit.domain.events import Event
from cockpit.domain.job import Completed, Failed, Job, Priority

ALICE, ALICE_TOO, BOB = "a-1", "a-2", "b-1"


def job(job_id: str, user: str) -> Job:
    return Job(
        id=job_id, seq=1, project="web", user=user, agent="builder", priority=Priority.NORMAL, status=Completed(9),
        slots=1, held=False, waits_for=0, attempt=1, failures=0, losses=0, retries=0, timeout=None, created_at=0,
        started_at=1, finished_at=9, exit_code=0, fence=1, ref=None, wish=None,
    )  # fmt: skip


JOBS = [job(ALICE, "alice"), job(ALICE_TOO, "alice"), job(BOB, "bob")]


def story(*steps: str) -> list[Event]:
    """`a-1 running` at each second."""
    words = [step.split(" ", 1) for step in steps]
    return [Event(n, n * 1_000_000, job_id, 1, kind, None) for n, (job_id, kind) in enumerate(words, 1)]


def test_two_users_side_by_side_are_right() -> None:
    events = story("a-1 assigned", "b-1 assigned", "a-1 running", "a-1 completed", "a-2 assigned")
    check = verdict.one_per_user(JOBS, events)
    assert check.held
    assert check.seen.startswith("3 attempts of 2 users")


def test_two_jobs_of_one_user_at_once_are_told_with_their_ids() -> None:
    check = verdict.one_per_user(JOBS, story("a-1 assigned", "a-1 running", "a-2 assigned"))
    assert not check.held
    assert check.seen == "alice had a-1 and a-2 at once"


@pytest.mark.parametrize("end", ["completed", "failed", "killed", "delayed", "pending"])
def test_every_end_of_an_attempt_frees_the_user(end: str) -> None:
    assert verdict.one_per_user(JOBS, story("a-1 assigned", "a-1 running", f"a-1 {end}", "a-2 assigned")).held


@pytest.mark.parametrize("word", ["held", "kill asked", "edited", "queued"])
def test_what_is_no_state_frees_nobody(word: str) -> None:
    assert not verdict.one_per_user(JOBS, story("a-1 assigned", f"a-1 {word}", "a-2 assigned")).held


def test_events_count_in_their_order_not_in_the_lists() -> None:
    events = story("a-1 assigned", "a-1 completed", "a-2 assigned")
    assert verdict.one_per_user(JOBS, list(reversed(events))).held


def test_more_jobs_than_slots_are_seen() -> None:
    events = story("a-1 assigned", "b-1 starting")
    assert verdict.slots(events, 2).held
    assert not verdict.slots(events, 1).held


def test_a_job_that_failed_is_named_with_its_reason() -> None:
    jobs = [JOBS[0], replace(JOBS[2], status=Failed(9, "exit code 3"))]
    check = verdict.all_completed(jobs, 2)
    assert not check.held
    assert check.seen == "1 of 2 jobs; b-1 is failed (exit code 3)"


def test_a_job_that_is_missing_breaks_the_promise() -> None:
    assert verdict.all_completed(JOBS, 3).held
    assert not verdict.all_completed(JOBS, 4).held


def test_a_dependent_that_started_too_early_is_seen() -> None:
    assert verdict.came_after(story("a-1 completed", "b-1 assigned"), [(BOB, ALICE)]).held
    assert not verdict.came_after(story("b-1 assigned", "a-1 completed"), [(BOB, ALICE)]).held
    assert not verdict.came_after(story("b-1 queued"), [(BOB, ALICE)]).held


def test_a_retry_is_one_failure_and_a_second_attempt() -> None:
    assert verdict.retried(replace(JOBS[0], attempt=2, failures=1)).held
    assert not verdict.retried(JOBS[0]).held


def test_hold_and_delay_are_judged_by_their_events() -> None:
    good = story("a-1 resumed", "a-1 assigned", "b-1 assigned")
    assert [check.held for check in verdict.waited(good, ALICE, JOBS[2], 3)] == [True, True]
    bad = story("a-1 assigned", "a-1 resumed", "b-1 assigned")
    assert [check.held for check in verdict.waited(bad, ALICE, JOBS[2], 4)] == [False, False]
    assert [check.held for check in verdict.waited([], ALICE, JOBS[2], 4)] == [False, False]


def test_an_agent_that_went_silent_is_seen() -> None:
    assert verdict.told_progress({"a-1": 100}).held
    assert not verdict.told_progress({"a-1": 100, "b-1": None}).held
