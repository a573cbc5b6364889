"""The line that opens with `/`: filters while one types; enter keeps it, escape takes it away.

Below it stands, while one types, what could be meant (tab takes it, up and down choose), or what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.filter_words import Completion, Known, completions, hint
from cockpit.tui.filters import Filter
from cockpit.tui.parts import Part
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.painting import Line

_PLACEHOLDER = "words  user:alice,bob  state:failed  !pri:low  age>1h  day:today"


def nothing_known(_: str) -> Sequence[str]:
    """No names to offer."""
    return ()


class FilterBar(Steady, Vertical):
    """Hidden while no filter is being typed or set. `known` gives the known users, projects and agents."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "give_up", show=False),
        Binding("tab", "take", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
    ]

    class Changed(Message):
        """The filter is another one; `done` when the person is through with typing."""

        def __init__(self, wanted: Filter, *, done: bool) -> None:
            super().__init__()
            self.wanted = wanted
            self.done = done

    def __init__(self, known: Known = nothing_known) -> None:
        super().__init__()
        self._known = known
        self._offered: list[Completion] = []
        self._chosen = 0

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label("/", id="filter-mark")
            yield Input(placeholder=_PLACEHOLDER, id="filter-input", compact=True, select_on_focus=False)
        yield Line(id="filter-says")

    def on_mount(self) -> None:
        self.display = False
        self._says.display = False

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def _says(self) -> Line:
        return self.query_one("#filter-says", Line)

    def start(self) -> None:
        """Open it and type: a further term, where there are some."""
        if self._input.value.strip():
            with self._input.prevent(Input.Changed):
                self._input.value = f"{self._input.value.rstrip()} "
        self.display = True
        self._input.focus()
        self._input.cursor_position = len(self._input.value)

    def put(self, wanted: Filter) -> None:
        """Show a filter that was not typed here; nothing is told."""
        with self._input.prevent(Input.Changed):
            self._input.value = str(wanted)
        self.display = bool(wanted) or self.has_focus_within

    def clear(self) -> None:
        """Empty and close it."""
        self.put(Filter())
        self.display = False

    # what is told below

    def on_descendant_focus(self) -> None:
        self._says.display = True
        self._tell()

    def on_descendant_blur(self) -> None:
        self._says.display = False

    def _tell(self) -> None:
        text, cursor = self._input.value, self._input.cursor_position
        offered = completions(text, cursor, self._known)
        if offered != self._offered:
            self._offered, self._chosen = offered, 0
        _, problem = parse_filter(text)
        self._says.show(*self._told(problem, hint(text, cursor)))

    def _told(self, problem: str | None, may: str) -> tuple[list[Part], list[Part]]:
        keys: list[Part] = [
            (" enter", "t--key"),
            (" keeps ", "t--muted"),
            (" esc", "t--key"),
            (" clears ", "t--muted"),
        ]
        if self._offered:
            pens = ["t--tab" if place == self._chosen else "t--muted" for place in range(len(self._offered))]
            words: list[Part] = [
                (f" {each.word} ", pen) for each, pen in zip(self._offered, pens, strict=True)
            ]
            return [("  ", "t--muted"), *words[self._chosen // 6 * 6 :]], [
                (" tab", "t--key"),
                (" takes ", "t--muted"),
                *keys,
            ]
        if problem is not None:
            return [("   ", "t--muted"), (problem, "t--blocked")], []
        return [(f"   {may}", "t--muted")], keys

    def action_choose(self, by: int) -> None:
        if self._offered:
            self._chosen = (self._chosen + by) % len(self._offered)
            self._tell()

    def action_take(self) -> None:
        if self._offered:
            chosen = self._offered[self._chosen]
            self._input.value = chosen.text
            self._input.cursor_position = chosen.cursor

    # what is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        wanted, _ = parse_filter(event.value)
        self._tell()
        self.post_message(self.Changed(wanted, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        wanted, _ = parse_filter(event.value)
        self.put(wanted)
        self.display = bool(wanted)
        self.post_message(self.Changed(wanted, done=True))

    def action_give_up(self) -> None:
        self.clear()
        self.post_message(self.Changed(Filter(), done=True))
