"""By mouse: tabs, rows, the hint line, the menu."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import OptionList

from cockpit.domain.job import State
from cockpit.tui.widgets.detail import Detail
from cockpit.tui.widgets.queue_list import QueueList
from tests.ui.stage import Stage, lines, main, text, until, until_text


def where(pilot: Pilot[int], words: str) -> tuple[int, int]:
    """Column and line of these words on the screen."""
    for y, line in enumerate(lines(pilot)):
        if words in line:
            return line.index(words) + 1, y
    raise AssertionError(f"not there: {words}\n{text(pilot)}")


async def click(pilot: Pilot[int], words: str, button: int = 1) -> None:
    assert await pilot.click(offset=where(pilot, words), button=button)


async def test_rows_and_tabs_take_clicks(stage: Stage) -> None:
    ids = [stage.enqueue("web", f"prompt number {n}") for n in range(3)]
    async with stage.open() as pilot:
        await click(pilot, ids[2])
        assert main(pilot).query_one(QueueList).selected == ids[2]
        await click(pilot, "Prompt ")
        await until(pilot, lambda: main(pilot).query_one(Detail).current == "Prompt")
        await until_text(pilot, "prompt number 2")


async def test_a_hint_takes_a_click(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        await click(pilot, "h hold")
        await until(pilot, lambda: stage.store.get(job).held)
        await until_text(pilot, "h resume")
        await click(pilot, "? help")
        await until_text(pilot, "Everywhere")


async def test_the_right_button_opens_the_menu_of_its_row(stage: Stage) -> None:
    ids = [stage.enqueue("web") for _ in range(3)]
    async with stage.open() as pilot:
        await click(pilot, ids[1], button=3)
        await until_text(pilot, "Raise priority")
        assert "Attach: it is pending" in text(pilot), "what can't be done says why"
        await click(pilot, "Kill or cancel")
        await until(pilot, lambda: stage.store.get(ids[1]).state is State.KILLED)
        assert pilot.app.screen is main(pilot)


async def test_the_menu_by_keys(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open((80, 24)) as pilot:
        await pilot.press("M")
        await until_text(pilot, "Raise priority")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        await pilot.press("M", "h")
        await until(pilot, lambda: stage.store.get(job).held)
        await pilot.press("M")
        await until(pilot, lambda: pilot.app.screen is not main(pilot))
        menu = pilot.app.screen.query_one(OptionList)
        assert not [one for one in menu.options if str(one.prompt).endswith("…")], "reasons can be read whole"
        menu.highlighted = menu.get_option_index("kill")
        await pilot.press("enter")
        await until(pilot, lambda: stage.store.get(job).state is State.KILLED)
        for _ in range(2):
            stage.finish(stage.start("web"))
        await pilot.press("f")
        await until_text(pilot, "History 3")
        await pilot.press("A", "M")
        await until_text(pilot, "3 marked jobs")
        menu = pilot.app.screen.query_one(OptionList)
        assert not [one for one in menu.options if str(one.prompt).endswith("…")], "nor for several jobs"
