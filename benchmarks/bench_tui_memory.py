"""A day of events, a million of them, under an open cockpit: does its memory grow?

Jobs are enqueued by hundreds and cancelled again, each an event of its own, as fast as the store takes them; every few
thousand a person moves, opens the other screens and comes back. Resident memory is told at ten points. The first one is
left out of the slope: until then caches fill.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from pty_screen import Program
from report import Limit, report
from tui_home import tui_home

# In a process of its own, as others' commands are: `sys.stdin` tells how many events to make.
WORLD = """
import sys
from cockpit.controller import QueueController
from cockpit.controller.requests import EnqueueRequest
queue = QueueController()
batch = [EnqueueRequest(f"p{n % 4}", "fix the thing") for n in range(250)]
for line in sys.stdin:
    for _ in range(int(line) // 500):
        queue.enqueue_batch(batch)
        queue.jobs.clear(project="p0"); queue.jobs.clear()
    print(queue.store.last_event(), flush=True)
"""
_KEYS = ("j", "j", "G", "g", "f", "j", "\x1b", "l", "\x1b", "\t", "\t", "\t", "\t")


def moved(program: Program) -> None:
    """A person looks round."""
    for key in _KEYS:
        program.press(key)
        program.rest(0.15)


def slope(points: list[float]) -> float:
    """By least squares, per point."""
    count = len(points)
    middle, mean = (count - 1) / 2, sum(points) / count
    return sum((n - middle) * (value - mean) for n, value in enumerate(points)) / sum(
        (n - middle) ** 2 for n in range(count)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tui_home(users=4) as home:
        home.queue.jobs.hold("all", "")
        program = home.open()
        world = subprocess.Popen(
            [sys.executable, "-P", "-c", WORLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert world.stdin is not None
        assert world.stdout is not None
        memory, told = [], ""
        try:
            program.until(lambda text: "quit" in text)
            for _ in range(10):
                for _ in range(4):
                    print(args.events // 40, file=world.stdin, flush=True)
                    while not (told := _answer(world.stdout, program)):
                        pass
                    moved(program)
                memory.append(program.process.memory_info().rss / 1e6)
        finally:
            world.kill()
            world.wait()
            program.end()
    growth = slope(memory[1:])
    rows = [(f"{(n + 1) * args.events // 10:,}", f"{value:.1f} MB") for n, value in enumerate(memory)]
    limits = [Limit(f"growth, MB per {args.events // 10:,} events", growth, 0.5)]
    report(
        f"Memory of an open cockpit over {int(told):,} events",
        ("events", "resident"),
        rows,
        limits,
        as_json=args.json,
    )


def _answer(stream: object, program: Program) -> str:
    """What the world says, while the terminal is read."""
    import select

    program.rest(0.05)
    if select.select([stream], [], [], 0)[0]:
        return str(stream.readline()).strip()  # type: ignore[attr-defined]
    return ""


if __name__ == "__main__":
    main()
