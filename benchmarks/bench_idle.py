"""The idle cockpit, 10,000 jobs pending: with nothing running (the queue is held), and with 50 silent agents.

It runs on a real pty of 120x40, inside one minute of the clock: an idle screen writes nothing between two ticks of the
minute, so every byte counts. CPU is that of the cockpit, which is the scheduler, too.
"""

from __future__ import annotations

import argparse
import time

from pty_screen import Program
from report import Limit, report
from tui_home import tui_home


def watch(program: Program, seconds: float) -> tuple[float, int]:
    """Share of one core, and bytes written, within one minute of the clock."""
    program.rest(60 - time.time() % 60 + 3)
    process = program.process
    before, begun = sum(process.cpu_times()[:2]), time.monotonic()
    written = program.rest(seconds)
    return (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - begun), written


def measure(agents: int, pending: int, seconds: float) -> tuple[float, int]:
    """One home, one cockpit; with no agents the queue is held."""
    with tui_home(users=max(agents, 4), slots=max(agents, 4)) as home:
        if agents:
            home.add(agents, "exec sleep 3600")
        else:
            home.queue.jobs.hold("all", "")
        home.add(pending, "exec sleep 3600")
        program = home.open()
        try:
            program.until(lambda text: f"{agents} running" in text and "quit" in text, 180)
            program.rest(8)
            return watch(program, seconds)
        finally:
            program.end()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=50.0, help="at most 55: it stays inside one minute")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--pending", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    names = ("nothing running", f"{args.agents} silent agents")
    found = {
        name: measure(count, args.pending, args.seconds)
        for name, count in zip(names, (0, args.agents), strict=True)
    }
    rows = [(name, f"{share:.2%}", str(written)) for name, (share, written) in found.items()]
    limits = [
        *(
            Limit(f"share of one core, {name}, %", found[name][0] * 100, limit)
            for name, limit in zip(names, (1.0, 3.0), strict=True)
        ),
        *(Limit(f"bytes between two minutes, {name}", found[name][1], 0) for name in names),
    ]
    title = f"Idle cockpit, {args.pending:,} jobs pending, {args.seconds:.0f} s"
    head = ("what", "CPU, share of one core", "bytes written to the terminal")
    report(title, head, rows, limits, as_json=args.json)


if __name__ == "__main__":
    main()
