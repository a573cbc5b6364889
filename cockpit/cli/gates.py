"""What is done to many jobs at once: hold, resume, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.base.errors import Conflict, NotFound, UsageError
from cockpit.cli.door import controller
from cockpit.cli.output import clean, confirm, emit, say
from cockpit.domain.job import ENDED

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController


def build_hold(parser: Parser) -> None:
    """Arguments of `cockpit hold`."""
    _scope(parser)
    parser.examples(
        "  cockpit hold a2f5\n  cockpit hold --project web     jobs that come later wait, too\n  cockpit hold --all"
    )
    parser.set_defaults(run=lambda args: _gate(args, close=True))


def build_resume(parser: Parser) -> None:
    """Arguments of `cockpit resume`."""
    _scope(parser)
    parser.examples("  cockpit resume a2f5\n  cockpit resume --user alice\n  cockpit resume --all")
    parser.set_defaults(run=lambda args: _gate(args, close=False))


def build_clear(parser: Parser) -> None:
    """Arguments of `cockpit clear`."""
    parser.add_argument("project", nargs="?", metavar="PROJECT", help="only jobs of this project")
    parser.add_argument("--user", metavar="U", help="only jobs of this user")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit clear web --dry-run\n  cockpit clear --user alice --yes\n  cockpit clear --yes"
    )
    parser.set_defaults(run=run_clear)


def _scope(parser: Parser) -> None:
    parser.add_argument("jobs", nargs="*", metavar="JOB", help="these jobs")
    parser.add_argument("--project", metavar="P", help="a project: its jobs, those to come included")
    parser.add_argument("--user", metavar="U", help="a user: the same")
    parser.add_argument("--all", action="store_true", help="the whole queue")
    parser.dry_run()
    parser.json()


def _gate(args: Namespace, *, close: bool) -> int:
    given = [(scope, [key]) for scope in ("project", "user") if (key := getattr(args, scope)) is not None]
    given += [("job", args.jobs)] if args.jobs else []
    given += [("all", [""])] if args.all else []
    if len(given) != 1:
        raise UsageError("say what: one of JOB, --project P, --user U or --all")
    scope, keys = given[0]
    with controller() as queue:
        if scope == "job":
            keys = list(dict.fromkeys(_one_that_can_be_held(queue, part) for part in keys))
        if scope == "project":
            check_project(queue, keys[0])
        changed = {key: _was_closed(queue, scope, key) != close for key in keys}
        for key in keys if not args.dry_run else []:
            if close:
                queue.jobs.hold(scope, key)
            else:
                queue.jobs.resume(scope, key)
    if args.json:
        more = {"dry_run": True} if args.dry_run else {}
        documents = [
            {"scope": scope, "key": key or None, "held": close, "changed": changed[key]} | more
            for key in keys
        ]
        emit({"jobs": documents} if len(args.jobs) > 1 else documents[0])
    else:
        for key in keys:
            say(_told(scope, key, close=close, changed=changed[key], dry=args.dry_run))
    return 0


def _one_that_can_be_held(queue: QueueController, part: str) -> str:
    job = queue.jobs.find(part)
    if job.state in ENDED:
        raise Conflict(f"job {job.id} {job.state.past}; only jobs that wait or run can be held")
    return job.id


def _told(scope: str, key: str, *, close: bool, changed: bool, dry: bool) -> str:
    what = "the whole queue" if scope == "all" else f"{scope} {clean(key)}"
    if not changed:
        return f"{what} is held already" if close else f"{what} was not held"
    return f"{what} {'would be' if dry else 'is'} {'held' if close else 'released from its hold'}"


def _was_closed(queue: QueueController, scope: str, key: str) -> bool:
    if scope == "job":
        return queue.store.get(key).held
    return any(hold.scope == scope and hold.key == key for hold in queue.store.holds())


def check_project(queue: QueueController, name: str) -> None:
    """Raise NotFound for a project that is neither configured nor in the history."""
    known = {*queue.context.settings.projects, *queue.store.names("project")}
    if name not in known:
        from cockpit.controller.context import nearest

        hint = nearest(name, sorted(known)) or "; 'cockpit projects' lists them"
        raise NotFound(f"unknown project '{name}'{hint}")


def run_clear(args: Namespace) -> int:
    """Cancel what waits, after a confirmation."""
    with controller() as queue:
        if args.project is not None:
            check_project(queue, args.project)
        count = queue.store.count_waiting(project=args.project, user=args.user)
        if args.dry_run:
            return _tell_clear(args, count, "would be cancelled")
        jobs = "1 job that waits" if count == 1 else f"{count} jobs that wait"
        if count and not confirm(f"cancel {jobs}?", yes=args.yes):
            return _tell_clear(args, 0, "cancelled")
        return _tell_clear(args, queue.jobs.clear(project=args.project, user=args.user), "cancelled")


def _tell_clear(args: Namespace, count: int, what: str) -> int:
    if args.json:
        emit({"cleared": count} | ({"dry_run": True} if args.dry_run else {}))
    else:
        say(f"{count} job{'' if count == 1 else 's'} {what}")
    return 0
