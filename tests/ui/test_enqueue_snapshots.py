"""Pictures of the enqueue form: dark and light, at the smallest size and at a comfortable one."""

from __future__ import annotations

import functools
import random
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from cockpit.domain.ids import new_ids
from cockpit.tui.dialogs.enqueue import EnqueueDialog
from cockpit.tui.form.values import Values
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, Stage, StagedApp, until, until_text

Compare = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]
THEMES = ["cockpit-dark", "cockpit-light"]
FILLED = Values(
    "web",
    "Fix the header of all pages.\nThen test it in both browsers.",
    priority="high",
    start="18:30 or so",
)
LINES = Values("web", "- Fix the header\n- Sort the orders by date\n- Write the release notes", "yes")


def staged(make_stage: MakeStage, theme: str) -> Stage:
    """Alice has a job at work, and three that took twenty minutes."""
    stage = make_stage(f'{CONFIG}\n[ui]\ntheme = "{theme}"\n')
    for _ in range(3):
        job = stage.start("web")
        stage.clock.advance(1200)
        stage.finish(job)
    stage.start("web")
    stage.clock.advance(300)
    stage.enqueue("web", "Sort the orders")
    stage.store.beat("here", 3, stage.clock.now())
    return stage


@pytest.fixture(autouse=True)
def same_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(7).randbytes
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(new_ids, random_bytes=drawn))


def showing(values: Values, told: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Open the form, fill it in, and wait for what it says; cursors stand still."""

    async def run(pilot: Pilot[int]) -> None:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnqueueDialog))
        dialog = pilot.app.screen
        assert isinstance(dialog, EnqueueDialog)
        await until(pilot, lambda: dialog.query("#verdict"))
        dialog.styles.background = pilot.app.theme_variables[
            "background"
        ]  # what is below changes for its own reasons
        for area in dialog.query(TextArea):
            area.cursor_blink = False
        for field in dialog.query(Input):
            field.cursor_blink = False
        dialog.form.fill(values)
        dialog.form.go_to("prompt")
        await until_text(pilot, told)

    return run


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("theme", THEMES)
def test_form(make_stage: MakeStage, snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    app = StagedApp(staged(make_stage, theme))
    assert snap_compare(app, terminal_size=size, run_before=showing(LINES, "Enqueue 3 jobs"))


def test_form_with_a_mistake(make_stage: MakeStage, snap_compare: Compare) -> None:
    app = StagedApp(staged(make_stage, THEMES[0]))
    assert snap_compare(app, terminal_size=SIZES[0], run_before=showing(FILLED, "is no time"))
