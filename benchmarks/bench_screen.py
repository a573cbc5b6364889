"""From an agent's pane to the person's eyes: a real cockpit on a terminal of 200x50, watched from outside it.

    output        an agent prints a line, until that line stands on the cockpit's screen
    question      an agent asks, until its row says NEEDS YOU and the question
    answer        y is pressed, until the agent has taken the answer and the cockpit shows what it said
    key to echo   a key in typing mode, until its echo stands on the cockpit's screen
    own key       a key of the cockpit's own (Tab), until its effect stands on its screen
    flooded       the same while the shown pane prints without end
    bare echo     the same key into the same kind of pane without a cockpit: what tmux alone takes
    50 printing   50 agents print 10 lines a second each; one of them is shown, then four of them side by side: CPU
                  of cockpit and its tmux

The terminal is a tmux server of its own; looking into it costs about a millisecond, which is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TextIO

import psutil
from report import Limit, report

from cockpit.base.files import read_text
from cockpit.controller import QueueController
from cockpit.controller.engine import make_tmux
from cockpit.controller.requests import EnqueueRequest
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer, write_conf

TALKER = """
import sys, time
print("ready", flush=True)
for line in sys.stdin:
    what = line.strip()
    if what.startswith("ticks"):
        for _ in range(int(what.split()[1])):
            print(f"tick {time.time_ns()} end", flush=True)
            time.sleep(0.25)
    elif what.startswith("ask"):
        for _ in range(int(what.split()[1])):
            time.sleep(0.5)
            asked = time.time_ns()
            print(f"Q{asked // 1000 % 10**9}? [y/n] ", end="", flush=True)
            sys.stdin.readline()
            print(f"answered {asked}", flush=True)
    elif what == "flood":
        n = 0
        while True:
            print(f"line {n} of a flood that never ends", n * 7919)
            n += 1
    else:
        print(f"said {what}", flush=True)
"""
CONFIG = """
[scheduler]
slots = 100
[per_user_serialization]
enabled = false
[projects.p]
path = "."
user = "u"
[agents.talker]
command = ["{python}", "{talker}"]
answers = {{ yes = ["y", "Enter"], no = ["n", "Enter"] }}
[[agents.talker.rules]]
name = "ask"
state = "blocked"
region = "cursor_line"
match = ['^Q\\d+\\? \\[y/n\\] *$']
"""


class Bench:
    """A cockpit in a terminal; `screen` is that terminal."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        os.environ |= {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
        with open(f"{folder}/talker.py", "w", encoding="utf-8") as file:
            file.write(TALKER)
        with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
            file.write(CONFIG.format(python=sys.executable, talker=f"{folder}/talker.py"))
        self.queue = QueueController()
        write_conf(f"{folder}/conf")
        self.server = TmuxServer(f"{folder}/sock", f"{folder}/conf")
        self.client = TmuxClient(self.server)
        self.changed = asyncio.Event()
        self.pid = 0

    async def start(self) -> None:
        await self.client.start()
        words = [f"{name}={os.environ[name]}" for name in ("COCKPIT_HOME", "COCKPIT_CONFIG")]
        command = shlex.join(["env", *words, "COLORTERM=truecolor", sys.executable, "-m", "cockpit"])
        script = f"echo $$ >{self.folder}/pid; exec {command}"
        window = await self.server.open_window(
            "screen", self.folder, ["sh", "-c", script], f"{self.folder}/log"
        )
        self.screen = PaneController(self.client, window.pane_id)
        self.client.on_output(window.pane_id, lambda _: self.changed.set())
        await self.until(lambda text: "No job waits" in text)
        self.pid = int(read_text(f"{self.folder}/pid"))

    async def stop(self) -> None:
        if self.pid:
            psutil.Process(self.pid).terminate()
            await asyncio.to_thread(psutil.Process(self.pid).wait, 20) if psutil.pid_exists(
                self.pid
            ) else None
        make_tmux(self.queue.context).kill()
        await self.client.close()
        self.server.kill()
        shutil.rmtree(self.queue.context.places.run, ignore_errors=True)

    async def text(self) -> str:
        return (await self.screen.capture_pane()).text

    async def until(self, holds: Callable[[str], object], seconds: float = 30.0) -> float:
        """Seconds until the terminal shows it; looked at whenever it is written to."""
        begun = time.perf_counter()
        while True:
            self.changed.clear()
            text = await self.text()
            if holds(text):
                return time.perf_counter() - begun
            if time.perf_counter() - begun > seconds:
                raise TimeoutError(f"never:\n{text}")
            try:
                async with asyncio.timeout(1.0):
                    await self.changed.wait()
            except TimeoutError:
                pass

    async def press(self, *keys: str) -> None:
        await self.client.command("send-keys", "-t", self.screen.pane_id, "--", *keys)

    async def tell(self, what: str) -> None:
        """A line for the shown agent, in typing mode."""
        await self.press("i")
        await self.until(lambda text: "TYPING" in text)
        await self.client.command("send-keys", "-t", self.screen.pane_id, "-l", "--", what)
        await self.press("Enter")

    async def leave(self) -> None:
        await self.press("C-]")
        await self.until(lambda text: "TYPING" not in text)


async def output(bench: Bench, rounds: int) -> list[float]:
    """Age of each tick when it was first seen."""
    await bench.tell(f"ticks {rounds}")
    await bench.leave()
    ages: dict[str, float] = {}

    def look(text: str) -> bool:
        now = time.time_ns()
        for tick in re.findall(r"tick (\d{16,}) end", text):
            ages.setdefault(tick, (now - int(tick)) / 1e9)
        return len(ages) >= rounds

    await bench.until(look, rounds)
    return list(ages.values())[4:]  # those that passed while typing mode was left don't count


async def question(bench: Bench, rounds: int) -> tuple[list[float], list[float]]:
    """From asked to shown, and from y to the agent's word."""
    await bench.tell(f"ask {rounds}")
    await bench.leave()
    shown, answered = [], []
    done: set[str] = set()
    for _ in range(rounds):
        asked = ""

        def look(text: str) -> bool:
            nonlocal asked
            found = re.search(r"NEEDS YOU.*?(Q(\d+)\?)", text)
            asked = found[2] if found and found[2] not in done else ""
            return bool(asked)

        await bench.until(look)
        shown.append((time.time_ns() // 1000 % 10**9 - int(asked)) / 1e6)
        done.add(asked)
        await bench.until(lambda text, asked=asked: f"Q{asked}? [y/n]" in text.split("sends")[-1])
        begun = time.perf_counter()
        await bench.press("y")
        await bench.until(lambda text, asked=asked: re.search(rf"answered \d*{asked}", text))
        answered.append(time.perf_counter() - begun)
    return shown, answered


async def echo(bench: Bench, rounds: int) -> list[float]:
    """A letter at a time, in typing mode."""
    await bench.press("i")
    await bench.until(lambda text: "TYPING" in text)
    times = []
    for n in range(1, rounds + 1):
        begun = time.perf_counter()
        await bench.press("z")
        await bench.until(lambda text, n=n: text.count("z") >= n)
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.07)
    await bench.press("Enter")
    await bench.leave()
    return times


async def bare_echo(bench: Bench, rounds: int) -> list[float]:
    window = await bench.server.open_window("bare", bench.folder, ["cat"], f"{bench.folder}/log2")
    pane = PaneController(bench.client, window.pane_id)
    printed = asyncio.Event()
    bench.client.on_output(window.pane_id, lambda _: printed.set())
    times = []
    for n in range(1, rounds + 1):
        begun = time.perf_counter()
        await bench.client.command("send-keys", "-t", window.pane_id, "z")
        printed.clear()
        while (await pane.capture_pane()).text.count("z") < n:
            await printed.wait()
            printed.clear()
        times.append(time.perf_counter() - begun)
    await pane.kill()
    return times


async def flood(bench: Bench) -> None:
    """The shown agent prints without end."""
    await bench.tell("flood")
    await bench.leave()
    await bench.until(lambda text: "of a flood" in text)


async def own_key(bench: Bench, rounds: int) -> list[float]:
    """Tab moves the focus from the agents to the locks, and back: the mark of the selected row moves with it."""
    times = []
    await bench.press("Escape")
    for _ in range(8):
        await asyncio.sleep(0.3)  # an Escape and a Tab right behind it would be one key
        if _marked(await bench.text(), " talk"):
            break
        await bench.press("Tab")
    for n in range(rounds):
        begun = time.perf_counter()
        await bench.press("BTab" if n % 2 else "Tab")
        await bench.until(lambda text, n=n: _marked(text, " talk" if n % 2 else " left"))
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.13)
    return times


def _marked(text: str, word: str) -> bool:
    return any("▌" in line and word in line.split("││")[0] for line in text.split("\n"))


async def printing(bench: Bench, agents: int, seconds: float) -> dict[str, float]:
    """Shares of one core, cockpit and the tmux server of its agents, by how many agents are shown."""
    lines = f"{bench.folder}/lines"
    requests = [EnqueueRequest("p", f"exec tail -n1 -f {lines}") for _ in range(agents)]
    with open(lines, "w", encoding="utf-8") as file:  # noqa: ASYNC230  # a file in /tmp
        bench.queue.enqueue_batch(requests)
        await bench.until(lambda text: f"{agents} running" in text, 120)
        await bench.press("Tab")
        one = await _share(bench, file, seconds)
        await bench.press("m")
        await bench.until(_TILES.search)
        for _ in range(9):
            found = _TILES.search(await bench.text())
            assert found
            if int(found[1]) == _FOUR:
                break
            await bench.press("-" if int(found[1]) > _FOUR else "+")
            await bench.until(lambda text, was=found[0]: was not in text)
        return {"one": one, "four": await _share(bench, file, seconds)}


_FOUR = 4
_TILES = re.compile(r"1-(\d) of \d+ agents")


async def _share(bench: Bench, file: TextIO, seconds: float) -> float:
    """Write ten lines a second for so long, once that goes on for a while."""
    tmux = next(
        p for p in psutil.process_iter(["cmdline"]) if _serves(p, bench.queue.context.places.tmux_socket)
    )
    counted = [psutil.Process(bench.pid), tmux]
    before, begun = 0.0, 0.0
    end = time.perf_counter() + _SETTLING + seconds
    while (now := time.perf_counter()) < end:
        if not begun and now > end - seconds:
            before, begun = _cpu(counted), now
        file.write(f"a line of output at {time.time()}\n")
        file.flush()
        await asyncio.sleep(0.1)
    return (_cpu(counted) - before) / (time.perf_counter() - begun)


_SETTLING = 3.0  # seconds


def _serves(process: psutil.Process, socket: str) -> bool:
    words = process.info["cmdline"] or []
    return (socket in words and "new-session" in words) or (words[:1] == ["tmux: server"] and socket in words)


def _cpu(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=60, help="0: only what printing costs")
    parser.add_argument("--agents", type=int, default=50, help="0: only how long things take")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ckb", dir="/tmp")
    bench = Bench(folder)
    try:
        await bench.start()
        named = await delays(bench, args.rounds) if args.rounds else {}
        shares = await printing(bench, args.agents, args.seconds) if args.agents else {}
    finally:
        await bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    tell(named, shares, args)


async def delays(bench: Bench, rounds: int) -> dict[str, list[float]]:
    """How long what took, in seconds, by what it was."""
    named: dict[str, list[float]] = {}
    bench.queue.enqueue_batch([EnqueueRequest("p", "talk", agent="talker")])
    await bench.until(lambda text: "ready" in text)
    named["output"] = await output(bench, rounds)
    named["question"], named["answer"] = await question(bench, max(10, rounds // 3))
    named["key to echo"] = await echo(bench, rounds)
    named["bare echo"] = await bare_echo(bench, rounds)
    named["own key"] = await own_key(bench, rounds)
    await flood(bench)
    named["own key, flooded"] = await own_key(bench, rounds)
    for job in bench.queue.store.active():
        bench.queue.kill(job.id)
    await bench.until(lambda text: " 0 running" in text)
    return named


_LIMITS = (
    ("output on screen, p95 ms", "output", 150),
    ("question on screen, p95 ms", "question", 300),
    ("key under flood, p95 ms", "own key, flooded", 50),
)


def tell(named: dict[str, list[float]], shares: dict[str, float], args: argparse.Namespace) -> None:
    late = {name: sorted(times)[int(len(times) * 0.95)] for name, times in named.items()}
    rows = [
        (name, f"{statistics.median(times) * 1e3:.0f} ms", f"{late[name] * 1e3:.0f} ms")
        for name, times in named.items()
    ]
    limits = [Limit(name, late[of] * 1e3, most) for name, of, most in _LIMITS if of in late]
    printed = f"{args.agents} agents printing 10 lines/s"
    limits += [
        Limit(f"{printed}, {shown} visible: share of one core, %", share * 100, 25)
        for shown, share in shares.items()
    ]
    report("From an agent's pane to the screen", ("what", "p50", "p95"), rows, limits, as_json=args.json)


if __name__ == "__main__":
    asyncio.run(main())
