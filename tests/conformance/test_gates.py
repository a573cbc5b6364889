"""What keeps a job back: holds, a time to come, jobs that it comes after."""

from __future__ import annotations

import pytest

from cockpit.base.errors import Conflict, NotFound
from cockpit.domain.job import State
from cockpit.domain.retry import Cause
from tests.conformance.kit import Desk, new


@pytest.mark.parametrize(("scope", "key"), [("all", ""), ("user", "alice"), ("project", "web")])
def test_a_hold_catches_those_that_wait_and_those_that_come_later(desk: Desk, scope: str, key: str) -> None:
    early = desk.add("alice", "web")
    desk.store.hold(scope, key, desk.now)
    late = desk.add("alice", "web")
    assert desk.claim() is None
    assert [(hold.scope, hold.key) for hold in desk.store.holds()] == [(scope, key)]
    assert desk.store.resume(scope, key, desk.now) is True
    assert desk.store.resume(scope, key, desk.now) is False
    assert desk.run_all() == [early, late]


def test_a_hold_catches_a_line_that_is_new(desk: Desk) -> None:
    desk.store.hold("user", "alice", desk.now)
    desk.store.hold("project", "api", desk.now)
    held = [desk.add("alice", "brand-new"), desk.add("bob", "api")]
    free = desk.add("bob", "web")
    assert desk.run_all() == [free]
    desk.store.resume("user", "alice", desk.now)
    desk.store.resume("project", "api", desk.now)
    assert sorted(desk.run_all()) == sorted(held)


def test_two_gates_must_both_open(desk: Desk) -> None:
    id_ = desk.add("alice", "web")
    desk.store.hold("user", "alice", desk.now)
    desk.store.hold("project", "web", desk.now)
    desk.store.resume("user", "alice", desk.now)
    assert desk.claim() is None
    desk.store.resume("project", "web", desk.now)
    assert desk.claimed() == id_


def test_a_hold_leaves_running_jobs_alone(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    desk.store.hold("all", "", desk.now)
    assert desk.end(claim).state is State.COMPLETED


def test_a_held_job_lets_the_next_of_its_line_go_first(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    desk.store.hold("job", first, desk.now)
    assert desk.job(first).held
    assert desk.run_all() == [second]
    assert desk.store.resume("job", first, desk.now) is True
    assert desk.store.resume("job", first, desk.now) is False
    assert desk.run_all() == [first]


def test_what_can_not_be_held(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.store.hold("job", "000000-0000", desk.now)
    id_ = desk.add()
    desk.run_all()
    with pytest.raises(Conflict, match="has completed"):
        desk.store.hold("job", id_, desk.now)


def test_a_delayed_job_comes_when_its_time_has_come(desk: Desk) -> None:
    later = desk.add("alice", not_before=desk.now + 60_000_000)
    soon = desk.add("bob", not_before=desk.now + 30_000_000)
    assert desk.states([later, soon]) == ["delayed", "delayed"]
    assert [job.id for job in desk.store.delayed(5)] == [soon, later]
    assert desk.store.next_due() == desk.now + 30_000_000
    assert desk.store.promote_due(desk.now) == 0
    assert desk.claim() is None
    desk.clock.advance(30)
    assert desk.store.promote_due(desk.now) == 1
    assert desk.run_all() == [soon]
    desk.clock.advance(30)
    assert desk.store.promote_due(desk.now) == 1
    assert desk.store.next_due() is None
    assert desk.run_all() == [later]


def test_a_time_that_is_past_delays_nothing(desk: Desk) -> None:
    assert desk.claimed() is None
    id_ = desk.add(not_before=desk.now)
    assert desk.claimed() == id_


def test_what_is_promoted_takes_its_old_place(desk: Desk) -> None:
    first = desk.add(not_before=desk.now + 1)
    second = desk.add()
    desk.clock.advance(1)
    desk.store.promote_due(desk.now)
    assert desk.run_all() == [first, second]


def test_many_due_jobs_are_promoted_piece_by_piece(desk: Desk) -> None:
    desk.accept(*[new(f"user{i % 7}", not_before=desk.now + 1) for i in range(25)])
    desk.clock.advance(1)
    assert [desk.store.promote_due(desk.now, 10) for _ in range(4)] == [10, 10, 5, 0]


def test_a_delayed_job_can_be_started_now(desk: Desk) -> None:
    id_ = desk.add(not_before=desk.now + 10**12)
    assert desk.store.retry(id_, desk.now).state is State.PENDING
    assert desk.claimed() == id_


def test_a_job_waits_for_those_it_comes_after(desk: Desk) -> None:
    first, second = desk.add("alice"), desk.add("bob")
    after = desk.add("carol", after=(first, second))
    assert desk.job(after).waits_for == 2
    assert desk.store.needs(after) == [(first, State.PENDING), (second, State.PENDING)]
    assert desk.run_all() == [first, second, after]


def test_what_has_completed_is_not_waited_for(desk: Desk) -> None:
    first = desk.add()
    desk.run_all()
    assert desk.claimed() is None
    after = desk.add(after=(first,))
    assert desk.claimed() == after


def test_a_delayed_job_that_waits_for_another_needs_both(desk: Desk) -> None:
    first = desk.add("alice")
    after = desk.add("bob", after=(first,), not_before=desk.now + 1)
    desk.clock.advance(1)
    desk.store.promote_due(desk.now)
    assert desk.run_all() == [first, after]


@pytest.mark.parametrize("how", ["fails", "killed", "cancelled"])
def test_a_bad_end_fails_all_that_come_after(desk: Desk, how: str) -> None:
    first = desk.add("alice")
    second = desk.add("bob", after=(first,))
    third = desk.add("carol", after=(second,), not_before=desk.now + 1)
    other = desk.add("dave")
    if how == "cancelled":
        desk.store.cancel(first, "not needed", desk.now)
    else:
        claim = desk.must_claim()
        desk.start(claim)
        desk.finish(claim, Cause.KILLED if how == "killed" else Cause.EXITED, "bad", 1)
    assert desk.states([second, third]) == ["failed", "failed"]
    assert first in (desk.job(second).reason or "")
    assert second in (desk.job(third).reason or "")
    assert desk.run_all() == [other]


def test_a_retry_that_may_come_keeps_those_after_waiting(desk: Desk) -> None:
    desk.add("alice", retries=1)
    claim = desk.must_claim()
    after = desk.add("bob", after=(claim.job_id,))
    desk.end(claim, 1)
    assert desk.state(after) is State.PENDING
    desk.clock.advance(3600)
    desk.store.promote_due(desk.now)
    assert desk.run_all() == [claim.job_id, after]


def test_to_come_after_what_ended_badly_or_is_unknown_is_refused(desk: Desk) -> None:
    first = desk.add()
    desk.store.cancel(first, "no", desk.now)
    with pytest.raises(Conflict, match="retry it first"):
        desk.add(after=(first,))
    with pytest.raises(NotFound):
        desk.add(after=("999999-9999",))
    assert len(desk.store.jobs()) == 1


def test_a_job_that_completes_twice_counts_once(desk: Desk) -> None:
    twice, other = desk.add("alice"), desk.add("bob", not_before=desk.now + 10**9)
    after = desk.add("carol", after=(twice, other))
    assert desk.run_all() == [twice]
    desk.store.retry(twice, desk.now)
    assert desk.job(after).waits_for == 2
    assert desk.run_all() == [twice]
    assert desk.claim() is None
    desk.store.retry(other, desk.now)
    assert desk.run_all() == [other, after]


def test_by_hand_the_failed_chain_comes_back_in_order_only(desk: Desk) -> None:
    first = desk.add("alice")
    after = desk.add("bob", after=(first,))
    desk.end(desk.must_claim(), 1)
    with pytest.raises(Conflict, match=f"comes after {first}"):
        desk.store.retry(after, desk.now)
    desk.store.retry(first, desk.now)
    assert desk.store.retry(after, desk.now).waits_for == 1
    assert desk.run_all() == [first, after]
