"""What is typed into agents' panes: `cockpit send`, `cockpit keys`, `cockpit answer`; to one, or to all that fit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import CockpitError, NotFound, UsageError
from cockpit.base.times import parse_duration
from cockpit.cli.door import controller
from cockpit.cli.output import clean, confirm, emit, say
from cockpit.controller.panecommands import Selection, open_panes, select
from cockpit.domain.job import ACTIVE, State
from cockpit.domain.screen import PaneState
from cockpit.store.values import JobFilter

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.panes import Panes
    from cockpit.controller.queue import QueueController
    from cockpit.domain.job import Job

    Act = Callable[[Panes, Job], Awaitable[dict[str, Any]]]


def build_send(parser: Parser) -> None:
    """Arguments of `cockpit send`."""
    parser.add_argument(
        "words", nargs="*", metavar="JOB TEXT", help="the job and the text; '-' reads the text from stdin"
    )
    parser.add_argument("--no-enter", action="store_true", help="type it, and do not press Enter")
    parser.add_argument(
        "--delay-enter", metavar="S", help="seconds between the text and Enter (default: 0.1)"
    )
    _many(parser)
    parser.examples(
        '  cockpit send a2f5 "use the other branch"\n'
        "  cockpit send a2f5 - < more.md                      long and several lines: pasted once\n"
        '  cockpit send --project web --agent-state idle "commit now" --dry-run     who would get it\n'
        "  prints how far the text got: sent, echoed (it was seen), accepted (Enter was taken)"
    )
    parser.set_defaults(run=run_send)


def build_keys(parser: Parser) -> None:
    """Arguments of `cockpit keys`."""
    parser.add_argument("words", nargs="*", metavar="JOB KEY", help="the job, then keys by tmux's names")
    _many(parser)
    parser.examples(
        "  cockpit keys a2f5 C-c\n  cockpit keys a2f5 Escape Escape Up Enter\n"
        "  cockpit keys --user alice --agent-state blocked Escape --yes"
    )
    parser.set_defaults(run=run_keys)


def build_answer(parser: Parser) -> None:
    """Arguments of `cockpit answer`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.add_argument("answer", choices=("yes", "no"), metavar="yes|no", help="what to answer")
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit answer a2f5 yes\n  cockpit answer a2f5 no --dry-run      what it asks, and the keys for it"
    )
    parser.set_defaults(run=run_answer)


def _many(parser: Parser) -> None:
    add = parser.add_argument
    add("--project", metavar="P", help="instead of JOB: every running job of this project")
    add("--user", metavar="U", help="instead of JOB: every running job of this user")
    add("--state", metavar="S", help="instead of JOB: in this state, such as running or stalled")
    add("--agent-state", metavar="A", help="instead of JOB: whose screen shows this, such as idle or blocked")
    add("--yes", "-y", action="store_true", help="do not ask before it goes to several")
    parser.dry_run()
    parser.json()


def run_send(args: Namespace) -> int:
    """Type a text and press Enter."""
    part, rest = _target(args)
    if len(rest) != 1:
        raise UsageError(
            "send takes one TEXT: put it in quotes" if rest else "the text is missing: send JOB TEXT"
        )
    text, delay = _text(rest[0]), parse_duration(args.delay_enter) if args.delay_enter else None

    async def act(panes: Panes, job: Job) -> dict[str, Any]:
        options = {} if delay is None else {"delay_enter": delay}
        receipt = await (await panes.of(job)).send_keys(text, not args.no_enter, **options)
        return {"receipt": receipt.level, "evidence": receipt.evidence}

    return _run(args, part, act, {"text": text}, "typed into")


def run_keys(args: Namespace) -> int:
    """Press keys."""
    from cockpit.tmux.keys import key_names

    part, keys = _target(args)
    if not keys:
        raise UsageError("the keys are missing: keys JOB C-c, or Escape, Enter, y")
    names = key_names(keys)

    async def act(panes: Panes, job: Job) -> dict[str, Any]:
        await (await panes.of(job)).send_key(*names)
        return {"keys": names}

    return _run(args, part, act, {"keys": names}, "pressed in")


def run_answer(args: Namespace) -> int:
    """Answer the question on the screen with the profile's keys."""
    yes = args.answer == "yes"

    async def act(queue: QueueController) -> dict[str, Any]:
        async with open_panes(queue.context, queue.store) as panes:
            look = await panes.look(job)
            keys = look.keys(yes=yes)
            if not args.dry_run:
                await panes.answer(job, yes=yes, expected=look.detection.line)
            return {
                "job_id": job.id,
                "question": look.detection.line,
                "answer": args.answer,
                "keys": list(keys),
            }

    with controller() as queue:
        job = queue.jobs.find(args.job)
        done = asyncio.run(act(queue))
    if args.json:
        emit(done | _dry(args))
    else:
        pressed = " ".join(done["keys"])
        say(
            f"job {job.id} asks: {clean(done['question'])}\n{'would press' if args.dry_run else 'pressed'} {pressed}"
        )
    return 0


def _target(args: Namespace) -> tuple[str | None, list[str]]:
    """The job, None where filters say which ones, and the other words."""
    if any(getattr(args, name) for name in ("project", "user", "state", "agent_state")):
        return None, args.words
    if not args.words:
        raise UsageError("say to whom: a JOB, or --project, --user, --state, --agent-state")
    return args.words[0], args.words[1:]


def _text(word: str) -> str:
    from cockpit.cli.enqueue import read_text

    return read_text("-") if word == "-" else word


def _dry(args: Namespace) -> dict[str, Any]:
    return {"dry_run": True} if args.dry_run else {}


def _run(args: Namespace, part: str | None, act: Act, what: dict[str, Any], verb: str) -> int:
    with controller() as queue:
        if part is None:
            return asyncio.run(_to_many(args, queue, act, what, verb))
        job = queue.jobs.find(part)
        done = asyncio.run(_to_one(queue, job, act)) if not args.dry_run else _checked(queue, job, what)
    if args.json:
        emit({"job_id": job.id} | done | _dry(args))
    else:
        say(f"would be {verb} job {job.id}" if args.dry_run else _line(job, done, verb))
    return 0


def _checked(queue: QueueController, job: Job, what: dict[str, Any]) -> dict[str, Any]:
    """What would be done. Raises Conflict where there is no pane."""
    from cockpit.controller.panes import window_of

    window_of(queue.store, job)
    return what


async def _to_one(queue: QueueController, job: Job, act: Act) -> dict[str, Any]:
    async with open_panes(queue.context, queue.store) as panes:
        return await act(panes, job)


async def _to_many(args: Namespace, queue: QueueController, act: Act, what: dict[str, Any], verb: str) -> int:
    """Preview, confirmation, then one after the other; 1 when it did not reach all of them."""
    wanted = _selection(queue, args)
    async with open_panes(queue.context, queue.store) as panes:
        jobs = await select(panes, queue.store, wanted)
        if not jobs:
            raise NotFound("no running job fits; 'cockpit agents' shows what runs")
        if args.dry_run:
            _preview(args, jobs, what, verb)
            return 0
        names = ", ".join(f"{job.id} ({clean(job.project)})" for job in jobs)
        if not await asyncio.to_thread(confirm, f"{len(jobs)} agents get it: {names}. Go on?", yes=args.yes):
            raise UsageError("nothing was typed")
        still = {
            job.id for job in await select(panes, queue.store, wanted)
        }  # it may have taken long to answer
        done = [await _one_of_many(panes, job, act, fits=job.id in still) for job in jobs]
    if args.json:
        emit({"jobs": done})
    else:
        say("\n".join(_line(job, told, verb) for job, told in zip(jobs, done, strict=True)))
    return int(any("error" in told for told in done))


async def _one_of_many(panes: Panes, job: Job, act: Act, *, fits: bool) -> dict[str, Any]:
    if not fits:
        return {"job_id": job.id, "error": "it does not fit any more: nothing was typed"}
    try:
        return {"job_id": job.id} | await act(panes, job)
    except CockpitError as error:
        return {"job_id": job.id, "error": str(error)}


def _selection(queue: QueueController, args: Namespace) -> Selection:
    if args.project is not None:
        from cockpit.cli.gates import check_project

        check_project(queue, args.project)
    active = [state.value for state in State if state in ACTIVE]
    states = [State(word) for word in _listed(args.state, active)]
    seen = [PaneState(word) for word in _listed(args.agent_state, list(PaneState))]
    return Selection(replace(JobFilter(), states=states, user=args.user, project=args.project), seen)


def _listed(text: str | None, known: list[str]) -> list[str]:
    words = text.split(",") if text else []
    for word in words:
        if word not in known:
            raise UsageError(f"'{word}' won't do here; there are {', '.join(known)}")
    return words


def _preview(args: Namespace, jobs: list[Job], what: dict[str, Any], verb: str) -> None:
    if args.json:
        told = [
            {"job_id": job.id, "project": job.project, "user": job.user, "agent": job.agent} for job in jobs
        ]
        emit({"jobs": told} | what | _dry(args))
        return
    lines = [f"would be {verb}:"]
    say(
        "\n".join(
            lines + [f"  {job.id}  {clean(job.project)}  {clean(job.user)}  {job.agent}" for job in jobs]
        )
    )


def _line(job: Job, done: dict[str, Any], verb: str) -> str:
    if "error" in done:
        return f"job {job.id}: {clean(done['error'])}"
    if "receipt" in done:
        return f"job {job.id}: {done['receipt']} ({clean(done['evidence'])})"
    return f"{verb} job {job.id}: {' '.join(done['keys'])}"
