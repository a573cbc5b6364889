"""Many keys in one packet, as a slow line delivers them: each does what it would have done alone."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from cockpit.tui import keys_in_order
from cockpit.tui.dialogs.enqueue import EnqueueDialog
from cockpit.tui.screens.log import LogScreen
from cockpit.tui.widgets.find_bar import FindBar
from tests.ui.stage import Stage, main, until, until_text


def at_once(pilot: Pilot[int], typed: str) -> None:
    """All of it lies in the app's queue before the first key is looked at."""
    for character in typed:
        key = {"\t": "tab", "\n": "enter"}.get(character) or _character_to_key(character)
        pilot.app.post_message(events.Key(key, character))


async def test_a_filter_typed_at_once_reaches_the_filter_and_no_action(stage: Stage) -> None:
    waiting = stage.enqueue("docs")
    stage.start("web")
    async with stage.open() as pilot:
        at_once(pilot, "/user:carol")
        await until(pilot, lambda: main(pilot).query_one("#filter-input", Input).value == "user:carol")
        assert not stage.store.get(waiting).held
        await until(pilot, lambda: main(pilot).filter.matches(stage.store.get(waiting)))


async def test_what_follows_the_key_of_a_dialog_is_typed_into_it(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        at_once(pilot, "eRun the tests, then Kill nothing")
        await until(
            pilot,
            lambda: any(
                area.text == "Run the tests, then Kill nothing" for area in pilot.app.screen.query(TextArea)
            ),
        )


async def test_keys_keep_their_order_when_a_paste_stands_between(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        at_once(pilot, "/us")
        pilot.app.post_message(events.Paste("er:ca"))
        at_once(pilot, "rol")
        await until(pilot, lambda: main(pilot).query_one("#filter-input", Input).value == "user:carol")


async def test_tabs_in_one_packet_reach_the_fields_of_the_form(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        at_once(pilot, "edelayed one\t\t\t\t\t\t15s")

        def filled() -> bool:
            screen = pilot.app.screen
            if not isinstance(screen, EnqueueDialog) or not screen.query("#cancel"):
                return False
            values = screen.form.values()
            return (values.prompt, values.start) == ("delayed one", "15s")

        await until(pilot, filled)


async def test_what_follows_the_slash_of_a_text_is_looked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.start("web", log="one error\n")

    async def late(_: FindBar) -> None:
        await asyncio.sleep(0.2)  # on a machine that has much to do

    monkeypatch.setattr(FindBar, "on_mount", late, raising=False)
    async with stage.open() as pilot:
        await until_text(pilot, "one error")
        at_once(pilot, "o/error\n")
        await until_text(pilot, "1 of 1: error")
        assert pilot.app.screen is main(pilot)


async def test_keys_wait_for_no_dialog_that_will_not_come(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_in_order, "_AT_MOST", 60.0)
    stage.enqueue("web")
    done = asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        await done.wait()

    async with stage.open() as pilot:
        monkeypatch.setattr(main(pilot).live, "do", slow)
        at_once(pilot, "H/user:carol")
        await until(pilot, lambda: main(pilot).query_one("#filter-input", Input).value == "user:carol")
        done.set()


async def test_another_screen_comes_neither_over_a_dialog_nor_in_its_place(stage: Stage) -> None:
    job = stage.enqueue("web")
    async with stage.open() as pilot:
        cockpit = main(pilot).cockpit
        await pilot.press("l")
        await until(pilot, lambda: isinstance(cockpit.screen, LogScreen))
        await pilot.press("e", *"half a prompt")
        form = cockpit.screen
        assert isinstance(form, EnqueueDialog)
        for name in ("open_dashboard", "open_history", "open_grid", "open_main"):
            cockpit.front.action_act(name)
        await pilot.pause()
        await pilot.pause()
        assert cockpit.screen is form
        assert form.area.text == "half a prompt"
        await pilot.press("escape")
        await until(pilot, lambda: cockpit.screen is main(pilot))
        await until_text(pilot, job)
