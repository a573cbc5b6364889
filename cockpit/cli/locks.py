"""`cockpit locks`: who holds which user's lock, and what a person can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.base.errors import Conflict, UsageError
from cockpit.base.times import SECOND, format_duration, parse_duration
from cockpit.cli.door import controller
from cockpit.cli.output import clean, confirm, emit, say
from cockpit.cli.parser import warn_of_strangers
from cockpit.cli.rows import table
from cockpit.controller.views import lock_view
from cockpit.domain.job import ACTIVE

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController
    from cockpit.domain.lane import Lock


def build_locks_list(parser: Parser) -> None:
    """Arguments of `cockpit locks list`."""
    parser.json()
    parser.examples("  cockpit locks\n  cockpit locks --json | jq -r '.locks[].user'")
    parser.set_defaults(run=run_list)


def build_locks_release(parser: Parser) -> None:
    """Arguments of `cockpit locks release`."""
    parser.add_argument("user", metavar="USER", help="whose lock")
    parser.add_argument("job", nargs="?", metavar="JOB", help="only if this job holds it")
    parser.add_argument("--yes", "-y", action="store_true", help="end a job that still runs without asking")
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit locks release alice\n  cockpit locks release alice a2f5 --yes    ends the job first"
    )
    parser.set_defaults(run=run_release)


def build_locks_cleanup(parser: Parser) -> None:
    """Arguments of `cockpit locks cleanup`."""
    add = parser.add_argument
    add(
        "--max-age",
        default="3600",
        metavar="S",
        help="only locks older than this: 90, 10m, 1h (default: 3600)",
    )
    add("--project", metavar="P", help="only locks of this project's jobs")
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit locks cleanup --max-age 3600    frees locks whose holder is dead, no others")
    parser.set_defaults(run=run_cleanup)


def build_locks_acquire(parser: Parser) -> None:
    """Arguments of `cockpit locks acquire`."""
    parser.add_argument("user", metavar="USER", help="whose lock")
    parser.add_argument(
        "--timeout", default="30", metavar="S", help="wait so long for it: 90, 10m, 1h (default: 30)"
    )
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit locks acquire alice --timeout 30 -- git -C repos/web pull\n"
        "  exits with the command's own code, 4 if the lock was not had; the command gets COCKPIT_LOCK_TOKEN\n"
        "  the lock is the command's for as long as it runs, even if it takes longer than the lease or this is killed"
    )
    parser.set_defaults(run=run_acquire, takes_command=True, command=[])


def run_list(args: Namespace) -> int:
    """Every lock that is held."""
    with controller() as queue:
        locks = queue.locks.all()
        if args.json:
            emit({"locks": [lock_view(lock) for lock in locks]})
            return 0
        now = queue.context.clock.now()
        rows = [
            (lock.user, lock.job_id or lock.holder, lock.lock_id, str(lock.token),
             format_duration((now - lock.acquired_at) / SECOND), format_duration((lock.expires_at - now) / SECOND))
            for lock in locks
        ]  # fmt: skip
        head = ("user", "held by", "lock", "token", "age", "left")
        say("\n".join(table(head, rows)) if rows else "no lock is held")
    return 0


def run_release(args: Namespace) -> int:
    """Give a lock back; what still lives under it is ended first, after a confirmation."""
    with controller() as queue:
        lock = queue.locks.find(args.user, args.job)
        live = _lives(queue, lock)
        question = f"{clean(lock.job_id or lock.holder)} still runs under {clean(lock.user)}'s lock: end it?"
        if args.dry_run:
            return _tell_release(args, lock, released=False)
        if live and not confirm(question, yes=args.yes):
            raise Conflict(f"{lock.user}'s lock was not released")
        _release(queue, lock)
        return _tell_release(args, lock, released=True)


def _release(queue: QueueController, lock: Lock) -> None:
    if lock.job_id is None:
        from cockpit.controller.manual import end_and_release

        end_and_release(queue.context, queue.store, lock)
    elif _lives(queue, lock):
        queue.kill(lock.job_id, "its lock was released by hand")
    else:
        from cockpit.controller.ending import end_dead_jobs

        end_dead_jobs(queue.context, queue.store, [lock], None)


def _lives(queue: QueueController, lock: Lock) -> bool:
    if lock.job_id is None:
        return lock.process is not None and lock.process.alive()
    return queue.store.get(lock.job_id).state in ACTIVE


def _tell_release(args: Namespace, lock: Lock, *, released: bool) -> int:
    if args.json:
        document = {"released": released, "user": lock.user, "job_id": lock.job_id, "lock_id": lock.lock_id}
        emit(document | ({"dry_run": True} if args.dry_run else {}))
    else:
        say(f"{clean(lock.user)}'s lock, held by {clean(lock.job_id or lock.holder)}, "
            + ("was released" if released else "would be released"))  # fmt: skip
    return 0


def run_cleanup(args: Namespace) -> int:
    """Free old locks whose holder is dead."""
    age = parse_duration(args.max_age)
    with controller() as queue:
        now = queue.context.clock.now()
        old = [lock for lock in queue.locks.all() if now - lock.acquired_at >= age * SECOND]
        if args.project is not None:
            from cockpit.cli.gates import check_project

            check_project(queue, args.project)
        if args.dry_run:
            count = len([lock for lock in old if _is_dead(queue, lock, args.project)])
        else:
            from cockpit.controller.ending import end_dead_jobs

            count = end_dead_jobs(queue.context, queue.store, old, args.project)
    if args.json:
        emit({"released": count} | ({"dry_run": True} if args.dry_run else {}))
    else:
        say(f"{count} stale locks {'would be' if args.dry_run else 'were'} released")
    return 0


def _is_dead(queue: QueueController, lock: Lock, project: str | None) -> bool:
    if lock.job_id is None:
        return project is None and not _lives(queue, lock)
    job = queue.store.get(lock.job_id)
    if project is not None and job.project != project:
        return False
    if job.state not in ACTIVE:
        return True
    attempt = queue.store.attempt(job.id, job.attempt)
    return attempt is not None and attempt.process is not None and not attempt.process.alive()


def run_acquire(args: Namespace) -> int:
    """Run a command under a user's lock."""
    if not args.command:
        raise UsageError("the command is missing: cockpit locks acquire USER --timeout 30 -- COMMAND ...")
    from cockpit.controller.manual import run_under_lock
    from cockpit.controller.requests import check_name

    user, timeout = check_name("user", args.user), parse_duration(args.timeout)
    with controller() as queue:
        if not args.json:
            warn_of_strangers([user], queue.jobs.known_users())
        if args.dry_run:
            held = queue.locks.of(user)
            if args.json:
                emit({"user": user, "free": held is None, "dry_run": True})
                return 0
            say(
                f"{clean(user)}'s lock is "
                + (f"held by {clean(held.job_id or held.holder)}" if held else "free")
            )
            return 0
        return run_under_lock(queue.context, queue.locks, user, timeout, args.command)
