"""`cockpit attach`: the pane of a running job, full screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cockpit.base.errors import UsageError
from cockpit.cli.door import controller
from cockpit.cli.output import emit

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_attach(parser: Parser) -> None:
    """Arguments of `cockpit attach`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.add_argument("--json", action="store_true", help="do not attach: print the command that would")
    parser.examples("  cockpit attach a2f5       C-b d comes back; the agent runs on")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Become the terminal program that shows the pane."""
    from cockpit.controller.panes import attach_argv

    with controller() as queue:
        job = queue.jobs.find(args.job)
        argv = attach_argv(queue.context, queue.store, job)
    if args.json:
        emit({"job_id": job.id, "command": argv})
        return 0
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("attach needs a terminal; 'cockpit logs -f JOB' shows the output without one")
    print(f"cockpit: job {job.id}; C-b d comes back, the agent runs on", file=sys.stderr)
    environ = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
    sys.stderr.flush()
    return os.execvpe(argv[0], argv, environ)
