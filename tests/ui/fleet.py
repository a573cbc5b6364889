"""A cockpit with everything real: scheduler, tmux, and scripted agents that ask before they go on."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from cockpit.base.clock import Clock
from cockpit.config.load import load_settings
from cockpit.config.places import find_places
from cockpit.controller.context import Context
from cockpit.controller.live import Live
from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import Job
from cockpit.tui.widgets.agent_screen import DockerTmuxController
from tests.ui.stage import main, on_screen, text, until

ASKER = Path(__file__).with_name("asker.sh")
CONFIG = f"""
[scheduler]
slots = 4
grace = "1s"
[projects.web]
path = "repos/web"
user = "alice"
agent = "asker"
[projects.api]
path = "repos/api"
user = "bob"
agent = "asker"
[projects.docs]
path = "repos/docs"
user = "carol"
agent = "shell"
[agents.asker]
command = ["sh", {json.dumps(str(ASKER))}]
[agents.asker.answers]
yes = ["y", "Enter"]
no = ["n", "Enter"]
[[agents.asker.rules]]
name = "allow"
state = "blocked"
region = "cursor_line"
match = ['^Allow .*\\[y/n\\] *$']
[[agents.asker.rules]]
name = "said"
state = "idle"
region = "last_line"
match = ['^you said']
"""


class Fleet:
    """One home with three projects; `open` the cockpit and `run` agents in it."""

    def __init__(self, folder: Path, config: Path, more: str = "", slots: int = 4) -> None:
        for project in ("web", "api", "docs"):
            (folder / "repos" / project).mkdir(parents=True, exist_ok=True)
        config.write_text(more + CONFIG.replace("slots = 4", f"slots = {slots}"), encoding="utf-8")
        places = find_places(os.environ)
        places.make()
        self.context = Context(places, load_settings(places, os.environ), Clock())
        self.live: Live | None = None

    @asynccontextmanager
    async def open(self, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[int]]:
        """The cockpit, which is the scheduler."""
        live = self.live = Live(self.context)
        async with on_screen(live, size) as pilot:
            try:
                yield pilot
            finally:
                for job in live.store.active():
                    await live.kill(job.id)

    async def run(self, project: str, prompt: str = "go on") -> str:
        """Enqueue a job; its id."""
        assert self.live is not None
        request = EnqueueRequest(project=project, prompt=prompt)
        return (await self.live.do(lambda services: services.jobs.enqueue(request))).job_id

    def job(self, job_id: str) -> Job:
        assert self.live is not None
        return self.live.store.get(job_id)


def agent(pilot: Pilot[int]) -> DockerTmuxController:
    """The widget under test."""
    return main(pilot).agent


def shown(pilot: Pilot[int]) -> str:
    """What the agent's screen shows, as the widget has it."""
    return "\n".join(agent(pilot).lines())


async def until_shown(pilot: Pilot[int], wanted: str) -> None:
    """Until the agent's screen shows it."""
    await until(pilot, lambda: wanted in shown(pilot), f"{wanted} in the agent's screen:\n{shown(pilot)}")


async def until_asked(pilot: Pilot[int], count: int = 1) -> None:
    """Until so many agents need a person, and the screen says so."""
    need = f"{count} need{'s' if count == 1 else ''} you"
    await until(pilot, lambda: need in text(pilot), need)
