"""`cockpit progress`: how far this job is, told by the agent itself."""

from __future__ import annotations

import os

from cockpit.base.errors import NotFound, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_progress(parser: Parser) -> None:
    """Arguments of `cockpit progress`."""
    parser.add_argument("percent", metavar="PERCENT", help="0 to 100")
    parser.add_argument("message", nargs="*", metavar="MESSAGE", help="what is being done")
    parser.dry_run()
    parser.json()
    parser.examples('  cockpit progress 42 "building"\n  cockpit progress 100%')
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Add a line to progress.md of the attempt that this runs in."""
    percent, message = _percent(args.percent), " ".join(args.message)
    folder = os.environ.get("COCKPIT_JOB_DIR", "")
    if not folder:
        raise UsageError("this is not inside a job: COCKPIT_JOB_DIR is not set; only agents tell progress")
    if not os.path.isdir(folder):
        raise NotFound(f"the job's folder {folder} is gone")
    if not args.dry_run:
        from cockpit.jobdir.progress import append_progress

        append_progress(folder, percent, message)
    if args.json:
        from cockpit.cli.output import emit

        told = {"job_id": os.environ.get("COCKPIT_JOB_ID"), "percent": percent, "message": message}
        emit(told | ({"dry_run": True} if args.dry_run else {}))
    return 0


def _percent(text: str) -> int:
    try:
        percent = round(float(text.strip().removesuffix("%")))
    except (ValueError, OverflowError):
        percent = -1
    if not 0 <= percent <= 100:
        raise UsageError(f"'{text}' is not a percentage; write 0 to 100")
    return percent
