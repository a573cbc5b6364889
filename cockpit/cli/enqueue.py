"""`cockpit enqueue`: one job, or a batch of them."""

from __future__ import annotations

import os
import sys

from cockpit.base.errors import CockpitError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from cockpit.cli.parser import Parser
    from cockpit.controller.jobs import Jobs
    from cockpit.controller.requests import EnqueueRequest
    from cockpit.domain.job import Accepted, NewJob

_EXAMPLES = """  cockpit enqueue web "Fix the login button"
  cockpit enqueue web --prompt-file task.md --priority high --after 113754-a2f5
  git diff | cockpit enqueue web - --delay 10m
  cockpit enqueue --batch jobs.jsonl     a line: {"project": "web", "prompt": "...", "priority": "low"}
  id=$(cockpit enqueue web "Tidy up" --retries 2 --timeout 1h); cockpit logs -f "$id\""""


def build_enqueue(parser: Parser) -> None:
    """Arguments of `cockpit enqueue`."""
    add = parser.add_argument
    add(
        "words",
        nargs="*",
        metavar="PROJECT PROMPT",
        help="the project, and what to do; '-' reads it from stdin",
    )
    add("--prompt-file", metavar="F", help="read the prompt from file F")
    add(
        "--batch",
        metavar="FILE",
        help="enqueue every line of FILE ('-': stdin), JSON objects; all or nothing",
    )
    add(
        "--priority",
        default="normal",
        metavar="P",
        help="critical, high, normal, low or 1-10 (default: normal)",
    )
    add("--user", metavar="U", help="whose work it is (default: the project's user)")
    add("--agent", metavar="A", help="who does it (default: the project's agent)")
    add(
        "--after",
        action="append",
        default=[],
        metavar="JOB",
        help="start when JOB has completed; may be repeated",
    )
    add("--delay", metavar="D", help="start no earlier than in D: 90, 90s, 10m, 2h, 1d")
    add("--at", metavar="TIME", help="start no earlier than TIME: 10:42, '2026-01-14 10:42', RFC 3339")
    add("--retries", type=int, metavar="N", help="try again up to N times after an exit code other than 0")
    add("--timeout", metavar="D", help="end an attempt that takes longer than D")
    add("--metadata", metavar="JSON", help="a JSON object that is kept with the job")
    add("--ref", metavar="R", help="the issue it belongs to, owner/repo#14")
    parser.dry_run()
    parser.json()
    parser.examples(_EXAMPLES)
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Check, accept, tell the id."""
    if args.batch is not None:
        return _run_batch(args)
    request = _request(args)
    from cockpit.controller.quick import quick_jobs

    jobs = quick_jobs(os.environ)
    new = jobs.check(request)
    if args.dry_run:
        return _tell_dry(args, jobs, [new])
    _tell(args, jobs.accept([new]))
    _hint(args, jobs, [new])
    return 0


def _request(args: Namespace) -> EnqueueRequest:
    from cockpit.controller.requests import EnqueueRequest

    return EnqueueRequest(
        project=args.words[0] if args.words else _missing("PROJECT"),
        prompt=_prompt(args),
        priority=args.priority,
        user=args.user,
        agent=args.agent,
        after=tuple(args.after),
        delay=args.delay,
        at=args.at,
        retries=args.retries,
        timeout=args.timeout,
        metadata=args.metadata,
        ref=args.ref,
    )


def _prompt(args: Namespace) -> str:
    given = args.words[1:]
    if args.prompt_file is not None:
        if given:
            raise UsageError("give the prompt once: as PROMPT or by --prompt-file, not both")
        return read_text(args.prompt_file)
    if not given:
        _missing("PROMPT")
    if len(given) > 1:
        raise UsageError(
            f'one PROMPT is taken, not {len(given)}; put quotes around it: cockpit enqueue web "Fix it"'
        )
    return read_text("-") if given[0] == "-" else str(given[0])


def _missing(what: str) -> str:
    raise UsageError(
        f"{what} is missing: cockpit enqueue PROJECT PROMPT; 'cockpit enqueue --help' shows examples"
    )


def read_text(path: str) -> str:
    """The UTF-8 text of file `path`, or of stdin for `-`. Raises UsageError for anything that can't be read so."""
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                data = file.read()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 (byte {error.start}); convert it first") from None
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}") from None


def _run_batch(args: Namespace) -> int:
    if args.words or args.prompt_file is not None:
        raise UsageError("--batch takes everything from its file; drop PROJECT, PROMPT and --prompt-file")
    requests, problems = _read_batch(read_text(args.batch))
    from cockpit.controller.jobs import BatchRefused
    from cockpit.controller.quick import quick_jobs

    jobs = quick_jobs(os.environ)
    new: list[NewJob] = []
    try:
        new = jobs.check_batch(requests)
    except BatchRefused as refused:
        problems += refused.problems
    if problems:
        problems.sort(key=lambda problem: int(problem.split(":")[0].split()[1]))
        raise BatchRefused([*problems, "nothing was enqueued"])
    if args.dry_run:
        return _tell_dry(args, jobs, new)
    _tell(args, jobs.accept(new))
    _hint(args, jobs, new)
    return 0


def _read_batch(text: str) -> tuple[list[tuple[str, EnqueueRequest]], list[str]]:
    """The requests with the lines they came from, and what is wrong with the other lines."""
    import json

    from cockpit.controller.requests import request_from_object

    requests, problems = [], []
    for number, line in enumerate(text.split("\n"), 1):
        where = f"line {number}"
        if not line.strip():
            continue
        try:
            requests.append((where, request_from_object(json.loads(line), where)))
        except (ValueError, RecursionError) as error:
            problems.append(f"{where}: not JSON: {error}")
        except CockpitError as error:
            problems.append(str(error))
    return requests, problems


def _tell(args: Namespace, accepted: list[Accepted]) -> None:
    if args.json:
        from cockpit.cli.output import emit
        from cockpit.controller.views import accepted_view

        views = [accepted_view(one) for one in accepted]
        emit({"jobs": views} if args.batch is not None else views[0])
        return
    for one in accepted:
        print(f"agent:{one.project}:{one.job_id}")
    if len(accepted) == 1 and sys.stderr.isatty():
        print(f"position {accepted[0].position} in the queue", file=sys.stderr)


def _hint(args: Namespace, jobs: Jobs, new: list[NewJob]) -> None:
    """What a person would want to know now; the answer is out already."""
    if args.json:
        return
    from cockpit.cli.parser import warn, warn_of_strangers

    warn_of_strangers([job.user for job in new], jobs.known_users())
    if sys.stderr.isatty() and not args.dry_run and not jobs.scheduler_runs():
        warn("no scheduler runs: open cockpit or run 'cockpit daemon start'")


def _tell_dry(args: Namespace, jobs: Jobs, new: list[NewJob]) -> int:
    views = [_dry_view(job, jobs.expected_position(job)) for job in new]
    if args.json:
        from cockpit.cli.output import emit

        emit({"jobs": views, "dry_run": True} if args.batch is not None else views[0])
        return 0
    _hint(args, jobs, new)
    for view in views:
        print(
            f"would enqueue: {view['project']} for {view['user']}, {view['priority']}, position {view['position']}"
        )
    return 0


def _dry_view(job: NewJob, position: int) -> dict[str, Any]:
    return {
        "job_id": None,
        "project": job.project,
        "user": job.user,
        "priority": job.priority.label,
        "position": position,
        "state": "delayed" if job.not_before else "pending",
        "dry_run": True,
    }
