"""Reading a pane of 200x50 through the live connection, beside one `tmux capture-pane` process per capture.

    process         `tmux capture-pane -p`, one process each, as scripts do it
    libtmux         Pane.capture_pane(), which does the same
    control mode    the same capture through TmuxClient
    with state      PaneController.capture_pane(): text, title, cursor, size in one answer
    key to output   send a key, until `%output` tells that the pane printed it

Limit: a process takes at least 3 times as long as control mode.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable

import libtmux
from report import Limit, report

from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer, write_conf

# A full screen of text, then a program that echoes.
FILL = "i=0; while [ $i -lt 49 ]; do printf '%0199d\\n' $i; i=$((i+1)); done; echo ready; exec cat"


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ckb", dir="/tmp")
    write_conf(f"{folder}/conf")
    server = TmuxServer(f"{folder}/sock", f"{folder}/conf")
    try:
        async with TmuxClient(server) as client:
            await measure(client, folder, args.rounds, args.json)
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


async def measure(client: TmuxClient, folder: str, rounds: int, as_json: bool) -> None:
    server = client.server
    window = await server.open_window("bench", folder, ["sh", "-c", FILL], f"{folder}/log")
    pane = PaneController(client, window.pane_id)
    assert (await pane.wait_for_prompt("^ready$")).seen
    capture = ["capture-pane", "-p", "-t", window.pane_id]
    rival = libtmux.Server(socket_path=server.socket).panes.get(pane_id=window.pane_id)
    assert rival is not None
    process = blocking(
        lambda: subprocess.run([*server.base, *capture], capture_output=True, check=True), rounds
    )
    library = blocking(rival.capture_pane, rounds)
    control = await awaited(lambda: client.command(*capture), rounds)
    state = await awaited(pane.capture_pane, rounds)
    typed = await awaited(key_to_output(client, window.pane_id), rounds)
    named = {
        "process": process,
        "libtmux": library,
        "control mode": control,
        "with state": state,
        "key to output": typed,
    }
    rows = [
        (name, f"{statistics.median(times) * 1e3:.2f}", f"{times[int(len(times) * 0.95)] * 1e3:.2f}",
         f"{statistics.median(process) / statistics.median(times):.1f}")
        for name, times in named.items()
    ]  # fmt: skip
    limits = [
        Limit(
            "process / control mode", statistics.median(process) / statistics.median(control), 3, least=True
        )
    ]
    report(
        "Capture a pane of 200x50",
        ("way", "p50 ms", "p95 ms", "times quicker"),
        rows,
        limits,
        as_json=as_json,
    )


def key_to_output(client: TmuxClient, pane_id: str) -> Callable[[], Awaitable[None]]:
    """Types one letter and returns when the pane has printed it."""
    printed = asyncio.Event()
    client.on_output(pane_id, lambda _: printed.set())

    async def once() -> None:
        printed.clear()
        await client.command("send-keys", "-t", pane_id, "x")
        await printed.wait()

    return once


def blocking(call: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each call, sorted."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return sorted(times)


async def awaited(call: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """As `blocking`, for coroutines."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        await call()
        times.append(time.perf_counter() - begin)
    return sorted(times)


if __name__ == "__main__":
    asyncio.run(main())
