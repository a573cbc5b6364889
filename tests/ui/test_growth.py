"""What was opened and closed again is gone: a cockpit is open for weeks."""

from __future__ import annotations

import gc
from collections import Counter

from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.ui.stage import Stage, main, until, until_text

DOORS = ("d", "f", "m", "l", "question_mark", "e", "T", "ctrl+p")
"""Screens and dialogs, each left by escape."""


def living() -> Counter[str]:
    """How many widgets and lines there are, by kind; those that nobody refers to are not."""
    gc.collect()
    return Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, (Widget, Strip)))


async def look_round(pilot: Pilot[int]) -> None:
    """Open and leave everything."""
    for door in DOORS:
        await pilot.press(door)
        await until(pilot, lambda: pilot.app.screen is not main(pilot), door)
        while pilot.app.screen is not main(pilot):
            await pilot.press("escape")


async def test_whatever_was_opened_and_closed_is_gone(stage: Stage) -> None:
    """Textual keeps removed widgets in a cache of its own (see mends.py), and signals keep their listeners."""
    for number in range(5):
        stage.enqueue(prompt=f"Fix {number}")
    async with stage.open() as pilot:
        await until_text(pilot, "Fix 4")
        await look_round(pilot)
        before = living()
        for _ in range(3):
            await look_round(pilot)
        more = living() - before
    assert more["Strip"] < 1000  # the last form that closed may still be known to a timer, with its lines
    listeners = (
        "TextView",
        "OutputView",
        "PromptArea",
        "DashboardScreen",
        "HistoryScreen",
        "LogScreen",
        "GridScreen",
    )
    assert all(more[kind] < 3 for kind in listeners), more
