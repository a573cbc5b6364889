"""What the racing processes run: `python -m tests.integration.store.racers WHAT DATABASE ...`, one line out per result.

They wait for a line on standard input, so that all of them start at the same moment.
"""

from __future__ import annotations

import os
import signal
import sys

from cockpit.base.clock import Clock
from cockpit.domain.job import NewJob
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.store import batches
from cockpit.store.sqlite import SqliteStore

LEASE = 3600.0


def claim_once(store: SqliteStore, slots: str) -> None:
    """One claim; prints the job that was won, or nothing."""
    claim = store.claim(int(slots), LEASE, Clock().now())
    print(claim.job_id if claim else "-", flush=True)


def claim_and_finish(store: SqliteStore, slots: str) -> None:
    """Claim and complete until nothing waits any more; prints what was seen while the job ran."""
    clock = Clock()
    while store.counts().pending[2]:
        claim = store.claim(int(slots), LEASE, clock.now())
        if claim is None:
            continue
        used, users = store.counts().slots_used, [job.user for job in store.active()]
        print(claim.job_id, claim.fence, used, users.count(claim.user), flush=True)
        end = AttemptEnd(Cause.NEVER_STARTED if claim.fence % 5 == 0 else Cause.REFUSED, "raced")
        store.finish(claim.job_id, claim.fence, end, clock.now())


def enqueue(store: SqliteStore, user: str, count: str) -> None:
    """Accept jobs one by one; prints id and position of each."""
    clock = Clock()
    for number in range(int(count)):
        job = NewJob("web", user, "shell", f"{user} {number}")
        accepted = store.enqueue([job], clock.now())[0]
        print(accepted.job_id, accepted.position, flush=True)


def batch(store: SqliteStore, user: str, count: str) -> None:
    """One large batch; prints when it is in."""
    store.enqueue([NewJob("web", user, "shell", "x" * 200) for _ in range(int(count))], Clock().now())
    print("done", flush=True)


def batch_that_stops(store: SqliteStore, user: str, count: str) -> None:
    """As `batch`, but it stands still after a piece until it is told to go on."""

    end = batches._Pace.end

    def stop(pace: batches._Pace) -> None:
        batches._Pace.end = end  # type: ignore[method-assign]  # only once
        os.kill(os.getpid(), signal.SIGSTOP)

    batches._Pace.end = stop  # type: ignore[method-assign]
    batch(store, user, count)


def stand(store: SqliteStore) -> None:
    """Stand inside a write transaction until told to go on."""
    with store.transaction():
        store.enqueue([NewJob("web", "stander", "shell", "never seen before the end")], Clock().now())
        print("inside", flush=True)
        sys.stdin.readline()
    print("outside", flush=True)


_WORDS = {
    "once": claim_once, "run": claim_and_finish, "enqueue": enqueue, "batch": batch, "stops": batch_that_stops,
    "stand": stand,
}  # fmt: skip


def main() -> None:
    """`first` opens the store only when told to go, so that several make it at the same moment."""
    what, path, *rest = sys.argv[1:]
    store = None if what == "first" else SqliteStore(path)
    print("ready", flush=True)
    sys.stdin.readline()
    if store is None:
        store = SqliteStore(path)
        what = "enqueue"
    _WORDS[what](store, *rest)
    store.close()


if __name__ == "__main__":
    main()
