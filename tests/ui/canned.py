"""Agents' screens as they were recorded once, in the place of panes: always the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest

from cockpit.base.errors import Conflict
from cockpit.controller.panes import Panes
from cockpit.domain.job import Job
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import Screen

SCREENS = Path(__file__).parent.parent / "fixtures" / "screens"


class CannedClient:
    """Nobody prints anything."""

    degraded = None

    def on_output(self, _pane: str | None, _call: object) -> Callable[[], None]:
        return lambda: None

    def on_news(self, _call: object) -> Callable[[], None]:
        return lambda: None

    def flooding(self, _pane: str) -> bool:
        return False

    async def command(self, *_: str, again: bool = False) -> str:  # as TmuxClient has it
        raise Conflict("this is a recorded screen")


class CannedPane(PaneController):
    """A pane that always shows the recorded screen `name`, as `claude/idle-answered-120`."""

    def __init__(self, name: str) -> None:
        super().__init__(cast("TmuxClient", CannedClient()), "%1")
        said = json.loads((SCREENS / f"{name}.json").read_text(encoding="utf-8"))
        column, row = said["cursor"]
        self.captures = 0
        self.screen = Screen(
            "%1", "@1", tuple(said["ansi"]), said["title"], said["agent"], (column, row), True,
            (said["columns"], said["rows"]), False, False, 0, 1, "", said["dead"], True, 0,
        )  # fmt: skip

    async def capture_pane(self, lines: int | None = None, escapes: bool = False) -> Screen:
        self.captures += 1
        if not lines:
            return self.screen
        past = tuple(f"what it printed before, {number}" for number in range(1, 101))
        return dataclasses.replace(self.screen, lines=past + self.screen.lines)


def use(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str]) -> dict[str, CannedPane]:
    """From now on the jobs of these ids have recorded screens; the panes by id."""
    panes = {job_id: CannedPane(name) for job_id, name in names.items()}

    async def canned(_: Panes, job: Job) -> PaneController:
        return panes[job.id]

    monkeypatch.setattr(Panes, "of", canned)
    return panes
