"""Never more than the slots, never two of one user, and what the switch of serialization does to running jobs."""

from __future__ import annotations

import pytest

from cockpit.domain.job import State
from tests.conformance.kit import LEASE, Desk


def test_never_more_than_the_slots(desk: Desk) -> None:
    for number in range(6):
        desk.add(f"user{number}")
    claims = [desk.must_claim(3) for _ in range(3)]
    assert desk.claim(3) is None
    assert desk.store.counts().slots_used == 3
    desk.end(claims[1])
    assert desk.claimed(3) is not None
    assert desk.claim(3) is None


def test_fewer_slots_than_run_already_just_means_none_free(desk: Desk) -> None:
    for number in range(4):
        desk.add(f"user{number}")
    first = desk.must_claim(3)
    desk.must_claim(3)
    assert desk.claim(1) is None
    desk.end(first)
    assert desk.claim(1) is None
    assert desk.claim(0) is None


def test_a_job_without_a_slot_runs_beside_the_others(desk: Desk) -> None:
    desk.add("alice")
    desk.must_claim(1)
    slotless = desk.add("bob", slots=0)
    desk.add("carol")
    assert desk.claimed(1) == slotless
    assert desk.store.counts().slots_used == 1
    assert desk.claim(1) is None


def test_a_job_without_a_slot_locks_its_user_all_the_same(desk: Desk) -> None:
    desk.add("alice", slots=0)
    desk.add("alice", slots=1)
    desk.add("alice", slots=0)
    desk.must_claim()
    assert desk.claim() is None


def test_one_user_one_job_over_all_projects(desk: Desk) -> None:
    desk.add("alice", "web")
    api = desk.add("alice", "api")
    claim = desk.must_claim()
    assert desk.claim() is None
    desk.end(claim)
    assert desk.claimed() == api


def test_the_lock_says_whose_it_is_and_how_long(desk: Desk) -> None:
    id_ = desk.add("alice")
    claim = desk.must_claim()
    [lock] = desk.store.locks()
    assert lock == desk.store.locks_of("alice")[0]
    assert (lock.user, lock.job_id, lock.token, lock.lock_id) == ("alice", id_, claim.fence, claim.lock_id)
    assert (lock.acquired_at, lock.expires_at, lock.process) == (desk.now, desk.now + 3_600_000_000, None)
    assert desk.store.locks_of("bob") == []


def test_leases_are_renewed_for_those_that_still_hold(desk: Desk) -> None:
    desk.add("alice")
    desk.add("bob")
    first, second = desk.must_claim(), desk.must_claim()
    desk.end(first)
    desk.clock.advance(1800)
    assert desk.store.renew([first.fence, second.fence], LEASE, desk.now) == 1
    assert desk.store.locks()[0].expires_at == desk.now + 3_600_000_000


def test_a_lease_that_ran_out_passes_nothing_on(desk: Desk) -> None:
    """A lock passes on only when its job is known to have ended, not because a clock says so."""
    desk.add("alice")
    desk.add("alice")
    desk.must_claim()
    desk.clock.advance(10 * LEASE)
    assert desk.store.sweep_manual(LEASE, desk.now) == 0
    assert desk.claim() is None
    assert desk.lock_by_hand() is None


def test_without_serialization_a_user_may_run_several(desk: Desk) -> None:
    desk.store.set_serialization(False)
    ids = [desk.add("alice") for _ in range(3)]
    assert [desk.claimed() for _ in range(3)] == ids
    assert {lock.lane for lock in desk.store.locks()} == {f"job:{id_}" for id_ in ids}


def test_serialization_switched_off_while_a_job_runs(desk: Desk) -> None:
    ids = [desk.add("alice") for _ in range(2)]
    claims = [desk.must_claim()]
    desk.store.set_serialization(False)
    claims.append(desk.must_claim())
    assert [claim.job_id for claim in claims] == ids
    for claim in claims:
        assert desk.end(claim).state is State.COMPLETED


def test_serialization_switched_on_while_two_jobs_of_a_user_run(desk: Desk) -> None:
    desk.store.set_serialization(False)
    for _ in range(3):
        desk.add("alice")
    first, second = desk.must_claim(), desk.must_claim()
    desk.store.set_serialization(True)
    assert desk.claim() is None
    desk.end(second)
    assert desk.claim() is None
    desk.end(first)
    assert desk.claim() is not None
    assert desk.claim() is None


def test_a_job_enqueued_while_its_user_is_locked_waits(desk: Desk) -> None:
    desk.add("alice", "web")
    claim = desk.must_claim()
    later = desk.add("alice", "another")  # a line that did not exist when the lock was taken
    assert desk.claim() is None
    desk.end(claim)
    assert desk.claimed() == later


@pytest.mark.parametrize("slots", [1, 0], ids=["a slot", "no slot"])
def test_a_parked_job_gives_its_slot_back_once_and_keeps_its_lock(desk: Desk, slots: int) -> None:
    id_ = desk.add("alice", slots=slots)
    claim = desk.must_claim()
    for _ in range(2):
        desk.store.park(id_, claim.fence, "usage limit", desk.now)
    assert desk.store.counts().slots_used == 0
    assert [lock.job_id for lock in desk.store.locks()] == [id_]
    desk.add("bob")
    desk.must_claim(slots=1)
    assert desk.store.unpark(id_, claim.fence, 1, desk.now) is (slots == 0)
    assert desk.store.unpark(id_, claim.fence, 2, desk.now)
    assert desk.store.unpark(id_, claim.fence, 2, desk.now), "again changes nothing"
    assert desk.store.counts().slots_used == 1 + slots
    assert [kind for kind in desk.kinds(id_) if "parked" in kind] == ["parked", "unparked"]
    assert desk.store.reconcile() == []
