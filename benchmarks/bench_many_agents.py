"""What many agents cost: CPU of the scheduler's process and the tmux server together, as a share of one core.

    silent      100 agents that say nothing
    chatty      50 agents that print 10 lines a second each, watched by their rules; the agents' own CPU not counted
    flood       one pane runs `yes`: how long a capture of another pane takes through a connection of our own

Limits: 3 %, 25 %, p95 50 ms. The flood's own cost is shown beside; that of a tmux that nobody watches, too.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time

import psutil
from panes_home import PanesHome, panes_home
from report import Limit, report

from cockpit.controller.engine import make_tmux
from cockpit.tmux.client import TmuxClient

AGENTS = {
    "silent": ["sh", "-c", "printf 'ready> '; exec sleep 3600"],
    "chatty": ["sh", "-c", 'n=0; while sleep 0.1; do n=$((n+1)); echo "* Working, line $n of many"; done'],
    "flood": ["yes", "a line that never ends, over and over again"],
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--silent", type=int, default=100)
    parser.add_argument("--chatty", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    silent = cost(["silent"] * args.silent, args.seconds)
    chatty = cost(["chatty"] * args.chatty, args.seconds)
    flood, answers = flooded(args.seconds, args.rounds)
    late = answers[int(len(answers) * 0.95)] * 1e3
    rows = [
        (f"{args.silent} silent agents", *shares(silent), ""),
        (f"{args.chatty} agents, 10 lines/s each", *shares(chatty), ""),
        ("one pane flooded by `yes`", *shares(flood), f"{statistics.median(answers) * 1e3:.1f} / {late:.1f}"),
    ]
    limits = [
        Limit("silent, % of one core", sum(silent) * 100, 3),
        Limit("chatty, % of one core", sum(chatty) * 100, 25),
        Limit("capture beside a flood, p95 ms", late, 50),
    ]
    head = ("what runs", "scheduler", "tmux", "capture p50 / p95 ms")
    report(f"Many agents, {args.seconds:.0f} s each", head, rows, limits, as_json=args.json)


def shares(cost: tuple[float, float]) -> tuple[str, str]:
    return f"{cost[0]:.2%}", f"{cost[1]:.2%}"


def cost(agents: list[str], seconds: float) -> tuple[float, float]:
    """CPU seconds per second of scheduler and tmux while these run."""
    with panes_home(AGENTS, len(agents)) as home:
        home.start(agents)
        time.sleep(5)  # what starting them costs is not the question
        return measure(home, seconds)


def measure(home: PanesHome, seconds: float) -> tuple[float, float]:
    """Children of the scheduler (its connection to tmux) count as the scheduler's."""
    ours = [home.scheduler, *home.scheduler.children(recursive=True)]
    theirs = [home.tmux()]
    before, begin = (used(ours), used(theirs)), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begin
    return (used(ours) - before[0]) / took, (used(theirs) - before[1]) / took


def used(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes if process.is_running())


def flooded(seconds: float, rounds: int) -> tuple[tuple[float, float], list[float]]:
    """The cost of a flood, and how long captures of the pane beside it take, sorted, in seconds."""
    with panes_home(AGENTS, 2) as home:
        ids = home.start(["flood", "silent"])
        time.sleep(3)
        attempt = home.queue.store.attempt(ids[1], 1)
        assert attempt is not None
        price = measure(home, seconds)
        return price, asyncio.run(answers(home, attempt.pane or "", rounds))


async def answers(home: PanesHome, pane_id: str, rounds: int) -> list[float]:
    """Through a connection like the cockpit's own: it gets the flood's output, too."""
    times = []
    async with TmuxClient(make_tmux(home.queue.context), ensure=False) as client:
        await asyncio.sleep(1)
        for _ in range(rounds):
            begin = time.perf_counter()
            await client.command("capture-pane", "-p", "-t", pane_id)
            times.append(time.perf_counter() - begin)
            await asyncio.sleep(0.02)
        assert client.degraded is None, client.degraded
    return sorted(times)


if __name__ == "__main__":
    main()
