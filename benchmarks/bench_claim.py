"""A claim with 1,000,000 jobs waiting, beside a claim with 1,000, in three situations.

    spread       every user has a few jobs, most are free
    one owns 90% nine of ten jobs belong to one user, who is locked
    all locked   every user is locked: the steady state, nothing to find

The commit's fsync is left out (synchronous=OFF): it costs the same in both. Limit: twice as long.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time

from report import Limit, report

from cockpit.base.clock import Clock
from cockpit.domain.job import NewJob, Priority
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.store.sqlite import SqliteStore

CLAIMS = 300
BUSY = 100
"""Users that are busy all the time in `spread`."""
NOW = Clock().now()
END = AttemptEnd(Cause.NEVER_STARTED, "measured")


class WithoutFsync(SqliteStore):
    """What a claim costs apart from the disk."""

    def _begin(self, _: str) -> None:
        super()._begin("OFF")


def fill(store: SqliteStore, jobs: int, users: int, owner_share: float) -> None:
    """Jobs of `users`, and `owner_share` of them of one more user; by batches, as a person would."""
    dice = random.Random(1)
    new = []
    for _ in range(jobs):
        user = "owner" if dice.random() < owner_share else f"user{dice.randrange(users)}"
        new.append(
            NewJob(f"{user}_project", user, "shell", "do it", priority=Priority(dice.choice((1, 2, 2, 3))))
        )
    for start in range(0, jobs, 100_000):
        store.enqueue(new[start : start + 100_000], NOW)


def lock(store: SqliteStore, users: int) -> None:
    """Lock this many users: their first jobs run."""
    with store.transaction():
        for _ in range(users):
            assert store.claim(10**9, 3600, NOW) is not None


def lock_owner(store: SqliteStore) -> None:
    """One job of the owner runs."""
    store.enqueue([NewJob("owner_project", "owner", "shell", "first", priority=Priority.CRITICAL)], NOW)
    claim = store.claim(10**9, 3600, NOW)
    assert claim is not None
    assert claim.user == "owner"


def claims(store: SqliteStore) -> float:
    """Median microseconds of one claim that finds a job; what was claimed is put back, apart from the clock."""
    times = []
    for _ in range(CLAIMS):
        start = time.perf_counter()
        claim = store.claim(10**9, 3600, NOW)
        times.append(time.perf_counter() - start)
        assert claim is not None
        store.finish(claim.job_id, claim.fence, END, NOW)
    return statistics.median(times) * 1e6


def empty_claims(store: SqliteStore) -> float:
    """Median microseconds of one claim that finds nothing."""
    times = []
    for _ in range(CLAIMS):
        start = time.perf_counter()
        claim = store.claim(10**9, 3600, NOW)
        times.append(time.perf_counter() - start)
        assert claim is None
    return statistics.median(times) * 1e6


def measure(jobs: int) -> dict[str, float]:
    """The three situations, microseconds each; `jobs` wait."""
    users = max(200, min(jobs // 50, 2000))
    found = {}
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-") as folder:
        store = WithoutFsync(f"{folder}/spread.db")
        fill(store, jobs, users, 0.0)
        lock(store, BUSY)
        found["users spread"] = claims(store)
        with store.transaction():
            while store.claim(10**9, 3600, NOW) is not None:
                pass
        found["every user locked"] = empty_claims(store)
        store.close()
        store = WithoutFsync(f"{folder}/owner.db")
        fill(store, jobs, users, 0.9)
        lock_owner(store)
        found["one locked user owns 90 %"] = claims(store)
        store.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=1_000_000, help="jobs that wait (default: %(default)s)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    few, many = measure(1000), measure(args.jobs)
    report(
        "A claim, the commit's fsync apart",
        ("situation", "1,000 wait", f"{args.jobs:,} wait"),
        [(what, f"{few[what]:.0f} us", f"{many[what]:.0f} us") for what in few],
        [Limit(f"{args.jobs:,} / 1,000, {what}", many[what] / few[what], 2) for what in few],
        as_json=args.json,
    )


if __name__ == "__main__":
    main()
