"""A cockpit on a stage: a real store, a real `Live`, a clock that stands still, and jobs put where a test wants them.

The stage holds the election, so that no scheduler starts anything: what runs is what the test says.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from cockpit.base import process
from cockpit.base.clock import ManualClock
from cockpit.config.load import load_settings
from cockpit.config.places import find_places
from cockpit.controller.context import Context
from cockpit.controller.live import Live
from cockpit.controller.opening import open_store
from cockpit.domain.job import Job, NewJob, Priority
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.jobdir.layout import job_folder
from cockpit.scheduler.election import Election
from cockpit.tui.app import CockpitApp
from cockpit.tui.screens.main import MainScreen
from tests.ui.settling import painted, settled

CONFIG = """
[scheduler]
slots = 3
[projects.web]
path = "repos/web"
user = "alice"
[projects.api]
path = "repos/api"
user = "bob"
[projects.docs]
path = "repos/docs"
user = "carol"
"""
NOON = 1_700_049_600_000_000  # 2023-11-15 12:00 UTC
OWNERS = {"web": "alice", "api": "bob", "docs": "carol"}


class Stage:
    """One home. Make jobs, then `open` the cockpit over them."""

    def __init__(self, folder: Path, config: Path, text: str = CONFIG) -> None:
        for project in OWNERS:
            (folder / "repos" / project).mkdir(parents=True, exist_ok=True)
        config.write_text(text, encoding="utf-8")
        places = find_places(os.environ)
        places.make()
        self.clock = ManualClock(NOON)
        self.context = Context(places, load_settings(places, os.environ), self.clock)
        self.store = open_store(places)
        self._election = Election(places.lock)
        assert self._election.try_win()
        self.store.register_node("here", "cockpit", process.current(), 3, NOON)

    def close(self) -> None:
        self.store.close()
        self._election.resign()

    def enqueue(
        self, project: str = "web", prompt: str = "Fix it", priority: str = "normal", **more: object
    ) -> str:
        """A job in the queue; its id."""
        new = NewJob(project, OWNERS[project], "shell", prompt, Priority.parse(priority), **more)  # type: ignore[arg-type]  # by name
        return self.store.enqueue([new], self.clock.now())[0].job_id

    def start(self, project: str = "web", log: str = "", progress: str = "", prompt: str = "Build it") -> Job:
        """A job that runs, as far as the store and its folder say."""
        wanted = self.enqueue(project, prompt, "critical")
        claim = self.store.claim(100, 3600, self.clock.now())
        assert claim is not None
        assert claim.job_id == wanted
        folder = Path(job_folder(self.context.places.jobs, wanted).attempt(claim.attempt).path)
        folder.mkdir(parents=True)
        (folder / "output.log").write_text(log, encoding="utf-8")
        if progress:
            (folder / "progress.md").write_text(progress, encoding="utf-8")
        now = self.clock.now()
        self.store.starting(
            wanted, claim.fence, now, window="@1", pane="%1", process=process.current(), server_pid=1
        )
        return self.store.running(wanted, claim.fence, now)

    def log(self, job: Job) -> Path:
        """The job's output.log."""
        return Path(job_folder(self.context.places.jobs, job.id).attempt(job.attempt).log)

    def finish(self, job: Job, code: int = 0) -> Job:
        """Its agent has exited."""
        end = AttemptEnd(Cause.EXITED, f"exit code {code}", code)
        return self.store.finish(job.id, job.fence or 0, end, self.clock.now())

    @asynccontextmanager
    async def open(self, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[int]]:
        """The cockpit over this home, with its real live parts."""
        async with on_screen(Live(self.context), size) as pilot:
            yield pilot


@asynccontextmanager
async def on_screen(live: Live, size: tuple[int, int]) -> AsyncIterator[Pilot[int]]:
    """The cockpit over these live parts, which are started and ended with it."""
    await live.start()
    try:
        async with CockpitApp(live).run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield pilot
    finally:
        await live.stop()


class StagedApp(CockpitApp):
    """Starts its live parts itself, as if it were the scheduler; snapshots run apps on a loop of their own."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(Live(stage.context))
        self.live.role = "scheduler"

    async def on_load(self) -> None:
        await self.live.start()

    async def on_unmount(self) -> None:
        await self.live.stop()


def lines(pilot: Pilot[int]) -> list[str]:
    """What stands on the screen, line by line, without colours."""
    if covered := getattr(pilot.app, "covered", ""):
        return [str(covered)]
    screen = pilot.app.screen
    rows = screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in rows]


def text(pilot: Pilot[int]) -> str:
    """What stands on the screen."""
    return "\n".join(lines(pilot))


def main(pilot: Pilot[int]) -> MainScreen:
    """The main screen, whatever lies above it."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, MainScreen))


async def until(pilot: Pilot[int], holds: object, what: str = "") -> None:
    """Let the app work until `holds()` is true, looking after each painting; fails after ten seconds."""
    assert callable(holds)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        await settled()
        pilot.app.screen._on_timer_update()  # what is due is painted now
        if holds():
            return
        await painted(0.02)
    raise AssertionError(f"never: {what or holds}\n{text(pilot)}")


async def until_text(pilot: Pilot[int], wanted: str) -> None:
    """Until `wanted` stands on the screen."""
    await until(pilot, lambda: wanted in text(pilot), wanted)
