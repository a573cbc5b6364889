"""`cockpit demo`: the fleet on the cockpit's screen, or without one (`--headless`), told line by line and judged."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

from cockpit.base.errors import UsageError
from cockpit.base.times import parse_duration
from cockpit.demo import verdict
from cockpit.demo.fleet import HANDED_OUT, QUICK, REPOSITORIES, SLOTS, TASKS, UNHURRIED
from cockpit.demo.ground import Ground, git, ground, keep
from cockpit.demo.reporter import Reporter
from cockpit.domain.job import Job, State
from cockpit.jobdir.layout import job_folder
from cockpit.jobdir.progress import read_progress

PATIENCE = 180.0  # seconds; the headless demo needs about 15 of them


def run_demo(args: argparse.Namespace) -> int:
    """Run the demo; the exit code: 0, or 1 when the headless one did not go as scripted.

    Raises UsageError without a terminal to show it on, Unavailable without git or tmux.
    """
    _leave_on_signals()
    as_json = getattr(args, "json", False)
    if as_json or getattr(args, "headless", False):
        return _headless(as_json=as_json)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("there is no terminal to show the demo on; 'cockpit demo --headless' needs none")
    return _on_screen()


def _leave_on_signals() -> None:
    """So that nothing is left behind then either. An event loop that ends takes these handlers away: set them again."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _on_screen() -> int:
    from cockpit.tui.app import run
    from cockpit.tui.outcome import DROP_DEMO, KEEP_DEMO

    with ground(UNHURRIED, on_screen=True) as made:
        outcome = run(made.context, demo=True)
        _leave_on_signals()
        variables = " ".join(f"{name}={value}" for name, value in made.environment().items())
        print(f"The demo lies in {made.root}.", file=sys.stderr)
        if outcome == KEEP_DEMO or (outcome != DROP_DEMO and _wants_it_kept()):
            keep(made)
            print(f"To come back:\n  {variables} cockpit", file=sys.stderr)
        else:
            print("Ending its agents and its tmux server, removing its folder.", file=sys.stderr)
    return 0


def _wants_it_kept() -> bool:
    """Asked here where the cockpit ended without its own question, as on a signal."""
    print("Keep it, with what runs in it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _headless(*, as_json: bool) -> int:
    say = _silent if as_json else _say
    with ground(QUICK) as made:
        say(
            f"cockpit demo: {len({each.user for each in REPOSITORIES})} users, {len(REPOSITORIES)} git repositories,"
            f" {len(TASKS)} jobs, {SLOTS} slots; in {made.root}, which goes at the end"
        )
        reporter = Reporter(
            made.context, say, resume=made.ids["publish"], when_done=made.ids["plan"], patience=PATIENCE
        )
        reporter.start()
        code = made.queue.run_loop(until_idle=True)
        _leave_on_signals()
        reporter.stop()
        jobs = sorted(made.queue.store.jobs(limit=1000), key=lambda job: job.seq)
        checks = _judge(made, jobs)
        if reporter.late:
            checks.append(verdict.Check("time", False, f"not done within {PATIENCE:g}s"))
        left = _left_in_repositories(made)
        went_well = code == 0 and all(check.held for check in checks)
        if as_json:
            print(json.dumps(_document(jobs, checks, left, went_well=went_well)))
        else:
            _tell(jobs, checks, left, say)
            say(
                "cockpit demo: all went as scripted"
                if went_well
                else "cockpit demo: it did not go as scripted"
            )
    return 0 if went_well else 1


def _judge(made: Ground, jobs: list[Job]) -> list[verdict.Check]:
    events, ids = made.queue.store.events(limit=10_000), made.ids
    by_id = {job.id: job for job in jobs}
    pairs = [(ids[task.key], ids[key]) for task in TASKS for key in task.after]
    return [
        verdict.one_per_user(jobs, events),
        verdict.slots(events, SLOTS),
        verdict.all_completed(jobs, len(TASKS) + HANDED_OUT),
        verdict.retried(by_id[ids["flaky"]]),
        verdict.came_after(events, pairs),
        *verdict.waited(events, ids["publish"], by_id[ids["typos"]], parse_duration(QUICK.delay)),
        verdict.told_progress({job.id: _percent(made, job) for job in jobs}),
    ]


def _percent(made: Ground, job: Job) -> int | None:
    return read_progress(job_folder(made.context.places.jobs, job.id).attempt(job.attempt).path).percent


def _left_in_repositories(made: Ground) -> dict[str, int]:
    """Changed and new files in each repository: what the agents left."""
    return {
        each.name: len(git(made.repository(each.name), "status", "--porcelain", "-uall").splitlines())
        for each in REPOSITORIES
    }


def _tell(
    jobs: list[Job],
    checks: list[verdict.Check],
    left: dict[str, int],
    say: Callable[[str], None],
) -> None:
    say("")
    say(f"{'state':<12}jobs")
    for state, count in _by_state(jobs).items():
        say(f"{state:<12}{count:>4}")
    say("")
    for check in checks:
        say(f"{check.name}: {'held' if check.held else 'BROKEN'} ({check.seen})")
    say("files changed by agents: " + ", ".join(f"{name} {count}" for name, count in left.items()))


def _by_state(jobs: list[Job]) -> dict[str, int]:
    return {state.value: count for state in State if (count := sum(job.state is state for job in jobs))}


def _document(
    jobs: list[Job], checks: list[verdict.Check], left: dict[str, int], *, went_well: bool
) -> dict[str, Any]:
    return {
        "ok": went_well,
        "counts": _by_state(jobs),
        "checks": [{"name": check.name, "held": check.held, "seen": check.seen} for check in checks],
        "changed_files": left,
        "jobs": [
            {
                "job_id": job.id,
                "user": job.user,
                "project": job.project,
                "state": job.state,
                "attempt": job.attempt,
            }
            for job in jobs
        ],
    }


def _say(line: str) -> None:
    print(line, flush=True)


def _silent(line: str) -> None:
    """With --json stdout carries one document and nothing else."""
