"""`cockpit wait`: until an agent's pane shows something."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cockpit.base.errors import UsageError
from cockpit.base.times import parse_duration
from cockpit.cli.door import controller
from cockpit.cli.output import clean, emit, say
from cockpit.controller.panecommands import ShellJudge, StateJudge, Wish, wait_for
from cockpit.domain.job import State
from cockpit.domain.screen import PaneState
from cockpit.tmux.judges import IdleJudge, PromptJudge

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser

_FOR_EVER = 1e9  # seconds


def build_wait(parser: Parser) -> None:
    """Arguments of `cockpit wait`."""
    add = parser.add_argument
    add(
        "job", metavar="JOB", help="any part of the job's id that fits no other; one that waits is waited for"
    )
    add("--prompt", metavar="REGEX", help="until this is on the visible screen (re.search, MULTILINE)")
    add("--idle", metavar="S", help="until the screen has been the same for so long")
    add("--shell", action="store_true", help="until a shell prompt is there")
    add(
        "--state",
        metavar="STATE",
        help=f"until the agent is {', '.join(PaneState)}, or the job in a state of its own",
    )
    add("--timeout", metavar="S", help="give up after so long: 90, 10m (default: never)")
    parser.json()
    parser.examples(
        "  cockpit wait a2f5 --prompt 'tests? passed' --timeout 10m\n  cockpit wait a2f5 --idle 5\n"
        "  cockpit wait a2f5 --state blocked && cockpit answer a2f5 yes\n"
        "  exits with 1 if the job ends first, with 5 when the time is over"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Wait; print what was seen."""
    wish = _wish(args)
    timeout = parse_duration(args.timeout) if args.timeout else _FOR_EVER
    with controller() as queue:
        job = queue.jobs.find(args.job)
        seen = asyncio.run(wait_for(queue.context, queue.store, job, wish, timeout=timeout))
    if args.json:
        emit({"job_id": job.id, "seen": True, "evidence": seen})
    else:
        say(clean(seen))
    return 0


def _wish(args: Namespace) -> Wish:
    given = [
        name for name in ("prompt", "idle", "shell", "state") if getattr(args, name) not in (None, False)
    ]
    if len(given) != 1:
        raise UsageError("say what to wait for: one of --prompt REGEX, --idle S, --shell, --state STATE")
    if args.prompt is not None:
        PromptJudge(args.prompt)  # a mistake is told before the wait
        return Wish(f"'{args.prompt}'", lambda _: PromptJudge(args.prompt))
    if args.idle is not None:
        still = parse_duration(args.idle)
        return Wish(f"the same screen for {still:g} s", lambda _: IdleJudge(still))
    if args.shell:
        return Wish("a shell prompt", ShellJudge)
    return _state(args.state)


def _state(word: str) -> Wish:
    pane = PaneState(word) if word in list(PaneState) else None
    ends = (
        frozenset((State.COMPLETED, State.FAILED, State.KILLED)) if pane is PaneState.EXITED else frozenset()
    )
    states = ends | (frozenset((State(word),)) if word in list(State) else frozenset())
    if pane is None:
        if not states:
            known = dict.fromkeys([*PaneState, *State])
            raise UsageError(f"unknown state '{word}'; there are {', '.join(known)}")
        return Wish(f"state {word}", None, states)
    return Wish(f"state {word}", lambda profile: StateJudge(profile, pane), states)
