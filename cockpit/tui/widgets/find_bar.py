"""The line that opens with `/` in a text: marks what one types while one types; enter keeps it, escape ends it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from cockpit.tui.steady import Steady


class FindBar(Steady, Horizontal):
    """Made when it is first wanted."""

    DEFAULT_CSS = """
    FindBar { height: 1; dock: bottom; background: $surface; }
    FindBar Label { width: 3; padding: 0 1; color: $accent; text-style: bold; }
    FindBar Input { width: 1fr; background: $surface; }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "give_up", show=False)]  # type: ignore[assignment]  # one kind

    class Changed(Message):
        """Another text is looked for; `done` when the person is through with typing."""

        def __init__(self, wanted: str, *, done: bool) -> None:
            super().__init__()
            self.wanted = wanted
            self.done = done

    def compose(self) -> ComposeResult:
        yield Label("/")
        yield Input(placeholder="find in this text", compact=True)

    def start(self) -> None:
        """Open it and type, over what was looked for before."""
        self.display = True
        field = self.query_one(Input)
        field.focus()
        field.action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(self.Changed(event.value, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        self.post_message(self.Changed(event.value, done=True))

    def on_descendant_blur(self) -> None:
        if self.app.app_focus:
            # another window of the person's desktop is no reason: they come back and type on
            self.display = False

    def action_give_up(self) -> None:
        self.display = False
        self.post_message(self.Changed("", done=True))
