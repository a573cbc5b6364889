"""`cockpit capture`: what an agent's pane shows, and what state that is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import UsageError
from cockpit.base.times import rfc3339
from cockpit.cli.door import controller
from cockpit.cli.output import emit, say
from cockpit.controller.panecommands import open_panes

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.panes import Look
    from cockpit.controller.queue import QueueController
    from cockpit.domain.job import Job
    from cockpit.tmux.screen import Screen


def build_capture(parser: Parser) -> None:
    """Arguments of `cockpit capture`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.add_argument(
        "--lines", type=int, metavar="N", help="the last N lines, what scrolled away included"
    )
    parser.add_argument("--escapes", action="store_true", help="with colours, as escape sequences")
    parser.json()
    parser.examples(
        "  cockpit capture a2f5\n  cockpit capture a2f5 --lines 500\n"
        "  cockpit capture a2f5 --json | jq -r .state      fails rather than show an old screen"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the screen."""
    if args.lines is not None and args.lines < 1:
        raise UsageError(f"--lines {args.lines} won't do: it must be at least 1")
    with controller() as queue:
        job = queue.jobs.find(args.job)
        look, screen = asyncio.run(_look(queue, job, args))
        if args.json:
            emit(_document(queue, job, look, screen))
        else:
            say(screen.text)
    return 0


async def _look(queue: QueueController, job: Job, args: Namespace) -> tuple[Look, Screen]:
    """Rules read the visible screen; more lines are captured beside it."""
    async with open_panes(queue.context, queue.store) as panes:
        look = await panes.look(job, escapes=args.escapes)
        if args.lines is None:
            return look, look.screen
        return look, await (await panes.of(job)).capture_pane(args.lines, args.escapes)


def _document(queue: QueueController, job: Job, look: Look, screen: Screen) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "text": screen.text,
        "title": screen.title,
        "cursor": list(screen.cursor),
        "state": look.detection.state.value,
        "evidence": evidence(queue, job, look),
    }


def evidence(queue: QueueController, job: Job, look: Look) -> dict[str, Any]:
    """Rule and line that prove the state, and since when it has been seen (None where nobody watched)."""
    kept = queue.store.agent_state(job.id)
    same = kept is not None and kept.state is look.detection.state
    return {
        "rule": look.detection.rule,
        "line": look.detection.line,
        "since": rfc3339(kept.since) if kept is not None and same else None,
    }
