"""Many jobs at once: all or nothing, and nobody sees the half."""

from __future__ import annotations

import pytest

from cockpit.base.errors import Conflict, NotFound
from cockpit.domain.job import NewJob, Priority, State
from tests.conformance.kit import Desk, new

MANY = 1300  # more than goes in at once
FEW = 5


@pytest.mark.parametrize("count", [FEW, MANY])
def test_all_of_a_batch_is_accepted_in_its_order(desk: Desk, count: int) -> None:
    accepted = desk.accept(*[new("alice", prompt=f"number {i}") for i in range(count)])
    assert [one.position for one in accepted] == list(range(1, count + 1))
    assert [job.id for job in desk.store.waiting(count)] == [one.job_id for one in accepted]
    assert desk.store.prompt(accepted[-1].job_id) == f"number {count - 1}"
    assert desk.claimed() == accepted[0].job_id


@pytest.mark.parametrize("count", [FEW, MANY])
def test_one_bad_job_refuses_them_all(desk: Desk, count: int) -> None:
    bad = [new("alice") for _ in range(count)] + [new("bob", after=("no-such-job",))]
    with pytest.raises(NotFound):
        desk.accept(*bad)
    assert desk.store.jobs() == []
    assert desk.store.waiting(10) == []
    assert desk.claim() is None
    first = desk.add("bob")
    assert desk.claimed() == first


def test_priorities_delays_and_needs_inside_a_batch(desk: Desk) -> None:
    first = desk.add("zoe")
    batch = [new(f"u{i % 9}", priority=Priority(i % 4)) for i in range(MANY)]
    batch += [new("late", not_before=desk.now + 1), new("after", after=(first,))]
    accepted = desk.accept(*batch)
    counts = desk.store.counts()
    assert counts.states[State.PENDING] == MANY + 2
    assert counts.states[State.DELAYED] == 1
    assert counts.pending[Priority.CRITICAL] == MANY // 4
    assert desk.job(accepted[-1].job_id).waits_for == 1
    assert desk.claim(1) is not None


class _Meanwhile(list[NewJob]):
    """A batch during which something happens: after its first piece was read."""

    def __init__(self, jobs: list[NewJob], then: object) -> None:
        super().__init__(jobs)
        self.then = then
        self.pieces = 0

    def __getitem__(self, index: object) -> object:  # type: ignore[override]
        if isinstance(index, slice):
            self.pieces += 1
            if self.pieces == 2:
                self.then()  # type: ignore[operator]
        return super().__getitem__(index)  # type: ignore[index]


def test_nobody_sees_a_batch_that_is_not_complete(desk: Desk) -> None:
    other = desk.open_store()
    seen: list[object] = []

    def look() -> None:
        seen.append(
            (
                other.jobs(),
                other.waiting(5),
                other.delayed(5),
                other.next_due(),
                other.events(),
                other.count_waiting(),
            )
        )
        seen.append(other.claim(4, 60, desk.now))
        desk.clock.advance(10)
        seen.append(other.promote_due(desk.now))
        seen.append(other.clear("cleared", desk.now))
        with pytest.raises(NotFound):
            other.resolve("-")
        seen.append(sum(other.counts().states.values()))

    jobs = [new("alice", not_before=desk.now + 1), *[new("alice") for _ in range(MANY)]]
    desk.store.enqueue(_Meanwhile(jobs, look), desk.now)
    assert seen == [([], [], [], None, [], 0), None, 0, 0, 0]
    assert len(desk.store.jobs(limit=5000)) == MANY + 1
    assert desk.store.promote_due(desk.now) == 1


def test_what_a_batch_comes_after_may_complete_while_it_comes_in(desk: Desk) -> None:
    first = desk.add("bob")
    claim = desk.must_claim()
    other = Desk(desk.open_store)
    jobs = [new("alice", after=(first,)), *[new("carol") for _ in range(MANY)]]
    accepted = desk.store.enqueue(_Meanwhile(jobs, lambda: other.end(claim)), desk.now)
    assert desk.job(accepted[0].job_id).waits_for == 0
    assert accepted[0].job_id in (desk.claimed(), desk.claimed())


def test_what_a_batch_comes_after_may_fail_while_it_comes_in(desk: Desk) -> None:
    first = desk.add("bob")
    claim = desk.must_claim()
    other = Desk(desk.open_store)
    jobs = [new("alice", after=(first,)), *[new("carol") for _ in range(MANY)]]
    with pytest.raises(Conflict, match="retry it first"):
        desk.store.enqueue(_Meanwhile(jobs, lambda: other.end(claim, 1)), desk.now)
    assert [job.id for job in desk.store.jobs()] == [first]


def test_others_may_write_while_a_batch_comes_in(desk: Desk) -> None:
    other = desk.open_store()
    ids: list[str] = []

    def enqueue() -> None:
        ids.extend(accepted.job_id for accepted in other.enqueue([new("alice"), new("bob")], desk.now))

    accepted = desk.store.enqueue(_Meanwhile([new("alice") for _ in range(MANY)], enqueue), desk.now)
    assert len({*ids, *(one.job_id for one in accepted)}) == MANY + 2


def test_nothing_at_all_is_a_batch_too(desk: Desk) -> None:
    assert desk.accept() == []
    assert desk.store.discard_dead_batches() == 0
