"""One of a few words, all of them seen: left and right choose, so does a click, so does a word's first letter.

Who has the focus is told by arrows around the word, not by colour alone; a letter that means nothing rings the bell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from cockpit.tui.steady import Steady


class Segments(Steady, Widget, can_focus=True):
    """One line: ` critical  high [normal] low `; with the focus `▸normal◂`. `shorter` words are for narrow screens."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"segments--chosen", "segments--other"}
    DEFAULT_CSS = """
    Segments { height: 1; width: auto; }
    Segments > .segments--chosen { background: $primary 40%; color: $foreground; text-style: bold; }
    Segments > .segments--other { color: $muted; }
    Segments:focus > .segments--chosen { background: $primary; color: $background; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("left,h", "step(-1)", show=False),
        Binding("right,l,space", "step(1)", show=False),
    ]
    value: reactive[str] = reactive("", init=False)

    @dataclass
    class Changed(Message):
        """Another word is chosen."""

        segments: Segments

    def __init__(
        self,
        words: Sequence[tuple[str, str]],
        value: str,
        *,
        id: str,  # noqa: A002  # textual's name
        shorter: Sequence[str] = (),
    ) -> None:
        super().__init__(id=id)
        self._long = self._words = tuple(words)
        self._shorter = tuple(shorter)
        self.set_reactive(Segments.value, value)

    def watch_value(self) -> None:
        self.post_message(self.Changed(self))

    def shorten(self, narrow: bool) -> None:
        """The shorter words, or the usual ones again."""
        words = self._long
        if narrow and self._shorter:
            words = tuple((word, value) for word, (_, value) in zip(self._shorter, self._long, strict=True))
        if words != self._words:
            self._words = words
            self.refresh(layout=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render(self) -> Text:
        chosen, other = (self.get_component_rich_style(f"segments--{name}") for name in ("chosen", "other"))
        shown = Text(no_wrap=True)
        for word, value in self._words:
            here = value == self.value
            chosen_word = f"▸{word}◂" if self.has_focus else f"[{word}]"
            shown.append(chosen_word if here else f" {word} ", style=chosen if here else other)
        return shown

    def get_content_width(self, container: object, viewport: object) -> int:  # noqa: ARG002  # textual's signature
        return sum(cell_len(word) + 2 for word, _ in self._words)

    def action_step(self, by: int) -> None:
        """The next word, or the one before."""
        values = [value for _, value in self._words]
        self.value = (
            values[(values.index(self.value) + by) % len(values)] if self.value in values else values[0]
        )

    def on_key(self, event: events.Key) -> None:
        if event.key in ("h", "l", "space") or not event.is_printable:
            return
        for word, value in self._words:
            if word[0] == event.character:
                self.value = value
                event.stop()
                return
        self.app.bell()
        event.stop()

    def on_click(self, event: events.Click) -> None:
        right = 0
        for word, value in self._words:
            right += cell_len(word) + 2
            if event.x < right:
                self.value = value
                return
