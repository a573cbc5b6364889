"""A zombie speaks up: whoever carries an old token changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cockpit.base.errors import StaleFence
from cockpit.domain.lane import Claim
from cockpit.domain.retry import Cause
from cockpit.store.base import Store
from tests.conformance.kit import DEAD, LEASE, Desk


def _starting(store: Store, claim: Claim, now: int) -> object:
    return store.starting(claim.job_id, claim.fence, now, window="@9", pane="%9", process=DEAD, server_pid=1)


def _everything(desk: Desk) -> object:
    store = desk.store
    jobs = store.jobs()
    texts = [(store.attempts(job.id), store.events(job.id)) for job in jobs]
    return jobs, texts, store.locks(), store.counts()


ZOMBIE_WORDS: list[Callable[[Desk, Claim], object]] = [
    lambda desk, old: _starting(desk.store, old, desk.now),
    lambda desk, old: desk.store.running(old.job_id, old.fence, desk.now),
    lambda desk, old: desk.store.stalled(old.job_id, old.fence, "silence", desk.now),
    lambda desk, old: desk.finish(old, Cause.EXITED, "done", 0),
    lambda desk, old: desk.finish(old, Cause.LOST),
]


@pytest.mark.parametrize("word", ZOMBIE_WORDS)
def test_an_old_attempt_changes_nothing_of_the_new_one(
    desk: Desk, word: Callable[[Desk, Claim], object]
) -> None:
    desk.add(retries=1)
    old = desk.must_claim()
    desk.start(old)
    desk.end(old, 1)
    desk.clock.advance(3600)
    desk.store.promote_due(desk.now)
    new = desk.must_claim()
    assert new.fence > old.fence
    before = _everything(desk)
    with pytest.raises(StaleFence, match="out of date"):
        word(desk, old)
    assert _everything(desk) == before
    desk.end(new)


@pytest.mark.parametrize("word", ZOMBIE_WORDS)
def test_an_ended_job_hears_nobody(desk: Desk, word: Callable[[Desk, Claim], object]) -> None:
    desk.add()
    old = desk.must_claim()
    desk.end(old)
    before = _everything(desk)
    with pytest.raises(StaleFence):
        word(desk, old)
    assert _everything(desk) == before


def test_an_old_token_renews_nothing(desk: Desk) -> None:
    desk.add()
    desk.add()
    old = desk.must_claim()
    desk.end(old)
    new = desk.must_claim()
    desk.clock.advance(60)
    assert desk.store.renew([old.fence], LEASE, desk.now) == 0
    assert desk.store.locks()[0].expires_at == new.expires_at


def test_the_fence_only_grows(desk: Desk) -> None:
    fences = []
    for _ in range(3):
        desk.add()
        claim = desk.must_claim()
        desk.end(claim)
        fences.append(claim.fence)
        lock = desk.lock_by_hand()
        assert lock is not None
        fences.append(lock.token)
        desk.store.release("alice", lock.lock_id)
    assert fences == sorted(set(fences))


def test_a_revoke_counts_too(desk: Desk) -> None:
    lock = desk.lock_by_hand()
    assert lock is not None
    desk.store.release("alice", lock.lock_id)
    again = desk.lock_by_hand()
    assert again is not None
    assert again.token >= lock.token + 2
