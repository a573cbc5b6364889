"""What a new person sees: register a project, or watch the demo fleet first."""

from __future__ import annotations

import asyncio
import os
import re
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from cockpit.base.errors import CockpitError
from cockpit.config.places import Places
from cockpit.domain.project import Project

_SAYS = (
    "Cockpit runs your coding agents from one queue: never two at once for one user, live on screen,"
    " and nothing is lost when anything dies.\n\n"
    "A project is a folder in which agents work. Register the first one here, or watch the demo fleet:"
    " users, repositories and scripted agents of its own."
)


class WelcomeScreen(ModalScreen[Project | str | None]):
    """Ends with the project that was added, "demo", or None."""

    CSS = """
    WelcomeScreen { align: center middle; }
    WelcomeScreen > Vertical {
        width: 90%; max-width: 84; height: auto; max-height: 96%;
        padding: 1 2; background: $surface; border: round $primary;
    }
    WelcomeScreen #says { height: auto; margin-bottom: 1; }
    WelcomeScreen Horizontal { height: auto; }
    WelcomeScreen Label { width: 10; color: $muted; }
    WelcomeScreen Input { width: 1fr; margin-bottom: 1; background: $panel; }
    WelcomeScreen #problem { height: auto; min-height: 1; color: $error; }
    WelcomeScreen #buttons { align-horizontal: right; }
    WelcomeScreen Button { margin-left: 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "look", "Look around"),
        Binding("ctrl+d", "demo", "Demo", priority=True),
        Binding("ctrl+s", "add", "Register", priority=True),
    ]

    def __init__(self, places: Places, *, folder: str, first: bool) -> None:
        super().__init__()
        self._places = places
        self._folder = folder
        self._first = first

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Welcome to cockpit" if self._first else "Add a project"
            if self._first:
                yield Static(_SAYS, id="says", markup=False)
            for label, name, value, hint in (
                ("Folder", "path", self._folder, "a folder, best a git repository"),
                ("Name", "name", project_name(self._folder), "what you will call it"),
                ("User", "user", "", "whose work it is; empty: the project is its own"),
            ):
                with Horizontal():
                    yield Label(label)
                    yield Input(value, placeholder=hint, id=f"project-{name}", compact=True)
            yield Static("", id="problem", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Register (^s)", id="add", variant="primary", compact=True)
                yield Button("Demo fleet (^d)", id="demo", compact=True)
                yield Button("Look around (esc)" if self._first else "Cancel (esc)", id="look", compact=True)

    def on_mount(self) -> None:
        self.query_one("#project-name", Input).focus()

    @on(Input.Submitted)
    def _onward(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#add")
    @work(exclusive=True)
    async def action_add(self) -> None:
        """Write the section into the configuration; a mistake is told and nothing is written."""
        from cockpit.config.edit import add_project

        path, name, user = (
            self.query_one(f"#project-{key}", Input).value.strip() for key in ("path", "name", "user")
        )
        try:
            if not name:
                raise CockpitError("give the project a name")
            project = await asyncio.to_thread(add_project, self._places, os.environ, name, path, user=user)
        except CockpitError as error:
            self.query_one("#problem", Static).update(str(error))
            return
        self.dismiss(project)

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        self.dismiss("demo")

    @on(Button.Pressed, "#look")
    def action_look(self) -> None:
        self.dismiss(None)


def project_name(folder: str) -> str:
    """A name for the project in `folder`: its last part, as far as a section's name may have it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", os.path.basename(folder.rstrip("/"))).strip("-").lower()
