"""`cockpit migrate`: import a pending-requests.json, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cockpit.cli.door import controller
from cockpit.cli.output import clean, emit, say

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.migrate import Migration


def build_migrate(parser: Parser) -> None:
    """Arguments of `cockpit migrate`."""
    parser.add_argument("file", nargs="?", default="pending-requests.json", metavar="FILE",
                        help="the file (default: pending-requests.json)")  # fmt: skip
    parser.add_argument("--project", metavar="P", help="the project of requests that name none")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out what can't be imported, import the rest"
    )
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit migrate --dry-run\n  cockpit migrate /var/lib/old/pending-requests.json --project web\n"
        "  a second run imports only what is new; a copy of the file is kept first"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Import, and tell what came of each request."""
    from cockpit.controller.migrate import migrate

    with controller(strict=True) as queue:
        result = migrate(queue, args.file, project=args.project, dry_run=args.dry_run, skip_bad=args.skip_bad)
    if args.json:
        emit(_document(result))
    else:
        say("\n".join(_lines(result)))
    return 0


def _document(result: Migration) -> dict[str, Any]:
    jobs = [
        {"original_id": id_, "job_id": accepted.job_id if accepted else None, "project": job.project,
         "user": job.user, "priority": job.priority.label}
        for id_, job, accepted in result.imported
    ]  # fmt: skip
    return {
        "file": result.path,
        "backup": result.backup,
        "found": result.found,
        "imported": 0 if result.dry_run else len(jobs),
        "jobs": jobs,
        "skipped": [{"original_id": id_, "why": why} for id_, why in result.skipped],
        "dry_run": result.dry_run,
    }


def _lines(result: Migration) -> list[str]:
    would = "would become a job" if result.dry_run else ""
    lines = [
        f"{clean(id_)}: {would or 'job ' + (accepted.job_id if accepted else '?')}, {clean(job.project)} of"
        f" {clean(job.user)}, {job.priority.label}"
        for id_, job, accepted in result.imported
    ]
    lines += [f"{clean(id_)}: left out, {clean(why)}" for id_, why in result.skipped]
    what = "would be imported" if result.dry_run else "imported"
    lines.append(f"{result.found} requests: {len(result.imported)} {what}, {len(result.skipped)} left out")
    return [*lines, f"copy of the file: {result.backup}"] if result.backup else lines
