"""The app, as its screens and what is done on them know it: they stand below it, and take no more of it than this."""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

from textual.screen import Screen

from cockpit.base.clock import Micros
from cockpit.base.errors import CockpitError
from cockpit.tui.actions.action import Situation
from cockpit.tui.arranging import Arranged
from cockpit.tui.overview import Overview
from cockpit.tui.undo import Undo
from cockpit.tui.wardrobe import Wardrobe


class Revealing(Protocol):
    """A screen that can show a job."""

    def reveal(self, job_id: str) -> None:
        """Select this job; a screen that has no such row hands it to the main one."""


class Home(Revealing, Protocol):
    """The main screen."""

    def go_to(self, job_id: str) -> None:
        """Select this running job, and show its agent's screen."""


class Cockpit(Protocol):
    """`keys` are the person's own, `told` the notices with their times, `arranged` how the screen is divided;
    `demo` says that this is the demo's cockpit."""

    read_only: bool
    demo: bool
    keys: dict[str, str]
    told: deque[tuple[Micros, str]]
    arranged: Arranged
    undo: Undo
    wardrobe: Wardrobe

    async def perform(self, screen: Any, name: str, at: Situation) -> None:
        """Do the action with this id on a screen of the cockpit's. Raises CockpitError."""

    def asks_no_more(self) -> None:
        """The operation that runs now opens no dialog from here on."""

    def show_main(self) -> Home:
        """Put the main screen in front; where a dialog is open, when that closes."""

    def show_screen(self, name: str) -> Revealing:
        """Put the screen of this NAME in front, over the main one in place of another; not over a dialog."""

    def open_welcome(self) -> None:
        """Add a project."""

    def notices(self) -> list[str]:
        """All that cockpit had to tell, the newest first."""

    def painted(self) -> None:
        """A screen stands complete for the first time."""

    def no_dialog(self) -> None:
        """None is open any more: what waited for that."""

    def take_problems(self) -> None:
        """Tell what the live parts met since the last time."""

    def tell_trouble(self, error: CockpitError) -> None:
        """Something could not be read."""

    def take_keymap(self) -> None:
        """Use the person's keys, if they have changed."""

    def take_news(self, now: Overview) -> None:
        """Tell what has happened."""


def host_of(screen: Screen[Any]) -> Cockpit:
    """The app that a screen of the cockpit's stands in."""
    app: Any = screen.app
    found: Cockpit = app
    return found
