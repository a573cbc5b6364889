"""A job's way from enqueue to its end, attempt by attempt."""

from __future__ import annotations

import pytest

from cockpit.base.errors import Conflict, NotFound
from cockpit.domain.job import Delayed, Failed, Killed, Priority, Running, Stalled, State
from cockpit.domain.retry import Cause
from tests.conformance.kit import Desk, new


def test_an_accepted_job_is_there_with_all_that_was_asked(desk: Desk) -> None:
    asked = new("alice", "web", prompt="p\0 \N{ROCKET} 'quoted' $(x)\n", priority=Priority.HIGH, retries=3, timeout=1.5,
                metadata='{"a": "\\u0000"}', ref="o/r#14", slots=0)  # fmt: skip
    [accepted] = desk.accept(asked)
    job = desk.job(accepted.job_id)
    assert (job.project, job.user, job.agent, job.priority) == ("web", "alice", "shell", Priority.HIGH)
    assert (job.retries, job.timeout, job.ref, job.slots, job.created_at) == (3, 1.5, "o/r#14", 0, desk.now)
    assert desk.store.prompt(job.id) == asked.prompt
    assert desk.store.metadata(job.id) == asked.metadata
    assert (job.state, job.attempt, job.fence, job.wish) == (State.PENDING, 0, None, None)


def test_60_kb_of_anything_come_back_as_they_were(desk: Desk) -> None:
    prompt = "\"'`$(rm -rf /)\\\r\n\t\N{SNOWMAN}" * 4000
    job = desk.add(prompt=prompt)
    assert desk.store.prompt(job) == prompt


def test_from_pending_to_completed(desk: Desk) -> None:
    id_ = desk.add()
    claim = desk.must_claim()
    assert (claim.job_id, claim.attempt, desk.state(id_)) == (id_, 1, State.ASSIGNED)
    desk.clock.advance(1)
    assert isinstance(desk.start(claim).status, Running)
    desk.clock.advance(5)
    job = desk.end(claim)
    assert (job.state, job.exit_code, job.finished_at) == (State.COMPLETED, 0, desk.now)
    assert job.started_at == desk.now - 5_000_000
    assert desk.store.locks() == []
    assert desk.kinds(id_) == ["queued", "assigned", "starting", "running", "completed"]


def test_an_attempt_remembers_where_it_ran_and_how_it_ended(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    desk.start(claim)
    desk.end(claim, 7)
    [attempt] = desk.store.attempts(claim.job_id)
    assert attempt == desk.store.attempt(claim.job_id, 1)
    assert (attempt.fence, attempt.window, attempt.pane, attempt.pid) == (
        claim.fence,
        "@1",
        "%1",
        desk.me.pid,
    )
    assert (attempt.pid_started, attempt.boot, attempt.server_pid) == (
        desk.me.started,
        desk.me.boot,
        desk.me.pid,
    )
    assert (attempt.cause, attempt.exit_code, attempt.ended_at) == ("exited", 7, desk.now)
    assert desk.store.attempt(claim.job_id, 2) is None


def test_stalled_and_back(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    desk.start(claim)
    job = desk.store.stalled(claim.job_id, claim.fence, "no heartbeat for 5m", desk.now)
    assert job.status == Stalled(job.grant, "no heartbeat for 5m")  # type: ignore[arg-type]
    assert desk.store.running(claim.job_id, claim.fence, desk.now).state is State.RUNNING
    assert desk.end(claim).state is State.COMPLETED


def test_what_can_not_be_is_refused(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    with pytest.raises(Conflict, match="it can't become running"):
        desk.store.running(claim.job_id, claim.fence, desk.now)
    with pytest.raises(Conflict):
        desk.finish(claim, Cause.EXITED, exit_code=0)  # it never started, so it can't have completed
    assert desk.state(claim.job_id) is State.ASSIGNED
    with pytest.raises(NotFound):
        desk.store.get("000000-0000")


def test_without_retries_a_bad_exit_is_the_end(desk: Desk) -> None:
    desk.add()
    job = desk.end(desk.must_claim(), 3)
    assert job.status == Failed(desk.now, "exit code 3")
    assert (job.exit_code, job.failures, job.losses) == (3, 1, 0)


def test_retries_wait_longer_each_time_and_keep_the_id(desk: Desk) -> None:
    id_ = desk.add(retries=2)
    for wait in (10, 20):
        job = desk.end(desk.must_claim(), 1)
        assert isinstance(job.status, Delayed)
        assert job.status.until == desk.now + wait * 1_000_000
        assert desk.claim() is None
        desk.clock.advance(wait)
        assert desk.store.promote_due(desk.now) == 1
    assert desk.end(desk.must_claim(), 1).state is State.FAILED
    assert [attempt.exit_code for attempt in desk.store.attempts(id_)] == [1, 1, 1]


def test_losses_are_forgiven_twice_and_cost_no_retry(desk: Desk) -> None:
    desk.add(retries=1)
    for _ in range(2):
        assert desk.finish(desk.must_claim(), Cause.LOST).state is State.DELAYED
        desk.clock.advance(3600)
        desk.store.promote_due(desk.now)
    job = desk.end(desk.must_claim(), 1)
    assert (job.state, job.failures, job.losses) == (State.DELAYED, 1, 2)
    desk.clock.advance(3600)
    desk.store.promote_due(desk.now)
    assert desk.finish(desk.must_claim(), Cause.LOST).state is State.FAILED


@pytest.mark.parametrize("exit_code", [None, 0, 143])
def test_a_timeout_uses_up_a_retry_whatever_the_exit_code(desk: Desk, exit_code: int | None) -> None:
    desk.add(retries=1)
    claim = desk.must_claim()
    desk.start(claim)
    assert desk.finish(claim, Cause.TIMED_OUT, exit_code=exit_code).state is State.DELAYED
    desk.clock.advance(3600)
    desk.store.promote_due(desk.now)
    claim = desk.must_claim()
    desk.start(claim)
    assert desk.finish(claim, Cause.TIMED_OUT, exit_code=exit_code).state is State.FAILED


def test_one_that_never_started_goes_back_into_its_line(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    assert desk.finish(desk.must_claim(), Cause.NEVER_STARTED).state is State.PENDING
    assert desk.run_all() == [first, second]


def test_one_that_was_refused_fails_at_once(desk: Desk) -> None:
    desk.add(retries=5)
    assert desk.finish(desk.must_claim(), Cause.REFUSED, "no such folder").status == Failed(
        desk.now, "no such folder"
    )


def test_a_kill_that_was_asked_for_beats_a_retry(desk: Desk) -> None:
    desk.add(retries=5)
    claim = desk.must_claim()
    desk.start(claim)
    assert desk.store.kill(claim.job_id, "enough", desk.now).state is State.RUNNING
    assert [job.id for job in desk.store.wishes()] == [claim.job_id]
    assert desk.end(claim, 1).status == Killed(desk.now, "enough")
    assert desk.store.wishes() == []


def test_a_kill_comes_too_late_for_one_that_completed(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    desk.start(claim)
    desk.store.kill(claim.job_id, "enough", desk.now)
    assert desk.end(claim, 0).state is State.COMPLETED
    with pytest.raises(Conflict, match="completed already"):
        desk.store.kill(claim.job_id, "enough", desk.now)


def test_by_hand_an_ended_job_comes_back_under_its_id(desk: Desk) -> None:
    id_ = desk.add()
    desk.end(desk.must_claim(), 1)
    job = desk.store.retry(id_, desk.now)
    assert (job.state, job.failures, job.finished_at) == (State.PENDING, 0, None)
    claim = desk.must_claim()
    assert (claim.job_id, claim.attempt) == (id_, 2)
    with pytest.raises(Conflict):
        desk.store.retry(id_, desk.now)
    assert desk.end(claim).state is State.COMPLETED


def test_what_was_accepted_is_there_after_a_restart(desk: Desk) -> None:
    ids = [desk.add("alice"), desk.add("bob")]
    claim = desk.must_claim()
    other = desk.open_store()
    assert {job.id for job in other.jobs()} == set(ids)
    assert [job.id for job in other.active()] == [claim.job_id]
    assert other.attempts(claim.job_id)[0].fence == claim.fence
