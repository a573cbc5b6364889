"""What should be impossible, made by raw SQL: found, named, mended."""

from __future__ import annotations

import functools
from collections.abc import Callable, Set

import pytest

from cockpit.base import process
from cockpit.base.clock import Clock, Micros
from cockpit.domain import ids
from cockpit.domain.job import NewJob
from cockpit.store.sqlite import SqliteStore

NOW = Clock().now()


def job(user: str = "alice", **fields: object) -> NewJob:
    return NewJob("web", user, "shell", "do it", **fields)  # type: ignore[arg-type]


def running(store: SqliteStore, user: str = "zoe") -> None:
    store.enqueue([job(user)], NOW)
    assert store.claim(9, 60, NOW) is not None


DAMAGE = {
    "work but no head": "UPDATE lines SET head_seq = NULL, head_priority = NULL",
    "a head that has ended": "UPDATE lines SET head_seq = 999, head_priority = 0",
    "a line closed for nothing": "UPDATE lines SET locked = 1 WHERE user = 'alice'",
    "a line held for nothing": "UPDATE lines SET held = 1",
    "a line that stands open": "UPDATE lines SET locked = 0",
    "slots that nobody uses": "UPDATE counters SET value = 7 WHERE name = 'slots_used'",
}
LOST_COUNTS = {
    "a state": "UPDATE counters SET value = value + 3 WHERE name = 'state:pending'",
    "a priority": "UPDATE counters SET value = -1 WHERE name = 'pending:2'",
}


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE)
def test_reconcile_finds_names_and_mends(store: SqliteStore, statement: str) -> None:
    running(store)
    store.enqueue([job(), job("bob"), job("zoe")], NOW)
    store._connection.execute(statement)
    [told] = store.reconcile()
    assert told.endswith("; mended")
    assert store.reconcile() == []
    claims = [store.claim(9, 60, NOW) for _ in range(3)]
    assert [claim.user for claim in claims if claim] == ["alice", "bob"]


@pytest.mark.parametrize("statement", LOST_COUNTS.values(), ids=LOST_COUNTS)
def test_recount_counts_anew(store: SqliteStore, statement: str) -> None:
    running(store)
    store.enqueue([job(), job("bob")], NOW)
    before = store.counts()
    store._connection.execute(statement)
    assert store.counts() != before
    assert store.recount() == ["1 kept counters were wrong; mended"]
    assert store.counts() == before
    assert store.recount() == []


def test_a_lock_whose_job_does_not_run_is_freed_and_its_token_grows_old(store: SqliteStore) -> None:
    running(store, "alice")
    [lock] = store.locks()
    store.enqueue([job()], NOW)
    raw = store._connection.execute
    raw("UPDATE jobs SET state = 'failed', reason = 'x', finished_at = 1, lane = NULL, granted_at = NULL WHERE id = ?",
        (lock.job_id,))  # fmt: skip
    told = store.reconcile()
    assert told[0].startswith("1 locks")
    claim = store.claim(9, 60, NOW)
    assert claim is not None
    assert claim.fence > lock.token + 1


def test_a_job_that_runs_without_a_lock_is_locked_again(store: SqliteStore) -> None:
    running(store, "alice")
    [lock] = store.locks()
    store.enqueue([job()], NOW)
    store._connection.execute("DELETE FROM locks")
    assert "1 jobs ran without a lock; mended" in store.reconcile()
    [again] = store.locks()
    assert (again.lock_id, again.token, again.lane) == (lock.lock_id, lock.token, lock.lane)
    assert store.claim(9, 60, NOW) is None


def test_a_line_that_is_gone_is_found_at_the_start(store: SqliteStore) -> None:
    store.enqueue([job(), job("bob")], NOW)
    store._connection.execute("DELETE FROM lines WHERE user = 'alice'")
    assert store.recount() == ["1 lines were missing; mended"]
    assert store.claim(9, 60, NOW).user == "alice"  # type: ignore[union-attr]


def test_a_wrong_number_of_needs_is_found_at_the_start(store: SqliteStore) -> None:
    [first] = store.enqueue([job()], NOW)
    [after] = store.enqueue([job("bob", after=(first.job_id,))], NOW)
    store._connection.execute("UPDATE jobs SET waits_for = 5 WHERE id = ?", (after.job_id,))
    assert store.recount() == ["1 jobs waited for the wrong number of others; mended"]
    assert store.get(after.job_id).waits_for == 1


def test_an_id_that_is_taken_grows(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dice that always fall the same way."""
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(ids.new_ids, random_bytes=bytes))
    found = [store.enqueue([job()], NOW)[0].job_id for _ in range(2)]
    found += [accepted.job_id for accepted in store.enqueue([job(), job()], NOW)]
    assert [len(id_.partition("-")[2]) for id_ in found] == [4, 6, 8, 12]


def test_an_id_that_somebody_takes_while_a_batch_comes_in(
    store: SqliteStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine: list[str] = []

    def drawn(now: Micros, count: int, taken: Callable[[Set[str]], Set[str]]) -> list[str]:
        mine[:] = ids.new_ids(now, count, taken)
        monkeypatch.undo()
        monkeypatch.setattr("cockpit.store.queue.new_ids", lambda *_: [sorted(mine)[7]])
        SqliteStore(database).enqueue([job("bob")], NOW)
        monkeypatch.undo()
        return list(mine)

    monkeypatch.setattr("cockpit.store.batches.new_ids", drawn)
    accepted = [one.job_id for one in store.enqueue([job() for _ in range(900)], NOW)]
    assert len({*mine, *accepted}) == len(mine) + 1
    assert store.get(sorted(mine)[7]).user == "bob"
    assert [store.get(id_).seq for id_ in accepted[6:9]] == [
        8,
        9,
        10,
    ]  # bob came before the batch took its places


def test_many_jobs_inside_another_transaction_are_no_batch(store: SqliteStore) -> None:
    def give_up() -> None:
        with store.transaction():
            store.enqueue([job() for _ in range(900)], NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert store.jobs() == []


@pytest.mark.parametrize("change", ["nothing", "something"])
def test_others_are_woken_only_when_something_changed(database: str, change: str) -> None:
    """Those who wait for a lock look again when woken: woken by each other's looking they would never sleep."""
    woken: list[int] = []
    store = SqliteStore(database, lambda: woken.append(1))
    running(store, "alice")
    before = len(woken)
    if change == "nothing":
        assert store.acquire("alice", "me", process.current(), 60, NOW) is None
        assert store.claim(4, 60, NOW) is None
        assert store.sweep_manual(60, NOW) == 0
        assert store.promote_due(NOW) == 0
    else:
        store.enqueue([job()], NOW)
    assert len(woken) - before == (change == "something")
    store.close()


def test_a_durable_write_inside_one_that_is_not_is_a_mistake_of_ours(store: SqliteStore) -> None:
    with pytest.raises(AssertionError), store.transaction(durable=False):
        store.enqueue([job()], NOW)
    assert store.jobs() == []


def test_text_that_is_no_unicode_is_refused_and_nothing_is_half_written(store: SqliteStore) -> None:
    with pytest.raises(UnicodeEncodeError):
        store.enqueue([job(), NewJob("web", "bob", "shell", "\udcff")], NOW)
    assert store.jobs() == []
    assert store.reconcile() == store.recount() == []
