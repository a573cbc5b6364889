"""What is done to jobs that are named: kill, cancel, retry; edit, to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import Conflict, UsageError
from cockpit.cli.door import controller
from cockpit.cli.output import emit, say
from cockpit.domain.job import ENDED, WAITING, Job, Priority, State

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController


def build_kill(parser: Parser) -> None:
    """Arguments of `cockpit kill`."""
    _jobs(parser)
    parser.add_argument("--reason", default="killed by hand", metavar="TEXT", help="kept with the job")
    parser.examples(
        '  cockpit kill a2f5\n  cockpit kill a2f5 9c41\n  cockpit kill a2f5 --reason "went the wrong way"'
    )
    parser.set_defaults(run=run_kill)


def build_cancel(parser: Parser) -> None:
    """Arguments of `cockpit cancel`."""
    _jobs(parser)
    parser.examples("  cockpit cancel a2f5")
    parser.set_defaults(run=run_cancel)


def build_retry(parser: Parser) -> None:
    """Arguments of `cockpit retry`."""
    _jobs(parser)
    parser.examples("  cockpit retry a2f5      the same id; the next attempt is counted")
    parser.set_defaults(run=run_retry)


def build_edit(parser: Parser) -> None:
    """Arguments of `cockpit edit`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.dry_run()
    parser.json()
    parser.add_argument("--priority", metavar="P", help="critical, high, normal, low or 1-10")
    parser.add_argument("--prompt", metavar="TEXT", help="the new prompt; '-' reads it from stdin")
    parser.add_argument("--prompt-file", metavar="F", help="read the new prompt from file F")
    parser.examples("  cockpit edit a2f5 --priority critical\n  cockpit edit a2f5 --prompt-file better.md")
    parser.set_defaults(run=run_edit)


def _jobs(parser: Parser) -> None:
    parser.add_argument("jobs", nargs="+", metavar="JOB", help="any part of a job's id that fits no other")
    parser.dry_run()
    parser.json()


def run_kill(args: Namespace) -> int:
    """End them where they run, cancel them where they wait."""

    def act(queue: QueueController, job: Job) -> tuple[Job, str]:
        if args.dry_run:
            return job, "would be killed"
        job = queue.kill(job.id, args.reason)
        return job, "is being ended by the scheduler" if job.state not in ENDED else "was killed"

    def check(job: Job) -> str:
        return f"job {job.id} {job.state.past} already" if job.state in ENDED else ""

    return _each(args, check, act)


def run_cancel(args: Namespace) -> int:
    """Cancel jobs that wait."""

    def act(queue: QueueController, job: Job) -> tuple[Job, str]:
        return (job, "would be cancelled") if args.dry_run else (queue.jobs.cancel(job.id), "was cancelled")

    def check(job: Job) -> str:
        if job.state in WAITING:
            return ""
        if job.state in ENDED:
            return f"job {job.id} {job.state.past} already, it does not wait"
        return f"job {job.id} is {job.state}, it does not wait; 'cockpit kill {job.id}' ends one that runs"

    return _each(args, check, act)


def run_retry(args: Namespace) -> int:
    """Bring back jobs that have ended, or start delayed ones now."""

    def act(queue: QueueController, job: Job) -> tuple[Job, str]:
        if args.dry_run:
            return job, "would be tried again"
        return queue.jobs.retry(job.id), "is in the queue again"

    def check(job: Job) -> str:
        if job.state in ENDED or job.state is State.DELAYED:
            return ""
        return f"job {job.id} is {job.state}; only one that has ended or is delayed can be retried"

    return _each(args, check, act)


def _each(
    args: Namespace,
    check: Callable[[Job], str],
    act: Callable[[QueueController, Job], tuple[Job, str]],
) -> int:
    """Do it to every job that is named; to none where `check` says of one why not."""
    with controller() as queue:
        jobs = [queue.jobs.find(part) for part in args.jobs]
        for refusal in filter(None, map(check, jobs)):
            raise Conflict(f"{refusal}; nothing was done" if len(jobs) > 1 else refusal)
        done = [act(queue, job) for job in {job.id: job for job in jobs}.values()]
    if not args.json:
        say("\n".join(f"job {job.id} {what}" for job, what in done))
    elif len(args.jobs) == 1:
        emit(_document(args, done[0][0]))
    else:
        emit({"jobs": [_document(args, job) for job, _ in done]})
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
    if args.json:
        emit(_document(args, job))
    else:
        say(f"job {job.id} {'would be' if args.dry_run else 'was'} changed")
    return 0


def _new_prompt(args: Namespace) -> str | None:
    from cockpit.cli.enqueue import read_text

    if args.prompt is not None and args.prompt_file is not None:
        raise UsageError("give the prompt once: by --prompt or by --prompt-file")
    if args.prompt_file is not None:
        return read_text(args.prompt_file)
    return read_text("-") if args.prompt == "-" else args.prompt


def _document(args: Namespace, job: Job) -> dict[str, Any]:
    document = {"job_id": job.id, "state": job.state.value, "priority": job.priority.label}
    return document | ({"dry_run": True} if args.dry_run else {})
