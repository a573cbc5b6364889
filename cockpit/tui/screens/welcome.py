"""What a new person sees: register a project, with an agent that is on this machine, or watch the demo fleet first."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from cockpit.base.errors import CockpitError
from cockpit.controller.context import Context
from cockpit.controller.doctor_agents import AgentProgram, agents_here
from cockpit.domain.project import Project
from cockpit.tui.form.first_project import about_agent, about_folder, advice, free_name
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.combo import Choice, Combo

_SAYS = (
    "Cockpit runs your coding agents from one queue: never two at once for one user, live on screen,"
    " and nothing is lost when anything dies.\n\n"
    "A project is a folder in which agents work. Register the first one here, or watch the demo fleet:"
    " users, repositories and scripted agents of its own."
)
_AGAIN = "A project is a folder in which agents work."


class WelcomeScreen(Steady, ModalScreen[Project | str | None]):
    """Ends with the project that was added, "demo", or None."""

    CSS = """
    WelcomeScreen { align: center middle; }
    WelcomeScreen > VerticalScroll {
        width: 94%; max-width: 92; height: auto; max-height: 100%;
        padding: 0 2; background: $surface; border: round $primary;
    }
    WelcomeScreen #says { height: auto; margin: 1 0; }
    WelcomeScreen Horizontal { height: auto; }
    WelcomeScreen Label { width: 10; color: $muted; }
    WelcomeScreen Horizontal:focus-within Label { color: $foreground; text-style: bold; }
    WelcomeScreen Input { width: 1fr; background: $panel; }
    WelcomeScreen Input:focus { background: $panel-lighten-1; }
    WelcomeScreen Combo { width: 1fr; }
    WelcomeScreen .about { height: auto; min-height: 1; color: $muted; padding-left: 10; }
    WelcomeScreen #problem { height: auto; min-height: 1; color: $error; }
    WelcomeScreen #buttons { align-horizontal: right; height: 1; }
    WelcomeScreen Button { margin-left: 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "look", "Look around"),
        Binding("ctrl+d", "demo", "Demo", priority=True),
        Binding("ctrl+s", "add", "Register", priority=True),
    ]

    def __init__(self, context: Context, *, folder: str, first: bool) -> None:
        super().__init__()
        self._ground = context
        self._folder = folder
        self._first = first
        self._agents: Sequence[AgentProgram] = ()
        self._own_name = False

    def compose(self) -> ComposeResult:
        name = free_name(self._folder, list(self._ground.settings.projects))
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Welcome to cockpit" if self._first else "Add a project"
            yield Static(_SAYS if self._first else _AGAIN, id="says", markup=False)
            with Horizontal():
                yield Label("Folder")
                yield Input(
                    self._folder, placeholder="best a git repository", id="project-path", compact=True
                )
            yield Static(about_folder(self._folder), id="about-folder", classes="about", markup=False)
            with Horizontal():
                yield Label("Name")
                yield Input(name, placeholder="what you will call it", id="project-name", compact=True)
            yield Static("", classes="about")
            with Horizontal():
                yield Label("Agent")
                yield Combo("", [], placeholder="looking for those that are installed", id="project-agent")
            yield Static("", id="about-agent", classes="about", markup=False)
            with Horizontal():
                yield Label("User")
                yield Input(
                    placeholder="whose work it is; empty: the project is its own",
                    id="project-user",
                    compact=True,
                )
            yield Static("", id="problem", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Register (^s)", id="add", variant="primary", compact=True)
                yield Button("Demo fleet (^d)", id="demo", compact=True)
                yield Button("Look around (esc)" if self._first else "Cancel (esc)", id="look", compact=True)

    def on_mount(self) -> None:
        self.query_one("#project-name", Input).focus()
        self._find_agents()

    @work
    async def _find_agents(self) -> None:
        """The best one there is becomes the choice, unless one has been typed meanwhile."""
        self._agents = await asyncio.to_thread(agents_here, self._ground.settings, os.environ)
        combo = self.query_one("#project-agent", Combo)
        combo.set_choices([Choice(agent.agent, about_agent(agent)) for agent in self._agents])
        if not combo.value and self._agents:
            combo.value = self._agents[0].agent
        self._tell_agent()

    @on(Combo.Changed, "#project-agent")
    def _tell_agent(self) -> None:
        chosen = self.query_one("#project-agent", Combo)
        about = "" if chosen.is_open else advice(self._agents, chosen.value)
        self.query_one("#about-agent", Static).update(about)

    @on(Input.Changed, "#project-path")
    def _folder_typed(self, event: Input.Changed) -> None:
        """Say what is there; the name goes along until a person gives one."""
        self.query_one("#about-folder", Static).update(about_folder(event.value))
        if not self._own_name and event.input.has_focus:
            name = self.query_one("#project-name", Input)
            with name.prevent(Input.Changed):
                name.value = free_name(event.value, list(self._ground.settings.projects))

    @on(Input.Changed, "#project-name")
    def _name_typed(self, event: Input.Changed) -> None:
        self._own_name = self._own_name or event.input.has_focus
        taken = event.value.strip() in self._ground.settings.projects
        self.query_one("#problem", Static).update(
            f"there is a project '{event.value.strip()}'" if taken else ""
        )

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
        agent = self.query_one("#project-agent", Combo).value
        try:
            if not name:
                raise CockpitError("give the project a name")
            if agent and agent not in self._ground.settings.agents:
                raise CockpitError(f"there is no agent '{agent}'; choose one of the list")
            places = self._ground.places
            project = await asyncio.to_thread(
                add_project, places, os.environ, name, path, user=user, agent=agent
            )
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
