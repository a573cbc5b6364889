"""What every screen has from its base: keys, hints, help and palette of its own, the store's changes, the way back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.widgets import Static

from cockpit.tui.app import CockpitApp
from cockpit.tui.overview import Overview
from cockpit.tui.screens.base import CockpitScreen
from tests.ui.stage import Stage, lines, main, text, until, until_text


@dataclass
class Seen:
    """How many jobs waited, each time the screen was told."""

    waiting: int = -1


class BareScreen(CockpitScreen):
    """A screen with nothing of its own, under the name of the dashboard."""

    NAME = "dashboard"
    seen = Seen()

    def compose_body(self) -> ComposeResult:
        yield Static("nothing of its own")

    def take(self, now: Overview) -> None:
        self.seen.waiting = now.waiting


def show(app: object) -> None:
    assert isinstance(app, CockpitApp)
    app.push_screen(BareScreen(app.live))


async def test_a_screen_has_header_hints_help_palette_and_the_way_back(stage: Stage) -> None:
    async with stage.open() as pilot:
        show(pilot.app)
        await until_text(pilot, "nothing of its own")
        assert "0 running" in lines(pilot)[0]
        assert "f6 back" in lines(pilot)[-1]
        assert "kill" not in lines(pilot)[-1], "that is the main screen's"
        await pilot.press("question_mark")
        await until_text(pilot, "Back to queue, agents and locks.")
        assert "Kill or cancel" not in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BareScreen))
        await pilot.press("ctrl+p", *"main screen")
        await until_text(pilot, "Back to queue")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_the_screen_in_front_hears_of_changes_and_the_main_one_again_after_it(stage: Stage) -> None:
    async with stage.open() as pilot:
        show(pilot.app)
        await until_text(pilot, "nothing of its own")
        stage.enqueue("web")
        await until(pilot, lambda: BareScreen.seen.waiting == 1)
        await pilot.press("escape")
        await until_text(pilot, "its turn")
        stage.enqueue("api")
        await until_text(pilot, "2 queued")
        assert BareScreen.seen.waiting == 1


async def test_what_is_held_or_enqueued_from_another_screen(stage: Stage) -> None:
    async with stage.open() as pilot:
        show(pilot.app)
        await until_text(pilot, "nothing of its own")
        await pilot.press("H")
        await until_text(pilot, "queue held")
        await pilot.press("e")
        await until_text(pilot, "Enqueue a job")
        await pilot.press("escape")
        await until_text(pilot, "nothing of its own")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app._exit)


async def test_a_cockpit_that_only_looks_refuses_what_writes(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        main(pilot).cockpit.read_only = True
        await pilot.press("K")
        await until_text(pilot, "Kill or cancel: this cockpit only looks (read-only).")
        await pilot.press("question_mark")
        await until_text(pilot, "Not now: this cockpit only looks")


def test_the_first_picture_waits_for_no_module_that_it_does_not_show() -> None:
    """Each of these costs more milliseconds, or memory, than the whole picture may."""
    code = (
        "import sys, cockpit.tui.app, cockpit.tui.screens.main, cockpit.controller.daemon;"
        "heavy = {'psutil', 'watchfiles', 'libtmux', 'anyio', 'hashlib', 'pydantic', 'tomlkit',"
        " 'cockpit.scheduler.scheduler', 'cockpit.scheduler.attempt', 'cockpit.docker.engine',"
        " 'cockpit.tui.screens.dashboard', 'cockpit.tui.dialogs.help'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
