"""From the call to the first complete paint, with 100,000 jobs in the store, beside the smallest Textual app there is.

    first paint   spawn to the moment at which the whole screen stands: header, every list, the job pane, the hints
    memory        resident, once it is painted

Both run on the same kind of pty, in turn; the queue is held, so that nothing is started meanwhile.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys

from pty_screen import Program
from report import Limit, report
from tui_home import tui_home

HERE = os.path.dirname(os.path.abspath(__file__))


def complete(text: str) -> bool:
    """Does the whole screen stand?"""
    words = ("100,000", "Queue", "Agents", "Locks", "fix the thing", "quit", "Output")
    return all(word in text for word in words)


def once(program: Program, holds: object) -> tuple[float, float]:
    """Seconds to the paint, MB resident."""
    try:
        assert callable(holds)
        moment = program.until(holds)
        program.rest(0.3)
        return moment - program.begun, program.process.memory_info().rss / 1e6
    finally:
        program.end()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    minimal = [sys.executable, "-P", f"{HERE}/minimal_app.py"]
    with tui_home(users=20) as home:
        home.queue.jobs.hold("all", "")
        home.add(args.jobs, "fix the thing")
        ours, theirs = [], []
        for _ in range(args.rounds + 1):
            ours.append(once(home.open(), complete))
            theirs.append(once(Program(minimal), lambda text: "hello, terminal" in text))
    rows, medians = [], []
    for name, found in (("cockpit", ours[1:]), ("minimal Textual app", theirs[1:])):
        # the first one warms the caches
        seconds, memory = (statistics.median(values) for values in zip(*found, strict=True))
        medians.append((seconds, memory))
        rows.append((name, f"{seconds * 1e3:.0f} ms", f"{memory:.1f} MB"))
    limits = [
        Limit("first paint, cockpit / minimal app", medians[0][0] / medians[1][0], 2.5),
        Limit("memory, cockpit / minimal app", medians[0][1] / medians[1][1], 1.6),
    ]
    report(f"Start with {args.jobs:,} jobs in the store", ("what", "first complete paint", "resident"), rows, limits,
           as_json=args.json)  # fmt: skip


if __name__ == "__main__":
    main()
