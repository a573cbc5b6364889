"""The main screen divided: by the terminal's size, by keys, by the mouse; remembered between two sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from cockpit.tui.dialogs.enqueue import EnqueueDialog
from cockpit.tui.dialogs.message import MessageDialog
from cockpit.tui.layout import LISTS
from cockpit.tui.widgets.panes import Panes
from tests.ui.stage import Stage, lines, main, text, until, until_text


def panes(pilot: Pilot[int]) -> Panes:
    return main(pilot).panes


async def test_three_columns_when_very_wide(stage: Stage) -> None:
    job = stage.start("web", log="printed\n", prompt="Mend it")
    async with stage.open((200, 50)) as pilot:
        await until_text(pilot, "printed")
        await until_text(pilot, "alice's, token")
        assert panes(pilot).plan.shown == (*LISTS, "job", "side")
        await pilot.press("shift+tab", "shift+tab")
        assert main(pilot).pane == "side", "from the agents backwards: queue, side"
        await pilot.press("left_square_bracket")
        await until_text(pilot, "Mend it")
        await pilot.press("right_square_bracket")
        await pilot.press("enter")
        await until(pilot, lambda: panes(pilot).side is not None and panes(pilot).side.current == "Output")  # type: ignore[union-attr]  # just asked
        assert sum(job.id in line for line in lines(pilot)) >= 2
        await pilot.press("tab", "escape")
        assert main(pilot).pane == "queue"
        await pilot.press("z")
        await until(pilot, lambda: panes(pilot).side is None and "Agents" not in text(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: panes(pilot).side is not None and main(pilot).pane == "side")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: panes(pilot).plan.columns == 2 and panes(pilot).side is None)


async def test_a_terminal_that_shrinks_has_tabs_for_its_one_column(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open((120, 40)) as pilot:
        assert "Queue 1  Agents 0" not in text(pilot)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Queue 1  Agents 0" in lines(pilot)[1])
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Queue 1  Agents 0" not in text(pilot))


async def test_the_second_view_going_away_leaves_the_focus_in_the_job(stage: Stage) -> None:
    stage.start("web")
    async with stage.open((200, 50)) as pilot:
        main(pilot).show_pane("side")
        await pilot.resize_terminal(110, 30)
        await until(pilot, lambda: main(pilot).pane == "job")


async def test_dividers_move_by_keys_and_are_remembered(stage: Stage) -> None:
    stage.start("web")
    stage.enqueue("web")
    async with stage.open() as pilot:
        before = panes(pilot).plan
        await pilot.press("less_than_sign", "less_than_sign")
        await until(pilot, lambda: panes(pilot).plan.lists == before.lists - 8)
        await pilot.press("greater_than_sign", "right_curly_bracket")
        await until(pilot, lambda: panes(pilot).plan.heights["agents"] == before.heights["agents"] + 2)
        await until(
            pilot, lambda: main(pilot).query_one("#agents").outer_size.height == before.heights["agents"] + 2
        )
        await pilot.press("tab", "left_curly_bracket")
        arranged = panes(pilot).arrangement
    kept = json.loads(Path(stage.context.places.screen).read_text())
    assert kept["lists"] == arranged.lists
    async with stage.open() as pilot:
        assert panes(pilot).plan.lists == before.lists - 4
        assert panes(pilot).arrangement == arranged


async def test_lists_are_hidden_and_come_back(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("V")
        await until_text(pilot, "hide all lists")
        await pilot.press("l")
        await until(pilot, lambda: "Locks" not in lines(pilot)[-12])
        await pilot.press("escape")
        await until(pilot, lambda: "Locks" not in text(pilot))
        await pilot.press("tab", "tab")
        assert main(pilot).pane == "job", "a hidden pane is passed over"
        await pilot.press("escape", "shift+tab")
        assert main(pilot).pane == "queue"
        await pilot.press("V", "v", "escape")
        await until(pilot, lambda: "Queue" not in text(pilot))
        assert main(pilot).pane == "job"
        await pilot.press("escape")
        assert main(pilot).pane == "job", "there is no list to go back to"
        assert main(pilot).situation().job.id == job  # type: ignore[union-attr]  # there is one
        await pilot.press("V", "r", "enter")
        await until_text(pilot, "Locks")


async def test_one_column_has_nothing_to_divide_and_says_so(stage: Stage) -> None:
    async with stage.open((80, 24)) as pilot:
        await pilot.press("less_than_sign")
        await until_text(pilot, "one pane fills")
    async with stage.open((120, 40)) as pilot:
        main(pilot).show_pane("job")
        await pilot.press("right_curly_bracket")
        await until_text(pilot, "no list has the focus")


async def test_every_tab_of_a_narrow_job_pane_can_be_read(stage: Stage) -> None:
    stage.start("web")
    async with stage.open() as pilot:
        for _ in range(12):
            await pilot.press("greater_than_sign")
            await until_text(pilot, "Even")
        main(pilot).open_tab("Progress")
        await until_text(pilot, "Scre Outp Progress Prom Deta Eve")


async def test_the_mouse_drags_dividers(stage: Stage) -> None:
    async with stage.open() as pilot:
        plan = panes(pilot).plan
        await pilot.mouse_down(offset=(plan.lists, 20))
        await pilot.hover(offset=(plan.lists - 10, 20))
        await pilot.mouse_up(offset=(plan.lists - 10, 20))
        await until(pilot, lambda: panes(pilot).plan.lists == plan.lists - 10)
        edge = plan.heights["queue"] + 1
        await pilot.mouse_down(offset=(9, edge))
        await pilot.hover(offset=(9, edge + 3))
        await pilot.mouse_up(offset=(9, edge + 3))
        await until(pilot, lambda: panes(pilot).plan.heights["queue"] == plan.heights["queue"] + 3)
        await pilot.hover(offset=(9, edge + 8))
        assert panes(pilot).plan.heights["queue"] == plan.heights["queue"] + 3, "nothing is held any more"


async def test_too_small_a_terminal_says_so(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open((80, 24)) as pilot:
        await until_text(pilot, job)
        await pilot.resize_terminal(50, 12)
        await until_text(pilot, "cockpit needs 60x15")
        assert len([line for line in lines(pilot) if line.strip()]) == 1
        await pilot.resize_terminal(20, 5)
        await until_text(pilot, "needs 60x15")
        await pilot.resize_terminal(80, 24)
        await until_text(pilot, job)
        await pilot.press("enter")
        await until_text(pilot, "priority")
    async with stage.open((40, 10)) as pilot:
        await until_text(pilot, "needs 60x15")


async def test_what_is_open_outlives_a_terminal_that_is_too_small(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open((80, 24)) as pilot:
        app = main(pilot).cockpit
        await pilot.press("e", *"half a prompt")
        form = app.screen
        assert isinstance(form, EnqueueDialog)
        await pilot.resize_terminal(50, 12)
        await until_text(pilot, "needs 60x15")
        await pilot.press("x", "escape")
        app.post_message(events.Paste("unseen"))
        await pilot.resize_terminal(80, 24)
        await until_text(pilot, "half a prompt")
        assert form.area.text == "half a prompt"
        for _ in range(3):  # the first is under way, the others are held
            app.post_message(events.Key("s", "s"))
        await pilot.resize_terminal(50, 12)
        await pilot.pause(0.1)
        await pilot.resize_terminal(80, 24)
        await pilot.press("!")
        await until(pilot, lambda: form.area.text.endswith("!"))
        await pilot.resize_terminal(50, 12)
        form.dismiss(None)  # as when its jobs went into the queue a moment ago
        await pilot.pause()
        app.push_screen(MessageDialog("Notices", ["a line"]))
        await pilot.pause()
        await pilot.resize_terminal(120, 40)
        await until_text(pilot, "a line")
        await pilot.press("escape")
        await until_text(pilot, job)
        assert app.screen is main(pilot)


@pytest.mark.slow
async def test_no_size_breaks_it(stage: Stage) -> None:
    """Any size, one after the other, in one running cockpit."""
    stage.start("web", log="printed\n" * 50)
    for n in range(30):
        stage.enqueue("web", f"prompt {n}")
    sizes = [(20, 5), (60, 15), (59, 15), (60, 14), (100, 30), (99, 30), (300, 100)]  # and any between

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(20, 300), st.integers(5, 100))
    def gather(width: int, height: int) -> None:
        sizes.append((width, height))

    gather()
    async with stage.open() as pilot:
        for width, height in sizes:
            await pilot.resize_terminal(width, height)
            small = width < 60 or height < 15
            assert ("needs 60x15" in text(pilot)) == small
            if small:
                continue
            for name in panes(pilot).plan.shown if panes(pilot).plan.columns > 1 else ():
                region = main(pilot).query_one(f"#{name}").region
                assert region.height >= 4, (name, region, width, height)
                assert region.width >= 28, (name, region, width, height)
