"""Whatever is pressed, in whatever order: never a traceback, and the screen goes on answering."""

from __future__ import annotations

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.tui.actions.action import Scope
from cockpit.tui.actions.registry import ACTIONS, actions_of
from tests.ui.stage import Stage

_OUTSIDE = {"attach", "edit_prompt", "quit", "quit_here", "welcome"}  # they leave the screen, or write a file
KEYS = sorted(
    {
        key
        for action in (*actions_of("main"), *(each for each in ACTIONS if each.scope is not Scope.MAIN))
        if action.id not in _OUTSIDE
        for key in action.keys.split(",")
    }
    | {"enter", "escape", "y", "1", "5", "0", "x", "left", "right", "tab", "ctrl+s", "delete", "backspace"}
)


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(KEYS), min_size=10, max_size=24), st.sampled_from([(120, 40), (80, 24)]))
def test_no_sequence_of_keys_breaks_or_freezes_the_screen(
    stage: Stage, keys: list[str], size: tuple[int, int]
) -> None:
    async def press() -> None:
        for project in ("web", "api", "docs"):
            stage.enqueue(project)
        async with stage.open(size) as pilot:
            for key in keys:
                await asyncio.wait_for(pilot.press(key), 10)
            for _ in range(12):
                await pilot.press("escape")
            await asyncio.wait_for(pilot.pause(), 10)
            assert not pilot.app._exit

    asyncio.run(press())
