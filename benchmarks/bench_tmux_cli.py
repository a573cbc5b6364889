"""Send, capture and wait for idleness: cockpit's PaneController beside `tmux-cli` of claude-code-tools (PyPI).

    python3 -m venv /tmp/cct && /tmp/cct/bin/pip install claude-code-tools
    python benchmarks/bench_tmux_cli.py --tmux-cli /tmp/cct/bin/tmux-cli

tmux-cli is a process per call; PaneController is what a program that stays uses, and `cockpit ...` is its process per
call. tmux-cli gets a tmux server of its own (TMUX_TMPDIR), as cockpit has. Waiting is measured above the second of
silence that both are asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable

from report import report

from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer, write_conf

SILENCE = 1.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tmux-cli", default=shutil.which("tmux-cli"))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not args.tmux_cli:
        print("tmux-cli is not here: see --help for how to get it", file=sys.stderr)
        return 0
    folder = tempfile.mkdtemp(prefix="ckb", dir="/tmp")
    try:
        rival = theirs(args.tmux_cli, folder, args.rounds)
        own = asyncio.run(ours(folder, args.rounds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [
        (what, f"{own[what]:.1f} ms", f"{rival[what]:.0f} ms", f"{rival[what] / own[what]:.0f} x")
        for what in rival
    ]
    report(
        "PaneController and tmux-cli", ("what", "cockpit", "tmux-cli", "quicker"), rows, [], as_json=args.json
    )
    return 0


def theirs(command: str, folder: str, rounds: int) -> dict[str, float]:
    """Medians in ms of tmux-cli on a server of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TMUX")}
    environ["TMUX_TMPDIR"] = folder

    def call(*words: str) -> str:
        done = subprocess.run([command, *words], env=environ, capture_output=True, text=True, check=True)
        return done.stdout

    pane = call("launch", "sh").split()[-1]
    try:
        return {
            "send": blocking(lambda: call("send", "true", f"--pane={pane}", "--delay-enter=0.1"), rounds),
            "capture": blocking(lambda: call("capture", f"--pane={pane}"), rounds),
            "wait idle, above the silence": blocking(
                lambda: call("wait_idle", f"--pane={pane}", f"--idle-time={SILENCE}"), 3
            ) - SILENCE * 1e3,
        }  # fmt: skip
    finally:
        subprocess.run(["tmux", "kill-server"], env=environ, check=False)


async def ours(folder: str, rounds: int) -> dict[str, float]:
    """The same through one live connection."""
    write_conf(f"{folder}/conf")
    server = TmuxServer(f"{folder}/sock", f"{folder}/conf")
    try:
        async with TmuxClient(server) as client:
            window = await server.open_window("bench", folder, ["sh", "-i"], f"{folder}/log")
            pane = PaneController(client, window.pane_id)
            return {
                "send": await awaited(lambda: pane.send_keys("true"), rounds),
                "capture": await awaited(pane.capture_pane, rounds),
                "wait idle, above the silence": await awaited(lambda: pane.wait_for_idle(SILENCE), 3)
                - SILENCE * 1e3,
            }
    finally:
        server.kill()


def blocking(call: Callable[[], object], rounds: int) -> float:
    """Median milliseconds of a call."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


async def awaited(call: Callable[[], Awaitable[object]], rounds: int) -> float:
    """Median milliseconds of a coroutine."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        await call()
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
