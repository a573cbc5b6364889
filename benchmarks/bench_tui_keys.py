"""From a key to the changed screen: moving in the queue with 100,000 jobs waiting and 50 agents that print.

    down, up       j and k, until the mark stands on the next row and the job pane shows that job
    page, ends     PgDn, G and g: jumps through the whole queue
    enqueuing      down again, while 10 jobs a second arrive from another process

The cockpit is the scheduler, too. Each agent prints a line a second. The moment that counts is when the bytes arrived
that made it so; a key is pressed 80 ms after the last one was answered, so that no two share a painting.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pty_screen import Program
from report import Limit, report
from tui_home import TuiHome, tui_home

PAUSE = 0.08
ENQUEUER = """
import time
from cockpit.controller import QueueController
queue = QueueController()
due = time.monotonic()
while True:
    queue.enqueue("p0", "fix the thing")
    due += 0.1
    time.sleep(max(0.0, due - time.monotonic()))
"""
_ID = re.compile(r"\d{6}-[0-9a-f]{4,}")


def marked(text: str) -> str:
    """The id of the job in the marked row of the queue; empty while the job pane shows another one."""
    lines = text.split("\n")
    row = next((line for line in lines if "▌" in line), "")
    found = _ID.search(row[row.find("▌") :])
    if found is None:
        return ""
    return found[0] if text.count(found[0]) > 1 else ""


@contextmanager
def printing(path: str) -> Iterator[None]:
    """A line a second for all agents."""
    over = threading.Event()

    def run() -> None:
        with open(path, "a", encoding="utf-8") as file:
            while not over.wait(1.0):
                file.write(f"a line of output at {time.time()}\n")
                file.flush()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def moves(program: Program, keys: str, rounds: int) -> list[float]:
    """Seconds of each press; `keys` in turn."""
    times = []
    for n in range(rounds):
        before = marked(program.grid.text())
        pressed = program.press(keys[n % len(keys)] if len(keys) < 3 else keys)
        moment = program.until(_another_than(before), 20)
        times.append(moment - pressed)
        program.rest(PAUSE)
    return times


def _another_than(before: str) -> Callable[[str], bool]:
    def holds(text: str) -> bool:
        now = marked(text)
        return bool(now) and now != before

    return holds


def run(home: TuiHome, args: argparse.Namespace, lines: str) -> dict[str, list[float]]:
    """All measurements over one cockpit."""
    program = home.open(size=(args.columns, args.rows))
    enqueuer = None
    try:
        program.until(lambda text: f"{args.agents} running" in text, 180)
        program.rest(3)
        for _ in range(4):  # the focus to the queue, wherever it is
            if program.grid.text().split("Agents")[0].count("▌"):
                break
            program.press("\t")
            program.rest(0.5)
        program.press("g")
        program.rest(0.5)
        with printing(lines):
            program.rest(2)
            moves(program, "j", 20)  # warm
            named = {"down": moves(program, "j", args.rounds)}
            named["up"] = moves(program, "k", args.rounds // 2)
            named["page down"] = moves(program, "\x1b[6~", args.rounds // 2)
            named["ends"] = moves(program, "Gg", args.rounds // 4)
            enqueuer = subprocess.Popen([sys.executable, "-P", "-c", ENQUEUER])
            program.rest(2)
            named["down, 10 enqueues/s"] = moves(program, "j", args.rounds)
        return named
    finally:
        if enqueuer is not None:
            enqueuer.kill()
            enqueuer.wait()
        program.end()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tui_home(users=args.agents, slots=args.agents) as home:
        lines = f"{home.folder}/lines"
        open(lines, "w", encoding="utf-8").close()
        home.add(args.agents, f"exec tail -n1 -f {lines}")
        home.add(args.jobs, "fix the thing")
        named = run(home, args, lines)
    late = {name: sorted(times)[int(len(times) * 0.95)] * 1e3 for name, times in named.items()}
    middle = {name: statistics.median(times) * 1e3 for name, times in named.items()}
    rows = [
        (name, f"{middle[name]:.0f} ms", f"{late[name]:.0f} ms", f"{max(named[name]) * 1e3:.0f} ms")
        for name in named
    ]
    limits = [
        Limit(f"{name}, {what} ms", found[name], limit)
        for name in ("down", "down, 10 enqueues/s")
        for what, found, limit in (("p50", middle, 20.0), ("p95", late, 50.0))
    ]
    title = (
        f"Key to changed screen, {args.jobs:,} jobs waiting, {args.agents} agents printing a line a second"
    )
    report(title, ("what", "p50", "p95", "worst"), rows, limits, as_json=args.json)


if __name__ == "__main__":
    main()
