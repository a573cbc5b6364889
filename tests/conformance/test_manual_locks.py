"""Locks taken by hand: no job, no slot, a process that must live; and those who stand in line for one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from cockpit.base import process
from cockpit.base.errors import StaleFence
from tests.conformance.kit import DEAD, LEASE, Desk


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """A real process that waits for us and can be ended."""
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    yield child
    assert child.stdin is not None
    child.stdin.close()
    child.kill()
    child.wait()


def identity(child: subprocess.Popen[bytes]) -> process.ProcessId:
    found = process.identify(child.pid)
    assert found is not None
    return found


def test_a_manual_lock_keeps_the_users_jobs_back(desk: Desk) -> None:
    id_ = desk.add("alice")
    lock = desk.lock_by_hand("alice")
    assert lock is not None
    assert (lock.user, lock.job_id, lock.holder, lock.process) == ("alice", None, "a script", desk.me)
    assert desk.store.locks() == [lock]
    assert desk.claim() is None
    assert desk.store.counts().slots_used == 0
    assert desk.store.release("alice", lock.lock_id) is True
    assert desk.store.release("alice", lock.lock_id) is False
    assert desk.claimed() == id_


def test_it_is_not_had_while_a_job_of_the_user_runs(desk: Desk) -> None:
    desk.add("alice")
    claim = desk.must_claim()
    assert desk.lock_by_hand("alice") is None
    assert desk.lock_by_hand("bob") is not None
    desk.end(claim)
    assert desk.lock_by_hand("alice") is not None


def test_only_its_own_id_gives_it_back(desk: Desk) -> None:
    old = desk.lock_by_hand()
    assert old is not None
    desk.store.release("alice", old.lock_id)
    new = desk.lock_by_hand()
    assert new is not None
    assert desk.store.release("alice", old.lock_id) is False
    assert desk.store.release("bob", new.lock_id) is False
    assert desk.store.locks() == [new]


def test_a_jobs_lock_is_not_given_back_by_hand(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    assert desk.store.release("alice", claim.lock_id) is False
    assert len(desk.store.locks()) == 1


def test_the_lock_of_a_dead_process_is_swept(desk: Desk, other: subprocess.Popen[bytes]) -> None:
    id_ = desk.add()
    assert desk.lock_by_hand(who=identity(other)) is not None
    assert desk.store.sweep_manual(LEASE, desk.now) == 0
    assert desk.store.manual_processes() == [identity(other)]
    other.kill()
    other.wait()
    assert desk.store.sweep_manual(LEASE, desk.now) == 1
    assert desk.claimed() == id_


def test_whoever_asks_finds_the_dead_too(desk: Desk) -> None:
    assert desk.lock_by_hand(who=DEAD) is not None
    assert desk.lock_by_hand() is not None


def test_a_lease_that_ran_out_is_moved_on_while_its_holder_lives(desk: Desk) -> None:
    """A holder may sleep for longer than its lease: as with a job, its process decides, not a clock."""
    lock = desk.lock_by_hand()
    assert lock is not None
    assert desk.store.next_manual_end() == lock.expires_at
    desk.clock.advance(LEASE - 1)
    desk.store.renew_manual(lock.lock_id, LEASE, desk.now)
    for look in (lambda: desk.store.sweep_manual(LEASE, desk.now), desk.lock_by_hand):
        desk.clock.advance(LEASE)
        assert not look()
        assert desk.store.next_manual_end() == desk.now + LEASE * 1_000_000
    assert desk.store.release("alice", lock.lock_id)
    with pytest.raises(StaleFence):
        desk.store.renew_manual(lock.lock_id, LEASE, desk.now)
    assert desk.store.next_manual_end() is None


def test_a_waiter_keeps_new_jobs_back_until_it_has_its_turn(desk: Desk) -> None:
    desk.add("alice")
    claim = desk.must_claim()
    second = desk.add("alice")
    ticket = desk.store.join_waiters("alice", desk.me, desk.now + 10**9)
    assert desk.lock_by_hand(ticket=ticket) is None
    desk.end(claim)
    assert desk.claim() is None
    lock = desk.lock_by_hand(ticket=ticket)
    assert lock is not None
    desk.store.release("alice", lock.lock_id)
    assert desk.claimed() == second


def test_waiters_have_their_turns_in_order(desk: Desk) -> None:
    first, second = (desk.store.join_waiters("alice", desk.me, desk.now + 10**9) for _ in range(2))
    assert desk.lock_by_hand() is None  # without a ticket it stands behind them
    assert desk.lock_by_hand(ticket=second) is None
    lock = desk.lock_by_hand(ticket=first)
    assert lock is not None
    assert desk.lock_by_hand(ticket=second) is None
    desk.store.release("alice", lock.lock_id)
    assert desk.lock_by_hand(ticket=second) is not None


def test_one_who_leaves_lets_the_others_go_on(desk: Desk) -> None:
    id_ = desk.add("alice")
    first, second = (desk.store.join_waiters("alice", desk.me, desk.now + 10**9) for _ in range(2))
    desk.store.leave_waiters(first)
    desk.store.leave_waiters(first)
    lock = desk.lock_by_hand(ticket=second)
    assert lock is not None
    desk.store.release("alice", lock.lock_id)
    assert desk.claimed() == id_


def test_waiters_that_died_or_gave_up_keep_nobody_back(desk: Desk) -> None:
    id_ = desk.add("alice")
    desk.store.join_waiters("alice", DEAD, desk.now + 10**12)
    desk.store.join_waiters("alice", desk.me, desk.now + 5)
    assert desk.claim() is None
    desk.clock.advance(1)
    assert desk.store.sweep_manual(LEASE, desk.now) == 2
    assert desk.claimed() == id_


def test_a_manual_lock_means_nothing_without_serialization(desk: Desk) -> None:
    desk.store.set_serialization(False)
    assert desk.lock_by_hand() is not None
    id_ = desk.add("alice")
    assert desk.claimed() == id_
    desk.store.set_serialization(True)
    desk.add("alice")
    assert desk.claim() is None
