"""`cockpit status`: pending per priority, slots, locks, the scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cockpit.base.times import SECOND, format_duration
from cockpit.cli.door import controller
from cockpit.cli.output import clean, emit, paint, say

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController


def build_status(parser: Parser) -> None:
    """Arguments of `cockpit status`."""
    parser.add_argument(
        "--verbose", "-v", action="store_true", help="the active jobs and where things lie, too"
    )
    parser.json()
    parser.examples("  cockpit status --verbose\n  cockpit status --json | jq .pending.total")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the status."""
    with controller() as queue:
        status = queue.get_queue_status()
        if args.verbose:
            status |= _more(queue)
        if args.json:
            emit(status)
        else:
            say("\n".join(_lines(queue, status)))
    return 0


def _more(queue: QueueController) -> dict[str, Any]:
    places = queue.context.places
    return {
        "jobs": [
            {
                "job_id": job.id,
                "project": job.project,
                "user": job.user,
                "state": job.state.value,
                "attempt": job.attempt,
            }
            for job in queue.store.active()
        ],
        "holds": [{"scope": hold.scope, "key": hold.key} for hold in queue.store.holds()],
        "places": {"home": places.home, "config": places.config_file, "run": places.run, "log": places.log},
    }


def _lines(queue: QueueController, status: dict[str, Any]) -> list[str]:
    pending, active, scheduler = status["pending"], status["active"], status["scheduler"]
    users = ", ".join(f"{clean(user)} {count}" for user, count in active["by_user"].items())
    told = ", ".join(f"{count} {state}" for state, count in status["counts"].items() if count) or "none yet"
    runs = (
        f"runs on {scheduler['host']}, pid {scheduler['pid']}"
        if scheduler["running"]
        else "none runs; open cockpit or run 'cockpit daemon start'"
    )
    lines = [
        f"pending    {paint(str(pending['total']), 'bold')}  ("
        + ", ".join(f"{pending[name]} {name}" for name in ("critical", "high", "normal", "low")) + ")",
        f"active     {active['slots_used']} of {active['slots_max']} slots" + (f"  ({users})" if users else ""),
        f"locks      {status['user_locks']['active']}",
        *lock_lines(queue, status["user_locks"]["details"]),
        f"scheduler  {runs}",
        *_load(status["load"], active["slots_max"]),
        f"jobs       {told}",
    ]  # fmt: skip
    lines += [f"held       {hold.scope} {clean(hold.key)}".rstrip() for hold in queue.store.holds()]
    lines += [
        f"  {job['job_id']}  {clean(job['project'])}  {clean(job['user'])}  {job['state']} #{job['attempt']}"
        for job in status.get("jobs", [])
    ]
    lines += [f"{name:<10} {path}" for name, path in status.get("places", {}).items()]
    return lines


def _load(load: dict[str, Any] | None, slots: int) -> list[str]:
    """Nothing before it was measured: by the scheduler, at its beat."""
    if load is None:
        return []
    parts = ", ".join(f"{name} {load[name]:.0%}" for name in ("cpu", "memory", "queue"))
    held_back = f"above the ceiling of {load['ceiling']:.2f}: jobs run one at a time until it falls"
    return [
        f"load       {load['score']:.2f} {load['level']}  ({parts})",
        *([f"           {paint(held_back, 'bold')}"] if load["slots_open"] < slots else []),
    ]


def lock_lines(queue: QueueController, details: list[dict[str, Any]]) -> list[str]:
    """A line for each lock, with what is left of its lease."""
    now = queue.context.clock.now()
    left = {lock.lock_id: (lock.expires_at - now) / SECOND for lock in queue.store.locks()}
    return [
        f"  {clean(lock['user'])}  {clean(lock['job_id'] or lock['holder'])}  lock {lock['lock_id']}"
        f"  token {lock['token']}  {format_duration(left.get(lock['lock_id'], 0))} left"
        for lock in details
    ]
