"""`cockpit jobs`: the list, one job with everything, and both live."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import UsageError
from cockpit.base.times import rfc3339, rfc3339_or_none
from cockpit.cli import rows
from cockpit.cli.door import changes, controller
from cockpit.cli.output import clean, coloured, emit, paint, printable, say
from cockpit.controller.views import job_view
from cockpit.domain.job import ACTIVE, WAITING, Job, State
from cockpit.jobdir.layout import job_folder
from cockpit.jobdir.progress import NOTHING, Progress, read_progress
from cockpit.store.values import JobFilter

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController

_EXAMPLES = """  cockpit jobs --state running --state failed
  cockpit jobs a2f5                 everything about one job, and why it waits
  cockpit jobs --user alice --watch live
  cockpit jobs --json | jq -r '.jobs[] | select(.state == "failed") | .job_id'"""


def build_jobs(parser: Parser) -> None:
    """Arguments of `cockpit jobs`."""
    add = parser.add_argument
    add("job", nargs="?", metavar="JOB", help="any part of a job's id that fits no other")
    add("--state", action="append", default=[], metavar="S", help="only these: " + ", ".join(State))
    add("--user", metavar="U", help="only jobs of this user")
    add("--project", metavar="P", help="only jobs of this project")
    add("--limit", type=int, default=100, metavar="N", help="at most N of them, the newest (default: 100)")
    add("--watch", action="store_true", help="stay and show every change")
    parser.json()
    parser.examples(_EXAMPLES)
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """List, or tell all about one."""
    only = JobFilter(_states(args.state), args.user, args.project)
    if args.limit < 1:
        raise UsageError(f"--limit {args.limit} won't do: it must be at least 1")
    with controller() as queue:
        if args.job:
            args.job = queue.store.resolve(args.job)
        for _ in changes(queue, None if args.json else 1.0) if args.watch else [None]:
            if _show(args, queue, only):
                break
    return 0


def _states(words: list[str]) -> list[State]:
    found = []
    for word in ",".join(words).split(",") if words else []:
        if word not in list(State):
            raise UsageError(f"unknown state '{word}'; there are {', '.join(State)}")
        found.append(State(word))
    return found


def _show(args: Namespace, queue: QueueController, only: JobFilter) -> bool:
    """Print once; True when there is nothing more to watch."""
    if args.job:
        job = queue.jobs.find(args.job)
        document: Any = one_document(queue, job)
        lines = [] if args.json else _details(queue, job, document)
        last = not args.watch or job.finished_at is not None
    else:
        jobs = _live_first(args, queue, only) if _looked_at(args) else queue.store.jobs(only, args.limit)
        document = {"jobs": [view(queue, job) for job in jobs]} if args.json else {}
        lines = [] if args.json else _list(queue, jobs, watched=_looked_at(args))
        last = not args.watch
    if args.json:
        emit(document)
    else:
        if args.watch and coloured():
            sys.stdout.write("\x1b[H\x1b[2J")
        say("\n".join(lines))
    sys.stdout.flush()
    return last


def progress_of(queue: QueueController, job: Job) -> Progress:
    """What the job's last attempt said of its progress."""
    if not job.attempt:
        return NOTHING
    return read_progress(job_folder(queue.context.places.jobs, job.id).attempt(job.attempt).path)


def view(queue: QueueController, job: Job) -> dict[str, Any]:
    """The contract's object for one job."""
    return job_view(job, queue.jobs.why(job), progress_of(queue, job), _agent_state(queue, job))


def _agent_state(queue: QueueController, job: Job) -> dict[str, Any] | None:
    """What the agent's screen showed when it was last looked at; None where it was not."""
    seen = queue.store.agent_state(job.id) if job.state in ACTIVE else None
    if seen is None:
        return None
    return {"state": seen.state.value, "rule": seen.rule, "line": seen.line, "since": rfc3339(seen.since)}


def one_document(queue: QueueController, job: Job) -> dict[str, Any]:
    """`cockpit jobs JOB --json`: the list's document with one job, which has more keys."""
    import json

    from cockpit.controller.folders import mend_status

    folder = job_folder(queue.context.places.jobs, job.id)
    mend_status(queue.context, job)
    more = {
        "prompt": queue.store.prompt(job.id),
        "metadata": json.loads(queue.store.metadata(job.id)),
        "after": [{"job_id": id_, "state": state.value} for id_, state in queue.store.needs(job.id)],
        "folder": folder.path if folder.exists() else None,
        "attempts": [
            {
                "number": attempt.number,
                "fence": attempt.fence,
                "cause": attempt.cause,
                "reason": attempt.reason,
                "exit_code": attempt.exit_code,
                "started_at": rfc3339_or_none(attempt.started_at),
                "ended_at": rfc3339_or_none(attempt.ended_at),
            }
            for attempt in queue.store.attempts(job.id)
        ],
        "events": [
            {"at": rfc3339(event.at), "kind": event.kind, "attempt": event.attempt, "reason": event.reason}
            for event in queue.store.events(job.id)
        ],
    }
    return {"jobs": [view(queue, job) | more]}


def _looked_at(args: Namespace) -> bool:
    """Does somebody watch on a terminal, where only what fits is seen?"""
    return bool(args.watch and not args.json and sys.stdout.isatty())


def _live_first(args: Namespace, queue: QueueController, only: JobFilter) -> list[Job]:
    """What runs, however old it is, before the newest others."""
    active = [
        job
        for job in queue.store.active()
        if only.user in (None, job.user)
        and only.project in (None, job.project)
        and (not only.states or job.state in only.states)
    ]
    rest = [job for job in queue.store.jobs(only, args.limit) if job.state not in ACTIVE]
    return [*active, *rest][: args.limit]


def _list(queue: QueueController, jobs: list[Job], *, watched: bool = False) -> list[str]:
    now = queue.context.clock.now()
    if not jobs:
        return ["no jobs; 'cockpit enqueue PROJECT PROMPT' makes one"]
    width, height = _terminal()
    # head, gap, summary, the cursor's line
    shown = jobs[: max(1, height - 5)] if watched and height else jobs
    cells: list[tuple[str, ...]] = [
        (
            job.id,
            job.project,
            job.user,
            job.agent,
            job.priority.label,
            rows.plain_state(job.state),
            rows.age(job, now),
            rows.bar(progress_of(queue, job)),
            _note(queue, job),
        )
        for job in shown
    ]
    head: tuple[str, ...] = ("job", "project", "user", "agent", "priority", "state", "age", "progress", "")
    limits: tuple[int, ...] = (0, 20, 16, 12, 0, 0, 0, 0, 0)
    if width and not any(row[7] for row in cells):  # nobody tells progress: its room is for the note
        cells, head, limits = [(*row[:7], row[8]) for row in cells], (*head[:7], ""), limits[:8]
    lines = [
        rows.colour_states(line) for line in rows.table(head, cells, limits, width=width, spill=not watched)
    ]
    if len(shown) < len(jobs):
        lines.append(f"… and {len(jobs) - len(shown)} more")
    return [*lines, "", summary(queue)]


def _terminal() -> tuple[int, int]:
    """Columns and lines; (0, 0) (no limit) where nobody looks at it on a terminal."""
    if not sys.stdout.isatty():
        return 0, 0
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return 0, 0
    return size.columns, size.lines


def _note(queue: QueueController, job: Job) -> str:
    """The last cell: what it waits for, what it says, or how it ended."""
    if job.state in WAITING:
        return f"waits for {queue.jobs.why(job)}"
    if job.finished_at is None:
        return progress_of(queue, job).message or job.reason or ""
    return job.reason or (f"exit {job.exit_code}" if job.exit_code is not None else "")


def summary(queue: QueueController) -> str:
    """`12 jobs: 3 running, 9 pending; slots 3/4`."""
    status = queue.get_queue_status()
    counts = {state: count for state, count in status["counts"].items() if count}
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    active = status["active"]
    return f"{sum(counts.values())} jobs: {told}; slots {active['slots_used']}/{active['slots_max']}"


def _details(queue: QueueController, job: Job, document: dict[str, Any]) -> list[str]:
    full = document["jobs"][0]
    progress = progress_of(queue, job)
    facts = [
        (
            "state",
            rows.state_text(job.state) + (f"  (exit {job.exit_code})" if job.exit_code is not None else ""),
        ),
        ("waits for", clean(full["waiting_for"] or "")),
        ("reason", clean(job.reason or "")),
        ("progress", f"{rows.bar(progress, 20)} {progress.message}".strip()),
        ("project", clean(f"{job.project} of {job.user}, agent {job.agent}")),
        ("priority", job.priority.label + (", held" if job.held else "")),
        ("attempt", f"{job.attempt} (retries: {job.retries})"),
        ("after", ", ".join(f"{need['job_id']} ({need['state']})" for need in full["after"])),
        ("ref", clean(job.ref or "")),
        ("created", full["created_at"]),
        ("started", full["started_at"] or ""),
        ("finished", full["finished_at"] or ""),
        ("folder", full["folder"] or ""),
    ]
    lines = [
        paint(job.id, "bold"),
        *(f"  {name:<10}{value}" for name, value in facts if value),
        "",
        "prompt:",
    ]
    lines += [f"  {printable(line)}".rstrip() for line in full["prompt"].splitlines()[:40]]
    lines += ["", "events:"]
    for event in full["events"]:
        attempt = f" #{event['attempt']}" if event["attempt"] else ""
        lines.append(f"  {event['at']}  {event['kind']}{attempt}  {clean(event['reason'] or '')}".rstrip())
    return lines
