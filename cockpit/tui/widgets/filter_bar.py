"""The line that opens with `/`: filters while one types; enter keeps it, escape takes it away."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.filters import Filter

_PLACEHOLDER = "words  user:alice  project:web  state:failed  pri:high"


class FilterBar(Horizontal):
    """Hidden while no filter is being typed or set."""

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "give_up", show=False)]  # type: ignore[assignment]  # one kind

    class Changed(Message):
        """The filter is another one; `done` when the person is through with typing."""

        def __init__(self, wanted: Filter, *, done: bool) -> None:
            super().__init__()
            self.wanted = wanted
            self.done = done

    def compose(self) -> ComposeResult:
        yield Label("/", id="filter-mark")
        yield Input(
            placeholder="words  user:alice  project:web  state:failed  pri:high",
            id="filter-input",
            compact=True,
        )
        yield Label("", id="filter-problem")

    def on_mount(self) -> None:
        self.display = False

    def start(self) -> None:
        """Open it and type."""
        self.display = True
        self.query_one(Input).focus()

    def clear(self) -> None:
        """Empty and close it."""
        self.query_one(Input).value = ""
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        wanted, problem = parse_filter(event.value)
        self.query_one("#filter-problem", Label).update(problem or "")
        self.post_message(self.Changed(wanted, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        wanted, _ = parse_filter(event.value)
        self.display = bool(wanted)
        self.post_message(self.Changed(wanted, done=True))

    def action_give_up(self) -> None:
        self.clear()
        self.post_message(self.Changed(Filter(), done=True))
