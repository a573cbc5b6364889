"""What was cancelled comes back where it stood."""

from __future__ import annotations

from cockpit.domain.job import Delayed, Priority, State
from tests.conformance.kit import Desk


def test_a_cancelled_job_comes_back_to_its_old_place(desk: Desk) -> None:
    ids = [desk.add(f"user{n}") for n in range(5)]
    desk.store.edit(ids[3], desk.now, priority=Priority.HIGH)
    order = [job.id for job in desk.store.waiting(9)]
    before = desk.store.cancel_all([ids[3], ids[1]], "no", desk.now)
    assert desk.states(ids) == ["pending", "killed", "pending", "killed", "pending"]
    desk.clock.advance(60)
    assert {job.id for job in desk.store.restore(before, desk.now)} == {ids[1], ids[3]}
    assert [job.id for job in desk.store.waiting(9)] == order
    assert desk.store.recount() == []


def test_a_hold_and_a_delay_are_kept(desk: Desk) -> None:
    held, late = desk.add(), desk.add("bob", not_before=desk.now + 600_000_000)
    desk.store.hold("job", held, desk.now)
    status = desk.store.get(late).status
    before = desk.store.cancel_all([held, late], "no", desk.now)
    desk.store.restore(before, desk.now)
    assert desk.store.get(held).held
    assert desk.store.get(late).status == status
    assert isinstance(status, Delayed)


def test_a_delay_that_is_over_meanwhile_is_not_waited_for(desk: Desk) -> None:
    late = desk.add(not_before=desk.now + 1)
    before = desk.store.cancel_all([late], "no", desk.now)
    desk.clock.advance(1)
    desk.store.restore(before, desk.now)
    assert desk.state(late) is State.PENDING


def test_what_failed_with_a_cancelled_job_comes_back_with_it(desk: Desk) -> None:
    first = desk.add("alice")
    second = desk.add("bob", after=(first,))
    third = desk.add("carol", after=(second,))
    before = desk.store.cancel_all([first], "no", desk.now)
    assert desk.states([first, second, third]) == ["killed", "failed", "failed"]
    assert len(desk.store.restore(before, desk.now)) == 3
    assert desk.states([first, second, third]) == ["pending"] * 3
    assert desk.must_claim().job_id == first
    assert desk.claim() is None, "the others wait for it again"


def test_what_runs_is_not_cancelled_and_what_is_back_is_not_brought_back_twice(desk: Desk) -> None:
    first, second = desk.add("alice"), desk.add("bob")
    claim = desk.must_claim()
    before = desk.store.cancel_all([first, second], "no", desk.now)
    assert [job.id for job in before] == [second]
    assert claim.job_id == first
    desk.store.retry(second, desk.now)
    assert desk.store.restore(before, desk.now) == []


def test_a_dependent_stays_failed_while_what_it_needs_does(desk: Desk) -> None:
    first = desk.add("alice")
    second = desk.add("bob", after=(first,))
    before = desk.store.cancel_all([first], "no", desk.now)
    assert desk.store.restore([job for job in before if job.id == second], desk.now) == []
    assert desk.state(second) is State.FAILED


def test_a_clear_is_taken_back_whole(desk: Desk) -> None:
    ids = [desk.add(f"user{n % 7}") for n in range(450)]
    late = desk.add("late", not_before=desk.now + 600_000_000)
    gone = desk.add("gone")
    desk.store.cancel(gone, "not needed", desk.now)
    order = [job.id for job in desk.store.waiting(500)]
    at = desk.now
    assert desk.store.clear("cleared", at) == 451
    desk.clock.advance(5)
    assert desk.store.restore_cleared(at, "cleared", desk.now) == 451
    assert [job.id for job in desk.store.waiting(500)] == order
    assert set(order) == set(ids)
    assert desk.state(late) is State.DELAYED
    assert desk.state(gone) is State.KILLED
    assert desk.store.recount() == []


def test_what_failed_with_a_cleared_project_comes_back_with_it(desk: Desk) -> None:
    first = desk.add("alice", "web")
    second = desk.add("bob", "api", after=(first,))
    third = desk.add("carol", "api", after=(second,), not_before=desk.now + 600_000_000)
    other = desk.add("dora", "api")
    at = desk.now
    assert desk.store.clear("cleared", at, project="web") == 1
    assert desk.states([first, second, third, other]) == ["killed", "failed", "failed", "pending"]
    assert desk.store.restore_cleared(at, "cleared", desk.now) == 3
    assert desk.states([first, second, third, other]) == ["pending", "pending", "delayed", "pending"]
    assert desk.must_claim().job_id == first
    assert desk.claimed() == other, "the others wait for the first"
    assert desk.store.recount() == []


def test_the_time_that_a_job_was_cancelled_is_no_time_that_it_waited(desk: Desk) -> None:
    job = desk.add()
    desk.clock.advance(60)
    before = desk.store.cancel_all([job], "no", desk.now)
    desk.clock.advance(3600)
    desk.store.restore(before, desk.now)
    desk.clock.advance(7)
    desk.must_claim()
    assert desk.store._rows("SELECT waited FROM attempts") == [(7_000_000,)]  # type: ignore[attr-defined]  # SQLite's
