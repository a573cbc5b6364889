"""The prompt's text area: it says when earlier prompts are wanted, and when a list of jobs seems to be pasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Document, Location, Selection

from cockpit.tui.form.several import looks_like_list
from cockpit.tui.mends import unwatch
from cockpit.tui.steady import Steady


class PromptArea(Steady, TextArea):
    """What the agent is told."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("ctrl+up,alt+up", "step(True)", "Earlier prompt", show=False),
        Binding("ctrl+down,alt+down", "step(False)", "Later prompt", show=False),
    ]

    @dataclass
    class Stepped(Message):
        """The prompt before the shown one (`older`), or the one after it."""

        older: bool

    class ListPasted(Message):
        """Into the empty area, several lines were pasted that may be jobs."""

    def on_unmount(self) -> None:
        unwatch(self)

    def action_step(self, older: bool) -> None:
        """Ask for another prompt."""
        self.post_message(self.Stepped(older))

    async def _on_paste(self, event: events.Paste) -> None:  # textual calls the overridden one, too
        empty = self.document.line_count == 1 and not self.document.get_line(0)
        if empty and looks_like_list(event.text):
            self.post_message(self.ListPasted())

    def select_after(self, start: Location, first: int, last: int) -> None:
        """Select the characters `first` to `last`, counted from `start`."""
        document = self.document
        assert isinstance(document, Document)
        base = document.get_index_from_location(start)
        ends = (document.get_location_from_index(base + place) for place in (first, last))
        self.selection = Selection(*ends)

    def show_text(self, text: str) -> None:
        """Another text, in one step that ctrl+z takes back, the cursor at its end."""
        end = self.document.end
        self.replace(text, (0, 0), end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)
