"""Pictures of the main screen at the two sizes that matter most; the clock and the job ids stand still."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from cockpit.domain.ids import new_ids
from tests.ui.stage import Stage, StagedApp, until_text

Compare = Callable[..., bool]


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


def test_wide(fleet: Stage, snap_compare: Compare) -> None:
    assert snap_compare(StagedApp(fleet), terminal_size=(120, 40), run_before=settled)


def test_narrow(fleet: Stage, snap_compare: Compare) -> None:
    assert snap_compare(StagedApp(fleet), terminal_size=(80, 24), run_before=settled)
