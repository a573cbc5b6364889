"""Pictures of the main screen while an agent asks: its real pane, at the two sizes that matter most."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cockpit.base import process
from cockpit.controller.engine import make_tmux
from cockpit.domain.ids import new_ids
from cockpit.domain.screen import AgentState, PaneState
from cockpit.jobdir.layout import job_folder
from tests.ui.conftest import MakeStage
from tests.ui.fleet import ASKER, CONFIG, agent
from tests.ui.stage import Stage, StagedApp, until, until_text

pytestmark = pytest.mark.tmux
Compare = Callable[..., bool]


@pytest.fixture
def asking(make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Alice's agent asks, Carol's works; always under the same ids."""
    drawn = random.Random(7).randbytes
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(new_ids, random_bytes=drawn))
    stage = make_stage(CONFIG)
    stage.start("docs", log="reading\n", progress="40% half way")
    stage.clock.advance(300)
    job_id = stage.enqueue("web", "Clean up", "critical")
    claim = stage.store.claim(100, 3600, stage.clock.now())
    assert claim is not None
    folder = Path(job_folder(stage.context.places.jobs, job_id).attempt(claim.attempt).path)
    folder.mkdir(parents=True)
    server = make_tmux(stage.context)
    window = asyncio.run(
        server.open_window(job_id, str(folder), ["sh", str(ASKER)], str(folder / "output.log"))
    )
    now = stage.clock.now()
    stage.store.starting(
        job_id, claim.fence, now, window=window.window_id, pane=window.pane_id, process=process.current(),
        server_pid=window.server_pid,
    )  # fmt: skip
    stage.store.running(job_id, claim.fence, now)
    seen = AgentState(PaneState.BLOCKED, "allow", "Allow it? [y/n]", now)
    assert stage.store.set_agent_state(job_id, claim.fence, seen)
    stage.clock.advance(130)
    stage.enqueue("api", "Fix the flaky test")
    stage.store.beat("here", 3, stage.clock.now())
    return stage


async def settled(pilot: Pilot[int]) -> None:
    """The agent that asks is selected, and its screen is there."""
    await until_text(pilot, "1 needs you")
    await pilot.press("n")
    await until(pilot, lambda: agent(pilot).shows_whole("Allow it? [y/n]"))
    await until_text(pilot, "Allow it? [y/n]")


def test_an_agent_asks_wide(asking: Stage, snap_compare: Compare) -> None:
    assert snap_compare(StagedApp(asking), terminal_size=(120, 40), run_before=settled)


def test_an_agent_asks_narrow(asking: Stage, snap_compare: Compare) -> None:
    assert snap_compare(StagedApp(asking), terminal_size=(80, 24), run_before=settled)
