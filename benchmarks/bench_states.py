"""From what a pane prints to the agent's state in the store, with the real scheduler in a process of its own.

    output      an agent that stands idle begins to work: one line, until the store says working
    prompt      an agent that works, with a spinner drawn ten times a second, asks: until the store says blocked
    done        the same agent stands at its prompt again: until the store says idle

The clock starts in the agent, right before it writes. Limits: p95 150 ms for output, 300 ms for the question.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

from panes_home import PanesHome, panes_home
from report import Limit, report

# Reads the next screen's name from a fifo, tells the time right before it writes; spins while it works.
AGENT = r"""
import os, select, sys, time
words = os.open(sys.argv[1], os.O_RDWR)
LINES = {"work": "* Working", "ask": "Do you want to proceed? 1 yes 2 no", "idle": "ready> "}
os.write(1, b"\x1b[2J\x1b[Hready> ")
spins, n = False, 0
while True:
    if not select.select([words], [], [], 0.1 if spins else None)[0]:
        n += 1
        os.write(1, f"\r* Working {n}".encode())
        continue
    word = os.read(words, 64).decode().strip()
    with open(sys.argv[1] + ".at", "w") as file:
        file.write(str(time.perf_counter()))
    os.write(1, b"\x1b[2J\x1b[H" + LINES[word].encode())
    spins = word == "work"
"""
STATES = {"work": "working", "ask": "blocked", "idle": "idle"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    script = 'mkfifo words && exec "$1" -S -c "$2" words'
    with panes_home({"told": ["sh", "-c", script, "agent", sys.executable, AGENT]}, 1) as home:
        os.chdir(home.folder)
        times = measure(home, args.rounds)
    rows = [
        (name, f"{statistics.median(values):.0f}", f"{p95(values):.0f}", f"{max(values):.0f}")
        for name, values in times.items()
    ]
    limits = [
        Limit("output to state, p95 ms", p95(times["output"]), 150),
        Limit("question to blocked, p95 ms", p95(times["prompt"]), 300),
    ]
    report(
        "A pane's output to the state in the store", ("what", "p50 ms", "p95 ms", "most ms"), rows, limits,
        as_json=args.json,
    )  # fmt: skip


def measure(home: PanesHome, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each kind."""
    [job_id] = home.start(["told"])
    store = home.queue.store

    def shows(state: str) -> bool:
        seen = store.agent_state(job_id)
        return seen is not None and seen.state == state

    home.until(lambda: shows("idle"))
    times: dict[str, list[float]] = {"output": [], "prompt": [], "done": []}
    for number in range(rounds):
        for kind, word in (("output", "work"), ("prompt", "ask"), ("done", "idle")):
            time.sleep(0.35 + 0.037 * (number % 7))  # not in step with anything
            with open("words", "w", encoding="ascii") as words:
                words.write(word + "\n")
            seen = home.until(lambda word=word: shows(STATES[word]))  # type: ignore[misc]
            with open("words.at", encoding="ascii") as file:
                times[kind].append((seen - float(file.read())) * 1e3)
    return times


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    main()
