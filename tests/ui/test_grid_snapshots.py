"""Pictures of the grid at three sizes, dark and light, with screens that were recorded once."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from cockpit.domain.ids import new_ids
from cockpit.tui.screens.grid import GridScreen
from cockpit.tui.widgets.tile import Tile
from tests.ui.gridstage import GridStage
from tests.ui.stage import Stage, StagedApp, until

Compare = Callable[..., bool]


@pytest.fixture
def fleet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> GridStage:
    drawn = random.Random(7).randbytes
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(new_ids, random_bytes=drawn))
    return GridStage(stage, monkeypatch)


async def dark(pilot: Pilot[int]) -> None:
    """The grid is open, and every tile has its picture."""
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, GridScreen) and pilot.app.screen.query(Tile))
    await until(pilot, lambda: all(tile.picture.captured for tile in pilot.app.screen.query(Tile)))
    await pilot.pause(0.1)


async def light(pilot: Pilot[int]) -> None:
    pilot.app.theme = "cockpit-light"
    await dark(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("colours", [dark, light], ids=["dark", "light"])
def test_grid(fleet: GridStage, snap_compare: Compare, size: tuple[int, int], colours: object) -> None:
    assert snap_compare(StagedApp(fleet.stage), terminal_size=size, run_before=colours)
