"""A store that can't be read for a while (busy, disk): told in one line, whatever is pressed; then all is as before."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

import cockpit.tui
from cockpit.base.errors import Unavailable
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.queue_list import QueueList
from cockpit.tui.widgets.rows import VirtualList
from tests.ui.stage import Stage, main, text, until, until_text


def _fails(*_: object, **__: object) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise error


_ELSEWHERE = {"ctrl+q", "q", "ctrl+c", "super+c", "a", "E"}  # they leave the screen
_ELSEWHERE |= {"d", "f", "f2", "f3", "f4", "f5", "f6", "l", "m", "T"}  # other screens have turns of their own


@contextmanager
def unreadable(pilot: Pilot[int]) -> Iterator[None]:
    """No statement gets an answer, as when the disk fails: for the screen, and for the writer."""
    store = main(pilot).live.store
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_patiently", _fails)
        patch.setattr(main(pilot).live._writer, "write", _fails_later)
        yield


async def _fails_later(*_: object, **__: object) -> None:
    raise Unavailable("the disk is full or failing")


async def test_scrolling_to_a_page_that_cannot_be_read_is_told_and_the_list_stays(stage: Stage) -> None:
    for number in range(150):
        stage.enqueue("web", f"no{number}")
    async with stage.open() as pilot:
        await until_text(pilot, " no0 ")
        queue = main(pilot).query_one(QueueList)
        with unreadable(pilot):
            await pilot.press("G")
            await until_text(pilot, "the disk is full or failing")
            await pilot.press(
                "ctrl+d", "5", "0", "j", "G", "k", "g", "j", "enter", "tab", "M", "space", "A", "h"
            )
        assert pilot.app._exception is None
        await until_text(pilot, " no1")
        await pilot.press("escape", "escape", "escape")
        main(pilot).show_pane("queue")
        await pilot.press("G")
        await until(pilot, lambda: queue.cursor == 149)
        await until_text(pilot, " no149 ")


async def test_rows_that_could_not_be_drawn_are_drawn_when_they_can_be(stage: Stage) -> None:
    for number in range(150):
        stage.enqueue("web", f"no{number}")
    async with stage.open() as pilot:
        await until_text(pilot, " no0 ")
        queue = main(pilot).query_one(QueueList)
        with unreadable(pilot):
            queue.scroll_to(y=100, animate=False, force=True)
            await until(pilot, lambda: " no1 " not in text(pilot))
            await until_text(pilot, "the disk is full or failing")
        await until_text(pilot, " no110 ")


@pytest.mark.parametrize("opens", ["", "f", "l"])
async def test_no_key_and_no_mouse_ends_a_screen_that_cannot_read(stage: Stage, opens: str) -> None:
    stage.start("web")
    for number in range(100):
        stage.enqueue("api", f"no{number}")
    stage.finish(stage.start("docs", prompt="Write it"), 1)
    async with stage.open() as pilot:
        if opens:
            await pilot.press(opens)
        front = pilot.app.screen
        assert isinstance(front, CockpitScreen)
        await until(pilot, lambda: front.overview is not None)
        keys = {binding.key for _, binding in front._bindings} | {"j", "G", "enter"}
        with unreadable(pilot):
            front.store_changed()
            for key in sorted(keys - _ELSEWHERE):
                await pilot.press(key)
                while not isinstance(pilot.app.screen, CockpitScreen):
                    await pilot.press("escape")
            for rows in front.query(VirtualList):
                await pilot.click(rows, offset=(3, 3))
            assert pilot.app._exception is None
        pilot.app.show_main()  # type: ignore[attr-defined]  # the cockpit
        main(pilot).show_pane("queue")
        await until_text(pilot, " no0 ")


def test_whatever_cockpit_draws_or_asks_meets_an_error_of_its_own_with_one_line() -> None:
    """A class that Textual hands messages to, and that has handlers of its own, is steady (tui/steady.py)."""
    for info in pkgutil.walk_packages(cockpit.tui.__path__, "cockpit.tui."):
        importlib.import_module(info.name)
    shaky = [
        cls.__name__ for cls in _all_below(Widget) if cls.__module__.startswith("cockpit.") and _handles(cls)
    ]
    assert [name for name in shaky if not name.startswith("_")] == []


def _all_below(cls: type) -> set[type]:
    below = set(cls.__subclasses__())
    return below.union(*(_all_below(each) for each in below))


def _handles(cls: type) -> bool:
    """Is it no Steady, and does it more than say how it looks?"""
    return not issubclass(cls, Steady) and any(
        name.startswith(("on_", "_on_", "action_")) for name in vars(cls)
    )
