"""A home for benchmarks of panes: agents by their command lines, and a scheduler in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from cockpit.base.wakeup import WakeListener
from cockpit.controller import QueueController
from cockpit.controller.engine import make_tmux
from cockpit.controller.requests import EnqueueRequest

RULES = """
[[agents.told.rules]]
name = "question"
state = "blocked"
region = "last_line"
match = ['Do you want to proceed\\?']
[[agents.told.rules]]
name = "busy"
state = "working"
region = "last_line"
match = ['^\\* Working']
[[agents.told.rules]]
name = "ready"
state = "idle"
region = "last_line"
match = ['^ready>']
"""
DAEMON = "from cockpit.controller import QueueController; QueueController().run_loop()"


class PanesHome:
    """`queue` to ask, `scheduler` and `tmux` to measure."""

    def __init__(self, folder: str, agents: dict[str, list[str]], count: int) -> None:
        os.environ |= {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
        self.folder = folder
        with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
            file.write(f"[scheduler]\nslots = {count}\ngrace = 0.2\n")
            file.writelines(
                f"[agents.{name}]\ncommand = {json.dumps(argv)}\n{RULES.replace('told', name)}"
                for name, argv in agents.items()
            )
            file.writelines(
                f'[projects.p{number}]\npath = "."\nuser = "u{number}"\n' for number in range(count)
            )
        self.queue = QueueController()
        self.daemon = subprocess.Popen([sys.executable, "-P", "-c", DAEMON], stdin=subprocess.DEVNULL)
        self.scheduler = psutil.Process(self.daemon.pid)

    def start(self, agents: list[str]) -> list[str]:
        """Enqueue one job for each name of an agent, in projects of their own; their ids, once all run."""
        requests = [EnqueueRequest(f"p{number}", "go", agent=agent) for number, agent in enumerate(agents)]
        ids = [accepted.job_id for accepted in self.queue.enqueue_batch(requests)]
        self.until(lambda: all(self.queue.store.get(id_).state == "running" for id_ in ids), 120)
        return ids

    def until(self, seen: Callable[[], bool], seconds: float = 30.0) -> float:
        """Until `seen()`, looked at after each commit by anybody; the moment (time.perf_counter)."""
        end = time.monotonic() + seconds
        with WakeListener(self.queue.context.places.wake) as listener:
            while not seen():
                assert time.monotonic() < end, "it did not come about"
                listener.wait(0.1)
        return time.perf_counter()

    def tmux(self) -> psutil.Process:
        """The tmux server of this home."""
        attempt = self.queue.store.attempt(self.queue.store.active()[0].id, 1)
        assert attempt is not None
        assert attempt.server_pid
        return psutil.Process(attempt.server_pid)

    def close(self) -> None:
        """End scheduler, tmux and all."""
        self.daemon.terminate()
        self.daemon.wait(20)
        with contextlib.suppress(Exception):
            make_tmux(self.queue.context).kill()
        self.queue.close()
        shutil.rmtree(self.queue.context.places.run, ignore_errors=True)


@contextmanager
def panes_home(agents: dict[str, list[str]], count: int) -> Iterator[PanesHome]:
    """A home in a temporary folder, gone afterwards. `agents`: their command lines by name."""
    folder = tempfile.mkdtemp(prefix="cockpit-bench-")
    home = PanesHome(folder, agents, count)
    try:
        yield home
    finally:
        home.close()
        shutil.rmtree(folder, ignore_errors=True)
