"""The fields of the enqueue form: what they are, where they stand, reading and filling them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from cockpit.domain.job import Priority
from cockpit.tui.form.desk import Desk
from cockpit.tui.form.values import Values
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.combo import Choice, Combo
from cockpit.tui.widgets.prompt_area import PromptArea
from cockpit.tui.widgets.segments import Segments

FIELDS = (
    "project",
    "prompt",
    "each_line",
    "priority",
    "agent",
    "user",
    "after",
    "start",
    "retries",
    "timeout",
)
LABELS: Mapping[str, str] = {
    "project": "Project",
    "prompt": "Prompt",
    "each_line": "Make",
    "priority": "Priority",
    "agent": "Agent",
    "user": "User",
    "after": "After",
    "start": "Start",
    "retries": "Retries",
    "timeout": "Timeout",
}
_ROWS = (
    ("project",),
    ("prompt",),
    ("each_line", "priority"),
    ("agent", "user"),
    ("after",),
    ("start", "retries", "timeout"),
)
SHORTER: Mapping[str, str] = {
    "after": "ids of jobs to wait for; ^o picks",
    "start": "now; 10m, 18:30",
}  # below 80 columns
_KEYS = "^s enqueue · ^e $EDITOR · ^t templates · ^↑ earlier · ^l lines · ^o after"
_FEWER_KEYS = "^s enqueue · ^e $EDITOR · ^t templates · ^l lines · ^o after"
_NARROW = 80
PLACEHOLDERS: Mapping[str, str] = {
    "project": "type to find one",
    "agent": "the project's",
    "user": "the project's",
    "after": "ids of jobs that must complete first; ^o picks them",
    "start": "now; 10m, 2h, 18:30",
    "retries": "none",
    "timeout": "none",
}


class Form(Steady, VerticalScroll, can_focus=False):
    """All fields, each row with a line below it for what is wrong with it."""

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(id="form")
        self._values = values
        self._desk = desk
        self._told: dict[str, str | Content] = {}

    def compose(self) -> ComposeResult:
        yield Static("", id="draft", markup=False)
        for row in _ROWS:
            with Horizontal(classes="line", id=f"{row[0]}-line"):
                for place, name in enumerate(row):
                    yield Label(LABELS[name], classes="second" if place else "label", id=f"{name}-label")
                    yield from self._field(name)
            yield Static("", classes="error", id=f"{row[0]}-error", markup=False)
            if row == ("prompt",):
                yield Static("", id="note", markup=False)
        yield Static("", id="verdict", markup=False)
        with Horizontal(id="foot"), Horizontal(id="buttons"):
            yield Button("Enqueue (^s)", id="submit", variant="primary", compact=True)
            yield Button("Cancel (esc)", id="cancel", compact=True)

    def _field(self, name: str) -> ComposeResult:
        value = getattr(self._values, name)
        hint = PLACEHOLDERS.get(name, "")
        if name == "project":
            yield Combo(value, self._project_choices(), id=name, placeholder=hint)
            yield Static("", id="whose", classes="muted", markup=False)
        elif name == "prompt":
            yield PromptArea(
                value, placeholder="What should the agent do?", id=name, highlight_cursor_line=False
            )
        elif name == "each_line":
            yield Segments(
                [("one job", ""), ("a job per line", "yes")], value, id=name, shorter=("one", "per line")
            )
        elif name == "priority":
            yield Segments([(each.label, each.label) for each in Priority], value, id=name)
        elif name == "agent":
            agents = self._desk.agents()
            yield Combo(
                value, [Choice(agent, says) for agent, says in agents.items()], id=name, placeholder=hint
            )
        elif name == "user":
            yield Combo(
                value, [Choice(user) for user in self._desk.users()], id=name, placeholder=hint, free=True
            )
        else:
            narrow = "narrow" if name in ("retries", "timeout") else ""
            yield Input(value, id=name, compact=True, placeholder=hint, classes=narrow)

    def _project_choices(self) -> list[Choice]:
        return [Choice(name, f"{user}, {agent}") for name, (user, agent) in self._desk.projects().items()]

    def on_resize(self) -> None:
        """Shorter words where there is less room: nothing is cut."""
        narrow = self.app.size.width < _NARROW
        self.border_subtitle = _FEWER_KEYS if narrow else _KEYS
        self.query_one("#each_line", Segments).shorten(narrow)
        for name, shorter in SHORTER.items():
            self.query_one(f"#{name}", Input).placeholder = shorter if narrow else PLACEHOLDERS[name]

    # reading and filling

    def values(self) -> Values:
        """As it stands."""
        return Values(**{name: self.text_of(name) for name in FIELDS})

    def text_of(self, name: str) -> str:
        """What stands in a field."""
        widget = self.query_one(f"#{name}")
        if isinstance(widget, PromptArea):
            return widget.text
        assert isinstance(widget, (Combo, Input, Segments))
        return widget.value

    def fill(self, values: Values) -> None:
        """Put these into the fields."""
        for name in FIELDS:
            widget, text = self.query_one(f"#{name}"), getattr(values, name)
            if isinstance(widget, PromptArea):
                widget.show_text(text)
            elif isinstance(widget, (Combo, Input, Segments)):
                widget.value = text

    def go_to(self, name: str) -> None:
        """Give the focus to a field."""
        self.query_one(f"#{name}").focus()

    def is_choosing(self, name: str) -> bool:
        """Does its list show what would complete what stands there?"""
        widget = self.query_one(f"#{name}")
        return isinstance(widget, Combo) and widget.is_open

    # telling

    def tell_errors(self, errors: Mapping[str, str]) -> None:
        """Each below its row, the label marked."""
        for row in _ROWS:
            told = [f"✖ {_named(name, row)}{errors[name]}" for name in row if name in errors]
            below = self.query_one(f"#{row[0]}-error", Static)
            below.set_class(bool(told), "-seen")
            self.tell(f"{row[0]}-error", "\n".join(told))
            for name in row:
                self.query_one(f"#{name}-label").set_class(name in errors, "-bad")
                for typed in self._typed(name):
                    typed.set_class(name in errors, "-bad")

    def _typed(self, name: str) -> Iterable[Input]:
        widget = self.query_one(f"#{name}")
        return [widget] if isinstance(widget, Input) else widget.query(Input)

    def tell(self, name: str, text: str | Content) -> None:
        """A line beside the fields: whose, note, verdict, draft."""
        if self._told.get(name) != text:  # an unchanged line is not drawn again
            self._told[name] = text
            self.query_one(f"#{name}", Static).update(text)

    def tell_button(self, words: str) -> None:
        """What enter on the first button does."""
        button = self.query_one("#submit", Button)
        if str(button.label) != words:
            button.label = words
            button.refresh(layout=True)  # a longer word needs a wider button

    def mark_focused(self, name: str) -> None:
        """The label of the field that has the focus stands out."""
        for field in FIELDS:
            self.query_one(f"#{field}-label").set_class(field == name, "-here")


def _named(name: str, row: tuple[str, ...]) -> str:
    return f"{LABELS[name]}: " if len(row) > 1 else ""


def focused_field(screen: Screen[Any]) -> str:
    """The field that has the focus; empty when it is none."""
    for node in screen.focused.ancestors_with_self if screen.focused else ():
        if node.id in FIELDS:
            return str(node.id)
    return ""
