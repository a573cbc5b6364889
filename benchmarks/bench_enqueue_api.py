"""Durable enqueue through the API: one by one beside bare inserts, and a batch of 10,000 beside another writer.

The bare insert is what one would write oneself: one table, WAL, synchronous=FULL, a commit for each. The other writer
is a process of its own that makes small transactions without pause, and tells how long its longest one took.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from report import Limit, report

from cockpit.base.clock import Clock
from cockpit.domain.job import NewJob
from cockpit.store.sqlite import SqliteStore

PROMPT = "Make the tests of the parser pass, then tell what was wrong. " * 4


def job(number: int) -> NewJob:
    return NewJob(f"project{number % 40}", f"user{number % 20}", "shell", PROMPT)


def seconds(function: object, *args: object) -> float:
    begin = time.perf_counter()
    function(*args)  # type: ignore[operator]
    return time.perf_counter() - begin


def one_by_one(folder: str, count: int) -> tuple[float, float]:
    """Per second: bare inserts and enqueues, turn by turn in the same minute on the same disk."""
    bare = sqlite3.connect(f"{folder}/bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute(
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY, project TEXT, user TEXT, state TEXT, prompt TEXT)"
    )
    row = ("project", "user", "pending", PROMPT)
    insert = "INSERT INTO jobs (project, user, state, prompt) VALUES (?, ?, ?, ?)"
    store = SqliteStore(f"{folder}/one.db")
    bare_times, enqueue_times = [], []
    for number in range(count):
        bare_times.append(seconds(bare.execute, insert, row))
        enqueue_times.append(seconds(store.enqueue, [job(number)], Clock().now()))
    bare.close()
    store.close()
    return 1 / statistics.median(bare_times), 1 / statistics.median(enqueue_times)


def batch(folder: str, count: int, rounds: int) -> tuple[float, float, float]:
    """Jobs per second of a batch; the other writer's longest transaction meanwhile, and without a batch, in ms."""
    path = f"{folder}/batch.db"
    store = SqliteStore(path)
    alone = [
        count / seconds(store.enqueue, [job(n) for n in range(count)], Clock().now()) for _ in range(rounds)
    ]
    quiet = _beside(path, lambda: time.sleep(0.3))
    held_up = [
        _beside(path, lambda: store.enqueue([job(n) for n in range(count)], Clock().now()))
        for _ in range(rounds)
    ]
    store.close()
    return statistics.median(alone), statistics.median(held_up), quiet


def _beside(path: str, work: object) -> float:
    """Longest transaction in ms of another process while `work` is done."""
    command = [sys.executable, __file__, "--other-writer", path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        work()  # type: ignore[operator]
        said, _ = other.communicate("stop\n")
    return float(said)


def other_writer(path: str) -> None:
    """Small transactions without pause until told to stop; then the longest one, in ms."""
    import select

    store = SqliteStore(path)
    print("ready", flush=True)
    longest = 0.0
    while not select.select([sys.stdin], [], [], 0.001)[0]:
        longest = max(longest, seconds(store.beat, "nowhere", 4, Clock().now()))
    print(longest * 1000)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000, help="jobs in the batch (default: %(default)s)")
    parser.add_argument("--single", type=int, default=500, help="jobs one by one (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--other-writer", metavar="DATABASE", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.other_writer:
        other_writer(args.other_writer)
        return
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-") as folder:
        bare, single = one_by_one(folder, args.single)
        rate, held_up, quiet = batch(folder, args.jobs, args.rounds)
    report(
        "Durable enqueue through the API",
        ("what", "measured"),
        [
            ("bare inserts, synchronous=FULL", f"{bare:,.0f}/s"),
            ("enqueue one by one", f"{single:,.0f}/s"),
            (f"enqueue in a batch of {args.jobs:,}", f"{rate:,.0f}/s"),
            ("another writer's longest transaction", f"{quiet:.1f} ms"),
            ("the same while a batch comes in", f"{held_up:.1f} ms"),
        ],
        [
            Limit("one by one / bare inserts", single / bare, 0.25, least=True),
            Limit("batch, jobs per second", rate, 50_000, least=True),
            Limit("other writer held up, ms", held_up, 50),
        ],
        as_json=args.json,
    )


if __name__ == "__main__":
    main()
