"""Several real processes at one store: for one job, for one user, for the slots, for the way in."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from cockpit.base.clock import Clock
from cockpit.domain.job import NewJob, State
from cockpit.store.sqlite import SqliteStore

NOW = Clock().now()
Racers = Callable[..., Any]


def job(user: str) -> NewJob:
    return NewJob("web", user, "shell", "do it")


def race(*racers: Any) -> list[list[str]]:
    for one in racers:
        one.go()
    return [one.lines() for one in racers]


def sound(store: SqliteStore) -> None:
    assert store.reconcile() == []
    assert store.recount() == []


def test_one_job_has_one_winner(store: SqliteStore, database: str, racer: Racers) -> None:
    racers = [racer("once", database, "4") for _ in range(5)]
    [accepted] = store.enqueue([job("alice")], NOW)
    said = race(*racers)
    assert sorted(line for [line] in said) == ["-"] * 4 + [accepted.job_id]
    assert len(store.attempts(accepted.job_id)) == 1
    sound(store)


def test_one_user_has_one_job_whoever_claims(store: SqliteStore, database: str, racer: Racers) -> None:
    racers = [racer("once", database, "4") for _ in range(4)]
    ids = [accepted.job_id for accepted in store.enqueue([job("alice") for _ in range(6)], NOW)]
    said = [line for [line] in race(*racers)]
    assert sorted(said) == ["-"] * 3 + [ids[0]]
    assert len(store.locks()) == 1
    sound(store)


def test_three_slots_and_six_tasks_never_more_than_three(
    store: SqliteStore, database: str, racer: Racers
) -> None:
    racers = [racer("once", database, "3") for _ in range(6)]
    store.enqueue([job(f"user{number}") for number in range(6)], NOW)
    said = [line for [line] in race(*racers)]
    won = [line for line in said if line != "-"]
    assert len(won) == len(set(won)) == 3
    assert store.counts().slots_used == 3
    sound(store)


def test_a_whole_queue_is_run_by_several_without_a_wrong_step(
    store: SqliteStore, database: str, racer: Racers
) -> None:
    racers = [racer("run", database, "2") for _ in range(3)]
    store.enqueue([job(f"user{number % 4}") for number in range(80)], NOW)
    said = [line.split() for lines in race(*racers) for line in lines]
    fences = [int(fence) for _, fence, _, _ in said]
    assert len(set(fences)) == len(fences) >= 80
    assert max(int(used) for _, _, used, _ in said) <= 2
    assert {mine for *_, mine in said} == {"1"}
    assert store.counts().states[State.FAILED] == 80
    sound(store)


def test_four_writers_lose_nothing_and_their_positions_add_up(
    store: SqliteStore, database: str, racer: Racers
) -> None:
    racers = [racer("enqueue", database, f"user{number}", "50") for number in range(4)]
    said = [[line.split() for line in lines] for lines in race(*racers)]
    assert sorted(int(position) for lines in said for _, position in lines) == list(range(1, 201))
    for number, lines in enumerate(said):
        positions = [int(position) for _, position in lines]
        assert positions == sorted(positions)
        ids = [found.id for found in store.waiting(500) if found.user == f"user{number}"]
        assert ids == [id_ for id_, _ in lines]
    sound(store)


def test_a_writer_killed_inside_a_batch_leaves_nothing(
    store: SqliteStore, database: str, racer: Racers
) -> None:
    writer = racer("batch", database, "alice", "200000")
    [before] = store.enqueue([job("alice")], NOW)
    version = store.data_version()
    writer.go()
    while store._row("SELECT COUNT(*) FROM jobs")[0] < 1500:  # what nobody else can see: its pieces come in
        assert writer.process.poll() is None
    writer.process.kill()
    writer.process.wait()
    assert store.data_version() != version
    assert [found.id for found in store.jobs()] == [before.job_id]
    [after] = store.enqueue([job("alice")], NOW)
    assert after.position == 2
    assert store.discard_dead_batches() == 1
    assert store.discard_dead_batches() == 0
    assert store._row("SELECT COUNT(*) FROM jobs")[0] == 2
    assert store._row("SELECT COUNT(*) FROM texts")[0] == 2
    sound(store)
    assert [store.claim(1, 60, NOW).job_id] == [before.job_id]  # type: ignore[union-attr]


def test_a_batch_whose_process_stands_still_is_not_waited_for_and_begins_anew(
    store: SqliteStore, database: str, racer: Racers
) -> None:
    """Until then those who follow the events, notifications and log, would see nothing that came after it."""
    writer = racer("stops", database, "alice", "1000")
    writer.go()
    assert os.WIFSTOPPED(os.waitpid(writer.process.pid, os.WUNTRACED)[1])
    store.enqueue([job("bob")], NOW)
    assert store.last_whole_event() < store.last_event()
    assert store.discard_dead_batches() == 1
    assert store.last_whole_event() == store.last_event()
    assert store._row("SELECT COUNT(*) FROM jobs")[0] == 1
    os.kill(writer.process.pid, signal.SIGCONT)
    assert writer.lines() == ["done"]
    assert store.counts().states[State.PENDING] == store._row("SELECT COUNT(*) FROM jobs")[0] == 1001
    sound(store)


def test_a_living_writers_batch_is_left_alone(store: SqliteStore, database: str, racer: Racers) -> None:
    writer = racer("batch", database, "alice", "30000")
    writer.go()
    while not store._row("SELECT COUNT(*) FROM jobs")[0]:
        assert writer.process.poll() is None
    assert store.discard_dead_batches() == 0
    assert writer.lines() == ["done"]
    assert store.counts().states[State.PENDING] == 30000
    sound(store)


def test_several_processes_make_the_same_new_store(database: str, racer: Racers) -> None:
    """The first start of cockpit, daemon and a script at once: none of them fails, one file comes out."""
    racers = [racer("first", database, f"user{number}", "1") for number in range(4)]
    race(*racers)
    opened = SqliteStore(database)
    assert opened.counts().states[State.PENDING] == 4
    opened.close()
