"""`cockpit exec`: a command in the shell of a job's pane, with its output and exit code."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING

from cockpit.base.errors import UsageError
from cockpit.base.times import parse_duration
from cockpit.cli.door import controller
from cockpit.cli.output import clean, emit, say
from cockpit.controller.panecommands import execute, open_panes

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController
    from cockpit.domain.job import Job
    from cockpit.tmux.execute import Executed

_FOR_EVER = 1e9  # seconds


def build_exec(parser: Parser) -> None:
    """Arguments of `cockpit exec`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.add_argument(
        "--timeout", metavar="S", help="give up after so long (default: never); the command runs on"
    )
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit exec a2f5 -- git status --short\n"
        "  cockpit exec a2f5 -- 'make test | tail -3'     one word: a line for that shell\n"
        "  exits with the command's own code; 4 if no shell prompt is there: an agent is never typed to"
    )
    parser.set_defaults(run=run, takes_command=True, command=[])


def run(args: Namespace) -> int:
    """Run it in the pane; its own exit code."""
    if not args.command:
        raise UsageError("the command is missing: cockpit exec JOB -- COMMAND ...")
    line = args.command[0] if len(args.command) == 1 else shlex.join(args.command)
    timeout = parse_duration(args.timeout) if args.timeout else _FOR_EVER
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if args.dry_run:
            return _dry_run(args, queue, job, line)
        done = asyncio.run(_execute(queue, job, line, timeout))
    if args.json:
        emit(
            {
                "job_id": job.id,
                "output": done.output,
                "exit_code": done.exit_code,
                "truncated": done.truncated,
            }
        )
    else:
        print(done.output, end="")
    return done.exit_code


async def _execute(queue: QueueController, job: Job, line: str, timeout: float) -> Executed:
    async with open_panes(queue.context, queue.store) as panes:
        return await execute(panes, queue.context, job, line, timeout)


def _dry_run(args: Namespace, queue: QueueController, job: Job, line: str) -> int:
    from cockpit.controller.panes import window_of

    window_of(queue.store, job)
    if args.json:
        emit({"job_id": job.id, "command": line, "dry_run": True})
    else:
        say(f"would run in the shell of job {job.id}: {clean(line)}")
    return 0
