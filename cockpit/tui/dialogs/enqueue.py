"""The form for a new job: checked while one types, and saying what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Label, Select, Static, TextArea

from cockpit.base.errors import CockpitError
from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import Priority
from cockpit.tui.outside import edit_text

DEFAULT_AGENT = ""


@dataclass(frozen=True, slots=True)
class FormStart:
    """What the form opens with: known projects (name -> user and agent) and agents, and the first guess."""

    projects: dict[str, tuple[str, str]]
    agents: tuple[str, ...]
    project: str = ""


class EnqueueDialog(ModalScreen[EnqueueRequest | None]):
    """Ends with a request that was accepted by `check`, or None.

    `check` returns what will happen, or raises CockpitError: told below the fields.
    """

    CSS = """
    EnqueueDialog { align: center middle; }
    EnqueueDialog > Vertical {
        width: 92%; max-width: 100; height: 92%; max-height: 32;
        padding: 0 1; background: $surface; border: round $primary;
    }
    EnqueueDialog Horizontal { height: 1; margin-bottom: 1; }
    EnqueueDialog Label { width: 10; color: $muted; }
    EnqueueDialog .second { width: auto; padding: 0 1 0 2; }
    EnqueueDialog Input { width: 1fr; background: $panel; }
    EnqueueDialog Input.-invalid { background: $panel; color: $error; }
    EnqueueDialog Select { width: 1fr; }
    EnqueueDialog TextArea {
        height: 1fr; min-height: 3; margin-bottom: 1; border: none; padding: 0 1; background: $panel;
    }
    EnqueueDialog #whose { width: 1fr; color: $muted; padding-left: 2; }
    EnqueueDialog #verdict { height: 2; }
    EnqueueDialog #buttons { height: 1; margin: 0; align-horizontal: right; }
    EnqueueDialog Button { margin-left: 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "give_up", "Cancel"),
        Binding("ctrl+s", "submit", "Enqueue", priority=True),
        Binding("ctrl+e", "edit", "Editor", priority=True),
    ]

    def __init__(self, start: FormStart, check: Callable[[EnqueueRequest], str]) -> None:
        super().__init__()
        self._start = start
        self._check = check

    def compose(self) -> ComposeResult:
        priorities = [(priority.label, priority.label) for priority in Priority]
        agents = [("the project's", DEFAULT_AGENT), *((name, name) for name in self._start.agents)]
        suggest = SuggestFromList(sorted(self._start.projects), case_sensitive=False)
        with Vertical() as box:
            box.border_title = "Enqueue a job"
            box.border_subtitle = "^s enqueue · ^e $EDITOR · tab next field · esc cancel"
            with Horizontal():
                yield Label("Project")
                yield Input(
                    self._start.project, id="project", compact=True, suggester=suggest, select_on_focus=False
                )
                yield Static("", id="whose")
            yield TextArea(id="prompt-text", placeholder="What should the agent do?")
            with Horizontal():
                yield Label("Priority")
                yield Select(priorities, value="normal", allow_blank=False, id="priority", compact=True)
                yield Label("Agent", classes="second")
                yield Select(agents, value=DEFAULT_AGENT, allow_blank=False, id="agent", compact=True)
            with Horizontal():
                yield Label("After")
                yield Input(id="after", compact=True, placeholder="ids of jobs that must complete first")
                yield Label("Delay", classes="second")
                yield Input(id="delay", compact=True, placeholder="10m, 2h or 18:30")
            yield Static("", id="verdict")
            with Horizontal(id="buttons"):
                yield Button("Enqueue (^s)", id="submit", variant="primary", compact=True)
                yield Button("Cancel (esc)", id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one("#prompt-text" if self._start.project else "#project").focus()
        self._judge()

    def request(self) -> EnqueueRequest:
        """The form as it stands."""
        delay = self._value("delay")
        clock = ":" in delay or "-" in delay
        return EnqueueRequest(
            project=self._value("project"),
            prompt=self.query_one(TextArea).text,
            priority=str(self.query_one("#priority", Select).value),
            agent=str(self.query_one("#agent", Select).value) or None,
            after=tuple(self._value("after").replace(",", " ").split()),
            delay=None if clock else delay or None,
            at=delay if clock else None,
        )

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    def _judge(self) -> bool:
        """Check the form and say what will happen, or what is wrong."""
        request = self.request()
        known = self._start.projects.get(request.project)
        self.query_one("#whose", Static).update(f"for {known[0]}, by {known[1]}" if known else "")
        error = "" if request.prompt.strip() else "Write what the agent should do."
        says = ""
        if not error:
            try:
                says = self._check(request)
            except CockpitError as problem:
                error = str(problem)
        style = self.app.theme_variables.get("error" if request.prompt.strip() else "muted", "")
        self.query_one("#verdict", Static).update(Text(error, style=style) if error else Text(f"▸ {says}"))
        self.query_one("#project", Input).set_class(bool(request.project) and known is None, "-invalid")
        return not error

    @on(Input.Submitted)
    def _onward(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        if self._judge():
            self.dismiss(self.request())
        else:
            self.app.bell()

    @on(Button.Pressed, "#cancel")
    def action_give_up(self) -> None:
        self.dismiss(None)

    @work
    async def action_edit(self) -> None:
        area = self.query_one(TextArea)
        try:
            area.text = await edit_text(self.app, area.text)
        except CockpitError as error:
            self.app.notify(str(error), severity="error", markup=False)
