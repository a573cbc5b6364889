"""A framed box whose lines are worked out for the room that it has, and drawn again only when they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip
from textual.widget import Widget

from cockpit.tui.parts import Lines, Part
from cockpit.tui.widgets.painting import Painted

Draw = Callable[[int, int], Sequence[Sequence[Part]]]
"""The lines for so many cells and rows."""


class Panel(Painted, Widget):
    """Shows what its `draw` says; a frame and a title come from the style sheet."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.border_title = title
        self._draw: Draw | None = None
        self._lines: Lines = []

    def tell(self, draw: Draw) -> None:
        """Show this from now on."""
        self._draw = draw
        self._work_out()

    def on_resize(self) -> None:
        self._work_out()

    def _work_out(self) -> None:
        width, height = self.size
        if self._draw is None or not width or not height:
            return
        lines = [list(line) for line in self._draw(width, height)]
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return self.strip([(text, pen or "t--plain") for text, pen in self._lines[y]], width)
