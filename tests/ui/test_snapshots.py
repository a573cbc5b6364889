"""Pictures of the main screen at three sizes, dark and light; the clock and the job ids stand still."""

from __future__ import annotations

import functools
import random
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from cockpit.domain.ids import new_ids
from tests.ui.stage import Stage, StagedApp, until_text

Compare = Callable[..., bool]
Ready = Callable[[Pilot[int]], Awaitable[None]]


@pytest.fixture
def fleet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Two agents at work, one that failed, and a queue behind them; always under the same ids."""
    drawn = random.Random(7).randbytes
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(new_ids, random_bytes=drawn))
    stage.finish(stage.start("docs"), 3)
    stage.clock.advance(720)
    log = "\x1b[1;32m✓\x1b[0m checked out\n" + "".join(f"step {n}: building part {n}\n" for n in range(1, 9))
    stage.start("web", log=log, progress="62% building part 5")
    stage.start("api", log="reading the tests\n")
    stage.clock.advance(130)
    for n in range(12):
        stage.enqueue(
            ("web", "api", "docs")[n % 3], f"Fix the flaky test number {n}", ("high", "normal", "low")[n % 3]
        )
    stage.enqueue("web", "Write the release notes", not_before=stage.clock.now() + 7_200_000_000)
    stage.store.beat("here", 3, stage.clock.now())
    return stage


async def settled(pilot: Pilot[int]) -> None:
    """All that comes from files and timers has come."""
    await until_text(pilot, "62%")
    if pilot.app.size.width >= 100:
        await until_text(pilot, "step 8")


async def settled_light(pilot: Pilot[int]) -> None:
    pilot.app.theme = "cockpit-light"
    await settled(pilot)


SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("ready", [settled, settled_light], ids=["dark", "light"])
def test_main(fleet: Stage, snap_compare: Compare, size: tuple[int, int], ready: Ready) -> None:
    assert snap_compare(StagedApp(fleet), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_an_empty_home(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[int]) -> None:
        await until_text(pilot, "No job waits.")

    assert snap_compare(StagedApp(stage), terminal_size=size, run_before=ready)
