"""`cockpit agents`: what each running agent does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.cli import rows
from cockpit.cli.door import controller
from cockpit.cli.explain import build_agents_explain, build_agents_test
from cockpit.cli.jobs import progress_of, view
from cockpit.cli.output import emit, say

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser

__all__ = ("build_agents_explain", "build_agents_status", "build_agents_test", "run_status")


def build_agents_status(parser: Parser) -> None:
    """Arguments of `cockpit agents status`."""
    parser.json()
    parser.examples("  cockpit agents status\n  cockpit agents status --json | jq '.agents[].progress'")
    parser.set_defaults(run=run_status)


def run_status(args: Namespace) -> int:
    """The active jobs, one line each."""
    with controller() as queue:
        jobs = queue.store.active()
        if args.json:
            emit({"agents": [view(queue, job) for job in jobs]})
            return 0
        now = queue.context.clock.now()
        seen = queue.store.agent_states()
        cells = []
        for job in jobs:
            progress = progress_of(queue, job)
            screen = seen[job.id].state.value if job.id in seen else ""
            cells.append(
                (job.id, job.user, job.project, job.agent, rows.plain_state(job.state), screen, rows.age(job, now),
                 rows.bar(progress), progress.message)
            )  # fmt: skip
        head = ("job", "user", "project", "agent", "state", "screen", "age", "progress", "")
        lines = [rows.colour_states(line) for line in rows.table(head, cells)]
        say("\n".join(lines) if cells else "no agent runs")
    return 0
