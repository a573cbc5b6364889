"""A desk for tests: an operator's own home, real repositories of several users, the shell agent, a scheduler.

The scheduler runs here as a task (`async with desk.running()`) or as a process of its own (`desk.daemon()`), the way
that `cockpit daemon run` does. Whoever waits, waits for the store's wake-ups, or for a fifo that an agent opens.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psutil

from cockpit.base.wakeup import WakeListener
from cockpit.config.load import load_settings
from cockpit.config.places import Places, find_places
from cockpit.controller import QueueController
from cockpit.controller.daemon import _run
from cockpit.controller.engine import make_tmux
from cockpit.domain.job import ACTIVE, ENDED, Job, State
from cockpit.jobdir.layout import AttemptFolder, JobFolder, job_folder
from cockpit.store.base import Store
from cockpit.tmux.server import TmuxServer

T = TypeVar("T")
PATIENCE = 20.0  # seconds: machines that run tests are shared
PROJECTS = {"web": "alice", "shop": "alice", "api": "bob", "docs": "carol"}
SECTIONS: dict[str, dict[str, Any]] = {
    "scheduler": {"slots": 4, "grace": 0.3},
    "load": {"ceiling": 1.0},  # machines that run tests are busy
    "retry": {"base": 0.02, "maximum": 0.1, "jitter": 0.0},
}
_DAEMON = (
    "import sys; from cockpit.controller import QueueController;"
    "sys.exit(QueueController().run_loop(until_idle='--until-idle' in sys.argv))"
)


class HomeLike(Protocol):
    """What tests/conftest.py:Home is."""

    @property
    def state(self) -> Path: ...
    @property
    def config(self) -> Path: ...


class Desk:
    """One operator's home. `marks` is a folder that scripts of jobs may write to."""

    def __init__(self, home: HomeLike, folder: Path, repository: Path | None = None) -> None:
        self.home = home
        self.marks = folder / "marks"
        self.marks.mkdir()
        for project in PROJECTS:
            _make_repository(folder / "repos" / project, repository)
        self.repos = folder / "repos"
        self.configure()
        self._queue: QueueController | None = None
        self._daemons: list[subprocess.Popen[bytes]] = []

    # -- configuration

    def configure(self, **sections: dict[str, Any]) -> None:
        """Write the configuration, as a person's editor would: SECTIONS with these sections laid over."""
        merged = {name: SECTIONS.get(name, {}) | sections.get(name, {}) for name in SECTIONS | sections}
        projects = merged.pop("projects", {})
        agents = merged.pop("agents", {})
        tables = [(f"{name}", values) for name, values in merged.items()]
        for name, user in PROJECTS.items():
            base = {"path": str(self.repos / name), "user": user, "agent": "shell"}
            if (own := projects.get(name, {})) is not None:
                tables.append((f"projects.{name}", base | own))
        tables += [(f"agents.{name}", values) for name, values in agents.items()]
        temporary = self.home.config.with_suffix(".new")
        temporary.write_text("\n".join(_table(*table) for table in tables), encoding="utf-8")
        temporary.replace(self.home.config)

    # -- what is there

    @property
    def places(self) -> Places:
        return find_places(os.environ)

    @property
    def queue(self) -> QueueController:
        """A controller in this process, as a command or another cockpit has one."""
        if self._queue is None:
            self._queue = QueueController()
        return self._queue

    @property
    def store(self) -> Store:
        return self.queue.store

    @property
    def tmux(self) -> TmuxServer:
        return make_tmux(self.queue.context)

    def add(self, project: str, script: str, **options: Any) -> str:
        """Enqueue a script; its job id."""
        self.queue.context.settings = load_settings(self.places, os.environ)
        return self.queue.enqueue(project, script, **options)[0]

    def job(self, job_id: str) -> Job:
        return self.store.get(job_id)

    def folder(self, job_id: str) -> JobFolder:
        return job_folder(self.places.jobs, job_id)

    def attempt(self, job_id: str, number: int = 1) -> AttemptFolder:
        return self.folder(job_id).attempt(number)

    def output(self, job_id: str) -> str:
        """What its current attempt printed, line ends as the terminal made them."""
        return Path(self.folder(job_id).path, "output.log").read_bytes().decode(errors="replace")

    def status(self, job_id: str) -> dict[str, Any]:
        """status.json; every key is None while there is none."""
        path = Path(self.folder(job_id).status)
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return defaultdict(lambda: None, found)

    def marked(self, name: str) -> list[str]:
        """The lines that scripts appended to a mark; empty while there is none."""
        path = self.marks / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def kinds(self, job_id: str) -> list[str]:
        """The job's history, by the names of its events."""
        return [event.kind for event in self.store.events(job_id)]

    def processes(self) -> list[psutil.Process]:
        """Everything alive that belongs to an attempt of this home, by its environment."""
        home, found = os.fsencode(self.places.home), []
        for pid in psutil.pids():
            variables = _variables(pid)
            if variables.get(b"COCKPIT_HOME") == home and b"COCKPIT_FENCE" in variables:
                with contextlib.suppress(psutil.NoSuchProcess):
                    found.append(psutil.Process(pid))
        return found

    def gate(self, name: str) -> Gate:
        """A fifo that a script waits at: `f"read x <{gate.path}"`."""
        return Gate(self.marks / f"{name}.gate")

    # -- waiting

    async def until(self, seen: Callable[[], T], what: str, *, net: float = 0.25) -> T:
        """Look again at every commit (and each `net` seconds) until `seen()` is true; its value."""
        self.store.counts()  # makes the home
        loop, woken, end = asyncio.get_running_loop(), asyncio.Event(), time.monotonic() + PATIENCE
        with WakeListener(self.places.wake) as listener:
            loop.add_reader(listener.fileno(), lambda: (listener.drain(), woken.set()))
            try:
                while not (found := seen()):
                    assert time.monotonic() < end, f"waited for {what}; {self.tell()}"
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(net):
                            await woken.wait()
                    woken.clear()
            finally:
                loop.remove_reader(listener.fileno())
        return found

    async def appears(self, seen: Callable[[], T], what: str) -> T:
        """As `until`, for files and processes, which wake nobody."""
        return await self.until(seen, what, net=0.01)

    async def in_state(self, job_id: str, *states: State) -> Job:
        await self.until(lambda: self.job(job_id).state in states, f"{job_id} to be {'/'.join(states)}")
        return self.job(job_id)

    async def ended(self, *job_ids: str) -> list[Job]:
        """The jobs, when all have ended."""
        await self.until(
            lambda: all(self.job(id_).state in ENDED for id_ in job_ids), f"the end of {job_ids}"
        )
        return [self.job(id_) for id_ in job_ids]

    def wait(self, seen: Callable[[], T], what: str, *, net: float = 0.1) -> T:
        """`until` without an event loop."""
        self.store.counts()  # makes the home
        end = time.monotonic() + PATIENCE
        with WakeListener(self.places.wake) as listener:
            while not (found := seen()):
                assert time.monotonic() < end, f"waited for {what}; {self.tell()}"
                listener.wait(net)
        return found

    def tell(self) -> str:
        """How things stand, for a test that failed."""
        jobs = [(j.id, j.project, str(j.state), j.reason, j.attempt) for j in self.store.jobs()]
        logs = [Path(self.places.log), *sorted(self.marks.glob("daemon-*.log"))]
        told = "\n".join(each.read_text(encoding="utf-8") for each in logs if each.exists())
        return f"jobs: {jobs}; logs: {told}"

    # -- schedulers

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[int]]:
        """A scheduler in this event loop, as a cockpit has one."""
        context = QueueController().context
        task = asyncio.create_task(_run(context, until_idle=False))
        try:
            await self.until(lambda: task.done() or self.scheduler_pid() == os.getpid(), "the scheduler")
            yield task
        finally:
            task.cancel()
            _, hanging = await asyncio.wait([task], timeout=PATIENCE)
            assert not hanging, f"the scheduler does not end: {asyncio.all_tasks()}"

    def scheduler_pid(self) -> int | None:
        node = self.store.node()
        return node.process.pid if node is not None and node.running() else None

    def daemon(self, *words: str, crash_at: str | None = None) -> subprocess.Popen[bytes]:
        """A scheduler in a process of its own; `--until-idle` is understood."""
        environ = dict(os.environ) | ({"COCKPIT_CRASH_AT": crash_at} if crash_at else {})
        log = self.marks / f"daemon-{len(self._daemons)}.log"
        with open(log, "wb") as output:
            started = subprocess.Popen(
                [sys.executable, "-P", "-c", _DAEMON, *words],
                env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self._daemons.append(started)
        return started

    def run_until_idle(self) -> int:
        """A whole run of a scheduler of its own; its exit code."""
        return self.daemon("--until-idle").wait(PATIENCE * 2)

    def close(self) -> None:
        """End every process of this desk. The tmux server is the business of the `home` fixture."""
        for daemon in self._daemons:
            daemon.kill()
            daemon.wait(10)
        if self._queue is not None:
            self._queue.close()
        for each in self.processes():
            with contextlib.suppress(psutil.Error):
                each.send_signal(signal.SIGKILL)


class Gate:
    """A fifo. `open()` lets through whoever waits at it."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path

    @property
    def waits(self) -> str:
        """A script's line that stands here until the gate is opened."""
        return f"read _ <{self.path} || :"

    def has_somebody(self) -> bool:
        """Does somebody wait?"""
        with contextlib.suppress(OSError):
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
            return True
        return False


def in_pane_of(socket: str, server_pid: int) -> list[str]:
    """Whoever was started in a pane of that tmux server: pid, state, command."""
    mine = f"{socket},{server_pid},".encode()
    found = [
        psutil.Process(each) for each in psutil.pids() if _variables(each).get(b"TMUX", b"").startswith(mine)
    ]
    return [f"{each.pid} {each.status()} {each.cmdline()}" for each in found]


def _variables(pid: int) -> dict[bytes, bytes]:
    """The environment that a process was started with; empty when it is gone or a zombie."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
        return dict(pair.split(b"=", 1) for pair in file.read().split(b"\0") if b"=" in pair)
    return {}


def _make_repository(path: Path, template: Path | None) -> None:
    if template is None:
        path.mkdir(parents=True)
    else:
        subprocess.run(["cp", "-r", str(template), _made_parent(path)], check=True)


def _made_parent(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path)


def _table(name: str, values: dict[str, Any]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_value(value)}" for key, value in values.items()), ""])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


def still_active(store: Store) -> list[str]:
    """Ids of the jobs that hold a grant."""
    return [job.id for job in store.active() if job.state in ACTIVE]


def iterate(seconds: float) -> Iterator[float]:
    """Until `seconds` are over: how much is left."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        yield left
