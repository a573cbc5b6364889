"""Pictures of the dashboard after a busy day, at three sizes, dark and light."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from cockpit.tui.widgets.hints import Hints
from tests.ui.conftest import MakeStage
from tests.ui.past import Past
from tests.ui.stage import CONFIG, StagedApp, until_text

Compare = Callable[..., bool]


async def settled(pilot: Pilot[int]) -> None:
    """A day is shown."""
    await pilot.press("d", "right_square_bracket")
    for wanted in ("Slots and queue", "18:00"):
        await until_text(pilot, wanted)
    pilot.app.screen.query_one(Hints).visible = False  # another screen's new key is no change of this one


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["narrow", "wide", "huge"])
def test_dashboard(make_stage: MakeStage, snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    stage = make_stage(f'{CONFIG}\n[ui]\ntheme = "cockpit-{theme}"\n')
    Past(stage, 1.1).live_through()
    assert snap_compare(StagedApp(stage), terminal_size=size, run_before=settled)
