"""What is done to one job: kill, cancel, retry, edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.base.errors import Conflict, UsageError
from cockpit.cli.door import controller
from cockpit.cli.output import emit, say
from cockpit.domain.job import ENDED, WAITING, Job, Priority, State

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_kill(parser: Parser) -> None:
    """Arguments of `cockpit kill`."""
    _job(parser)
    parser.add_argument("--reason", default="killed by hand", metavar="TEXT", help="kept with the job")
    parser.examples('  cockpit kill a2f5\n  cockpit kill a2f5 --reason "went the wrong way"')
    parser.set_defaults(run=run_kill)


def build_cancel(parser: Parser) -> None:
    """Arguments of `cockpit cancel`."""
    _job(parser)
    parser.examples("  cockpit cancel a2f5")
    parser.set_defaults(run=run_cancel)


def build_retry(parser: Parser) -> None:
    """Arguments of `cockpit retry`."""
    _job(parser)
    parser.examples("  cockpit retry a2f5      the same id; the next attempt is counted")
    parser.set_defaults(run=run_retry)


def build_edit(parser: Parser) -> None:
    """Arguments of `cockpit edit`."""
    _job(parser)
    parser.add_argument("--priority", metavar="P", help="critical, high, normal, low or 1-10")
    parser.add_argument("--prompt", metavar="TEXT", help="the new prompt; '-' reads it from stdin")
    parser.add_argument("--prompt-file", metavar="F", help="read the new prompt from file F")
    parser.examples("  cockpit edit a2f5 --priority critical\n  cockpit edit a2f5 --prompt-file better.md")
    parser.set_defaults(run=run_edit)


def _job(parser: Parser) -> None:
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.dry_run()
    parser.json()


def run_kill(args: Namespace) -> int:
    """End it where it runs, cancel it where it waits."""
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if job.state in ENDED:
            raise Conflict(f"job {job.id} {job.state.past} already")
        if not args.dry_run:
            job = queue.kill(job.id, args.reason)
        ending = "is being ended by the scheduler" if job.state not in ENDED else "was killed"
        _tell(args, job, "would be killed" if args.dry_run else ending)
    return 0


def run_cancel(args: Namespace) -> int:
    """Cancel a job that waits."""
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if not args.dry_run:
            job = queue.jobs.cancel(job.id)
        elif job.state not in WAITING:
            raise Conflict(
                f"job {job.id} is {job.state}, it does not wait; 'cockpit kill {job.id}' ends one that runs"
            )
        _tell(args, job, "would be cancelled" if args.dry_run else "was cancelled")
    return 0


def run_retry(args: Namespace) -> int:
    """Bring back a job that has ended, or start a delayed one now."""
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if not args.dry_run:
            job = queue.jobs.retry(job.id)
        elif job.state not in ENDED and job.state is not State.DELAYED:
            raise Conflict(
                f"job {job.id} is {job.state}; only one that has ended or is delayed can be retried"
            )
        _tell(args, job, "would be tried again" if args.dry_run else "is in the queue again")
    return 0


def run_edit(args: Namespace) -> int:
    """Change priority or prompt of a job that waits."""
    prompt = _new_prompt(args)
    if prompt is None and args.priority is None:
        raise UsageError("nothing to change: give --priority, --prompt or --prompt-file")
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if job.state not in WAITING:
            raise Conflict(f"job {job.id} is {job.state}; only a job that waits can be edited")
        if args.dry_run:
            if args.priority is not None:
                Priority.parse(args.priority)
        else:
            job = queue.jobs.edit(job.id, priority=args.priority, prompt=prompt)
        _tell(args, job, "would be changed" if args.dry_run else "was changed")
    return 0


def _new_prompt(args: Namespace) -> str | None:
    from cockpit.cli.enqueue import read_text

    if args.prompt is not None and args.prompt_file is not None:
        raise UsageError("give the prompt once: by --prompt or by --prompt-file")
    if args.prompt_file is not None:
        return read_text(args.prompt_file)
    return read_text("-") if args.prompt == "-" else args.prompt


def _tell(args: Namespace, job: Job, what: str) -> None:
    if args.json:
        document = {"job_id": job.id, "state": job.state.value, "priority": job.priority.label}
        emit(document | ({"dry_run": True} if args.dry_run else {}))
    else:
        say(f"job {job.id} {what}")
