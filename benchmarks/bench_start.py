"""From enqueue to the agent's process: cockpit against task-spooler and against a bare `tmux new-window`.

All three start `/bin/sh -c 'echo x > fifo'`; the time runs from the call to the moment at which the fifo can be read.
The scheduler runs in a process of its own; the job is enqueued by the Python API in this one. `--idle S` measures once
more after S seconds in which nothing happened (issue: 60).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack

from report import Limit, report

CONFIG = """
[projects.bench]
path = "{folder}"
agent = "touch"
[agents.touch]
command = ["/bin/sh", "-c", "echo x > {fifo}"]
"""


def measure(start: Callable[[], object], fifo: str, rounds: int, settle: Callable[[], object]) -> list[float]:
    """Milliseconds from `start` to the process, `rounds` times."""
    times = []
    for _ in range(rounds):
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(reader, True)
        begin = time.perf_counter()
        start()
        while not os.read(reader, 16):  # no writer yet: wait for it without a poll interval of our own
            time.sleep(0.0001)
        times.append((time.perf_counter() - begin) * 1000)
        os.close(reader)
        settle()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument(
        "--idle", type=float, default=0.0, help="seconds of idleness before a further measurement"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="cockpit-bench-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        fifo = f"{folder}/fifo"
        os.mkfifo(fifo)
        run(folder, fifo, args, stack)


def run(folder: str, fifo: str, args: argparse.Namespace, stack: ExitStack) -> None:
    rounds = args.rounds
    command = ["/bin/sh", "-c", f"echo x > {fifo}"]
    tsp = shutil.which("tsp")
    results: dict[str, list[float]] = {}
    if tsp:
        environ = os.environ | {"TS_SOCKET": f"{folder}/tsp.sock", "TMPDIR": folder}
        stack.callback(subprocess.run, [tsp, "-K"], env=environ, check=False)
        call = lambda: subprocess.run([tsp, "-n", *command], env=environ, check=True, capture_output=True)  # noqa: E731
        call_and_wait = lambda: subprocess.run([tsp, "-w"], env=environ, check=False, capture_output=True)  # noqa: E731
        measure(call, fifo, 3, call_and_wait)
        results["tsp"] = measure(call, fifo, rounds, call_and_wait)
    tmux = ["tmux", "-S", f"{folder}/tmux.sock", "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-s", "bench", "cat"], check=True)
    stack.callback(subprocess.run, [*tmux, "kill-server"], check=False)
    window = lambda: subprocess.run([*tmux, "new-window", "-d", "-t", "bench:", *command], check=True)  # noqa: E731
    results["tmux new-window"] = measure(window, fifo, rounds, lambda: time.sleep(0.02))
    enqueue, settle = cockpit(folder, fifo, stack)
    measure(enqueue, fifo, 3, settle)
    results["cockpit"] = measure(enqueue, fifo, rounds, settle)
    if args.idle:
        time.sleep(args.idle)
        results[f"cockpit after {args.idle:.0f} s idle"] = measure(enqueue, fifo, 1, settle)
    rows = [
        (name, f"{statistics.median(times):.1f} ms", f"{max(times):.1f} ms")
        for name, times in results.items()
    ]
    medians = {name: statistics.median(times) for name, times in results.items()}
    limits = []
    for name in [name for name in medians if name.startswith("cockpit")]:
        if tsp:
            limits.append(Limit(f"{name} / tsp", medians[name] / medians["tsp"], 5))
        limits.append(Limit(f"{name} / bare new-window", medians[name] / medians["tmux new-window"], 2))
    report("enqueue to process", ("way", "median", "worst"), rows, limits, as_json=args.json)


def cockpit(folder: str, fifo: str, stack: ExitStack) -> tuple[Callable[[], object], Callable[[], object]]:
    """A scheduler in a process of its own; returns how to enqueue and how to wait until it is idle again."""
    os.environ |= {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
    with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(folder=folder, fifo=fifo))
    from cockpit.controller import QueueController
    from cockpit.controller.daemon import start_daemon, stop_daemon
    from cockpit.controller.engine import make_tmux

    queue = QueueController()
    start_daemon(queue.context, queue.store)
    stack.callback(shutil.rmtree, queue.context.places.run, ignore_errors=True)
    stack.callback(make_tmux(queue.context).kill)
    stack.callback(stop_daemon, queue.context, queue.store)

    def settle() -> None:
        while queue.store.work_left():
            time.sleep(0.005)
        time.sleep(0.05)

    return lambda: queue.enqueue("bench", "go"), settle


if __name__ == "__main__":
    sys.exit(main())
