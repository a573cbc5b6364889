"""The idle cockpit: 20 running silent jobs, 10,000 pending; its share of one core over 30 seconds.

The cockpit runs on a real pty of 120x40; what it writes there is counted too: an idle screen writes nothing between
two ticks of the minute. Its own children (none are expected) and the tmux server are counted with it.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from contextlib import ExitStack

import psutil
from report import Limit, report

CONFIG = """
[scheduler]
slots = {running}
[per_user_serialization]
enabled = true
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--running", type=int, default=20)
    parser.add_argument("--pending", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="cockpit-bench-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        run(folder, args, stack)


def fill(folder: str, args: argparse.Namespace) -> object:
    """A home with enough users that `running` jobs run at once, and many more wait."""
    os.environ |= {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
    with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(running=args.running))
        file.writelines(
            f'[projects.p{number}]\npath = "."\nuser = "u{number}"\n' for number in range(args.running)
        )
    from cockpit.controller import QueueController
    from cockpit.controller.requests import EnqueueRequest

    queue = QueueController()
    names = [f"p{number % args.running}" for number in range(args.running + args.pending)]
    queue.enqueue_batch([EnqueueRequest(name, "sleep 3600") for name in names])
    return queue


def run(folder: str, args: argparse.Namespace, stack: ExitStack) -> None:
    queue = fill(folder, args)
    pid, screen = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        cockpit = os.path.join(os.path.dirname(sys.executable), "cockpit")
        os.execv(cockpit, [cockpit])
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    stack.callback(clean_up, queue, pid)
    begin = time.monotonic()
    while queue.store.counts().slots_used < args.running or time.monotonic() - begin < 8:  # type: ignore[attr-defined]
        drain(screen, 0.2)
    drain(screen, 5.0)
    share, written = watch(pid, screen, args.seconds)
    rows = [("CPU, share of one core", f"{share:.2%}"), ("bytes written to the terminal", str(written))]
    title = f"idle cockpit, {args.running} silent jobs running, {args.pending} pending, {args.seconds:.0f} s"
    report(
        title, ("what", "measured"), rows, [Limit("share of one core, %", share * 100, 3)], as_json=args.json
    )


def watch(pid: int, screen: int, seconds: float) -> tuple[float, int]:
    """CPU seconds per second of the process, and the bytes it wrote."""
    process = psutil.Process(pid)
    before, begin = sum(process.cpu_times()[:2]), time.monotonic()
    written = drain(screen, seconds)
    return (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - begin), written


def drain(screen: int, seconds: float) -> int:
    """Read what is written for so long; returns how many bytes."""
    end, total = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        if select.select([screen], [], [], left)[0]:
            total += len(os.read(screen, 65536))
    return total


def clean_up(queue: object, pid: int) -> None:
    from cockpit.controller.engine import make_tmux

    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
    make_tmux(queue.context).kill()  # type: ignore[attr-defined]
    shutil.rmtree(queue.context.places.run, ignore_errors=True)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
