"""The grid over real panes: five agents in tmux, of which one asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from cockpit.tui.screens.grid import GridScreen
from cockpit.tui.widgets.tile import Tile
from tests.conftest import Home
from tests.ui.fleet import Fleet
from tests.ui.stage import text, until, until_text

pytestmark = pytest.mark.tmux
APART = "[per_user_serialization]\nenabled = false\n"  # one job per user at a time would be three


def tiles(pilot: Pilot[int]) -> list[Tile]:
    found = [tile for tile in pilot.app.screen.query(Tile) if tile.region.height]  # laid out
    return sorted(found, key=lambda tile: (tile.region.y, tile.region.x))


async def test_the_one_that_asks_comes_first_is_answered_and_typed_to(home: Home, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, home.config, APART, slots=8)
    async with fleet.open((200, 60)) as pilot:
        await fleet.run("docs", "while :; do date +%N; sleep 0.05; done")
        for number in range(3):
            await fleet.run("docs", f"printf '\\033[32mnumber {number}\\033[0m\\n'; exec cat")
        await until_text(pilot, "4 running")
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, GridScreen) and len(tiles(pilot)) == 4)
        asker = await fleet.run("web")
        await until(pilot, lambda: len(tiles(pilot)) == 5 and tiles(pilot)[0].job_id == asker)
        await until_text(pilot, "1 needs you")
        first = tiles(pilot)[0]
        await until(pilot, lambda: first.picture.shows_whole("Allow it? [y/n]"))
        await pilot.press("n", "y")
        await until(pilot, lambda: "you said <y>" in "\n".join(first.picture.lines()))
        await pilot.press("i")
        await until_text(pilot, "TYPING: ctrl+] leaves")
        await pilot.press(*"j q", "enter")
        await until(pilot, lambda: "heard <j q>" in "\n".join(first.picture.lines()))
        await pilot.press("ctrl+right_square_bracket")
        await until(pilot, lambda: "TYPING" not in text(pilot))
        assert all(tile.picture.captured.size == (200, 50) for tile in tiles(pilot)), (
            "no window is made smaller"
        )
        await pilot.press("K")
        await until_text(pilot, "Kill it")
        await pilot.press("enter")


async def test_a_tile_is_captured_ten_times_a_second_at_most(home: Home, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, home.config)
    async with fleet.open((200, 60)) as pilot:
        await fleet.run("docs", "while :; do date +%N; done")
        await until_text(pilot, "1 running")
        await pilot.press("m")
        await until(pilot, lambda: bool(tiles(pilot)) and tiles(pilot)[0].picture.follower.captures > 2)
        picture = tiles(pilot)[0].picture
        clock = pilot.app._loop.time  # type: ignore[union-attr]  # it runs
        begun, before = clock(), picture.follower.captures
        await until(pilot, lambda: picture.follower.captures >= before + 10)
        assert clock() - begun > 0.85
        await pilot.press("escape")
        await until(pilot, lambda: picture.pane is None)
