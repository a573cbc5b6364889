"""The writer thread of an event loop: groups, faults that stay alone, a stopped process that freezes nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from cockpit.base.clock import Clock
from cockpit.base.errors import Conflict, NotFound, Unavailable
from cockpit.domain.job import Accepted, NewJob
from cockpit.store.base import Store
from cockpit.store.sqlite import SqliteStore
from cockpit.store.writer import Writer

NOW = Clock().now()


def job(user: str = "alice", prompt: str = "do it") -> NewJob:
    return NewJob("web", user, "shell", prompt)


def add(user: str) -> Callable[[Store], list[Accepted]]:
    return lambda store: store.enqueue([job(user)], NOW)


class Commits:
    """Counts the commits that changed something."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> None:
        self.number += 1


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
async def writer(database: str, commits: Commits) -> AsyncIterator[Writer]:
    made = Writer(lambda: SqliteStore(database, commits))
    yield made
    await made.close()


async def hold_the_thread(writer: Writer) -> tuple[threading.Event, asyncio.Task[None]]:
    """Keep the writer busy, so that what is asked now has to gather; returns what lets it go on."""
    inside, go_on = threading.Event(), threading.Event()

    def wait(store: Store) -> None:
        inside.set()
        go_on.wait(30)

    task = asyncio.create_task(writer.write(wait))
    await asyncio.to_thread(inside.wait, 30)
    return go_on, task


async def opened(writer: Writer, commits: Commits) -> None:
    """Wait until the store is there, and count from now."""
    await writer.write(lambda store: store.counts())
    commits.number = 0


async def gather(writer: Writer, *functions: Callable[[Store], Any], **how: Any) -> list[Any]:
    """Ask for all of them while the thread is busy: they make one group."""
    go_on, first = await hold_the_thread(writer)
    tasks = [asyncio.create_task(writer.write(function, **how)) for function in functions]
    await asyncio.sleep(0)  # the tasks run up to their places in the queue
    go_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await first
    return results


async def test_a_write_returns_what_the_store_returned(writer: Writer, store: SqliteStore) -> None:
    [accepted] = await writer.write(add("alice"))
    assert store.get(accepted.job_id).user == "alice"


async def test_a_write_raises_what_the_store_raised(writer: Writer, store: SqliteStore) -> None:
    with pytest.raises(NotFound, match="no job 'nonsense'"):
        await writer.write(lambda inside: inside.cancel("nonsense", "no", NOW))
    await writer.write(add("alice"))
    assert len(store.jobs()) == 1


async def test_what_gathers_is_committed_together_in_its_order(
    writer: Writer, store: SqliteStore, commits: Commits
) -> None:
    await opened(writer, commits)
    results = await gather(writer, *[add(f"user{number}") for number in range(20)])
    assert commits.number == 1
    ids = [accepted.job_id for [accepted] in results]
    assert [found.id for found in store.waiting(100)] == ids


async def test_more_than_a_group_takes_is_not_lost(
    writer: Writer, store: SqliteStore, commits: Commits
) -> None:
    await opened(writer, commits)
    await gather(writer, *[add("alice") for _ in range(150)])
    assert commits.number == 3
    assert store.count_waiting() == 150


async def test_one_that_fails_leaves_the_others_of_its_group_alone(
    writer: Writer, store: SqliteStore
) -> None:
    def half(inside: Store) -> None:
        inside.enqueue([job("half")], NOW)
        raise Conflict("not this one")

    def broken(inside: Store) -> None:
        raise ZeroDivisionError

    results = await gather(writer, add("before"), half, broken, add("after"))
    assert isinstance(results[1], Conflict)
    assert isinstance(results[2], ZeroDivisionError)
    assert sorted(found.user for found in store.jobs()) == ["after", "before"]
    assert store.reconcile() == store.recount() == []


async def test_a_write_of_several_steps_is_one_transaction_also_alone(
    writer: Writer, store: SqliteStore
) -> None:
    def two_steps(inside: Store) -> None:
        inside.enqueue([job("first")], NOW)
        inside.cancel("nonsense", "no", NOW)

    with pytest.raises(NotFound):
        await writer.write(two_steps)
    assert store.jobs() == []


async def test_when_the_disk_is_full_all_of_a_group_are_told_and_none_of_it_happened(
    writer: Writer, store: SqliteStore
) -> None:
    await writer.write(lambda inside: inside._connection.execute("PRAGMA max_page_count = 150"))  # type: ignore[attr-defined]

    def too_much(inside: Store) -> None:
        for _ in range(100):
            inside.enqueue([job("much", "x" * 20_000)], NOW)

    def break_off(inside: Store) -> None:
        inside._connection.execute("ROLLBACK")  # type: ignore[attr-defined]  # as SQLite itself may do on a full disk
        raise sqlite3.OperationalError("database or disk is full")

    results = await gather(writer, add("before"), too_much, add("after"))
    assert isinstance(results[1], Unavailable)
    assert {found.user for found in store.jobs()} <= {"before", "after"}
    results = await gather(writer, add("lost"), break_off, add("lost"))
    assert [isinstance(result, Exception) for result in results] == [True] * 3
    assert "lost" not in {found.user for found in store.jobs()}
    assert store.reconcile() == store.recount() == []


async def test_large_batches_go_by_pieces_between_the_groups(
    writer: Writer, store: SqliteStore, commits: Commits
) -> None:
    await opened(writer, commits)
    await writer.write(lambda inside: inside.enqueue([job()] * 1600, NOW), by_pieces=True)
    assert commits.number > 3
    assert store.count_waiting() == 1600
    cleared = await writer.write(lambda inside: inside.clear("cleared", NOW), by_pieces=True)
    assert cleared == 1600
    with pytest.raises(NotFound):
        await writer.write(lambda inside: inside.cancel("nonsense", "no", NOW), by_pieces=True)


async def test_what_may_be_lost_by_a_power_cut_says_so(writer: Writer, store: SqliteStore) -> None:
    await writer.write(lambda inside: inside.beat("here", 4, NOW), durable=False)
    with pytest.raises(AssertionError):  # and does not take along what has to be safe
        await writer.write(add("alice"), durable=False)
    results = await gather(writer, add("alice"), lambda inside: inside.renew([1], 60, NOW))
    assert results[1] == 0
    assert len(store.jobs()) == 1


async def test_a_cancelled_caller_does_not_undo_the_write(writer: Writer, store: SqliteStore) -> None:
    go_on, first = await hold_the_thread(writer)
    task = asyncio.create_task(writer.write(add("alice")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await first
    await writer.write(add("bob"))
    assert [found.user for found in store.jobs()] == ["bob", "alice"]


async def test_a_process_that_stands_inside_a_transaction_does_not_stop_the_loop(
    writer: Writer, store: SqliteStore, database: str, racer: Callable[..., Any]
) -> None:
    stander = racer("stand", database)
    stander.go()
    assert stander.line() == "inside"
    os.kill(stander.process.pid, signal.SIGSTOP)
    task = asyncio.create_task(writer.write(add("alice")))
    loop = asyncio.get_running_loop()
    worst = 0.0
    for _ in range(100):
        before = loop.time()
        await asyncio.sleep(0.001)
        worst = max(worst, loop.time() - before)
    assert not task.done()
    assert store.jobs() == []  # readers go on too
    assert worst < 2  # an inline write would stand for as long as the other does
    os.kill(stander.process.pid, signal.SIGCONT)
    stander.go()
    await task
    assert stander.lines() == ["outside"]
    assert sorted(found.user for found in store.jobs()) == ["alice", "stander"]


async def test_a_store_that_can_not_be_opened_is_told_to_everyone(tmp_path: Any) -> None:
    writer = Writer(lambda: SqliteStore(str(tmp_path / "nowhere" / "cockpit.db")))
    for _ in range(2):
        with pytest.raises(Unavailable, match="can't be written"):
            await writer.write(add("alice"))
    await writer.close()


async def test_close_finishes_what_was_asked_and_takes_no_more(database: str, store: SqliteStore) -> None:
    writer = Writer(lambda: SqliteStore(database))
    go_on, first = await hold_the_thread(writer)
    tasks = [asyncio.create_task(writer.write(add("alice"))) for _ in range(5)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(writer.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="closed"):
        await writer.write(add("late"))
    go_on.set()
    await asyncio.gather(first, closing, *tasks)
    await writer.close()  # twice is harmless
    assert [found.user for found in store.jobs()] == ["alice"] * 5


def test_a_loop_that_is_gone_does_not_end_the_thread(database: str) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(store: Store) -> None:
        inside.set()
        go_on.wait(30)

    async def ask_and_leave(writer: Writer) -> None:
        left = asyncio.create_task(writer.write(wait))
        await asyncio.to_thread(inside.wait, 30)
        assert not left.done()

    writer = Writer(lambda: SqliteStore(database))
    asyncio.run(ask_and_leave(writer))
    go_on.set()

    async def ask_again() -> None:
        assert (await writer.write(add("alice")))[0].user == "alice"
        await writer.close()

    asyncio.run(ask_again())
