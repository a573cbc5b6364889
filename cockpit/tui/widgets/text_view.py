"""Lines of text of any number: folded to the width, drawn when seen, followed at the end if wished."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cockpit.tui.actions.keymap import TEXT_BINDINGS
from cockpit.tui.widgets.painting import Painted, Part

MOST_LINES = 5000


class TextView(Painted, ScrollView, can_focus=True):
    """Shows strips; a long one takes several rows. The oldest go where there are too many."""

    BINDINGS: ClassVar[list[Binding]] = TEXT_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows

    def __init__(self, *, id: str, most: int = MOST_LINES) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._most = most
        self._lines: list[Strip] = []
        self._open: Strip | None = None
        self._rows: list[tuple[Strip, int]] = []
        self._open_rows = 0
        self.following = False

    def set_lines(self, lines: Iterable[Strip], *, top: bool = True) -> None:
        """Show these instead; from the top, or where the view stood."""
        fresh = list(lines)[-self._most :]
        if fresh == self._lines and self._open is None:
            return
        self._lines, self._open = fresh, None
        self._fold_all()
        if top:
            self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def set_parts(self, lines: Iterable[list[Part]], *, top: bool = True) -> None:
        """Lines of text with pens."""
        self.set_lines(
            [Strip([Segment(text, self.pen(pen)) for text, pen in parts]) for parts in lines], top=top
        )

    def add(self, lines: list[Strip], last: Strip | None) -> None:
        """Put `lines` behind those that are there; `last` is a line that may still grow."""
        if not lines and last == self._open:
            return
        before = len(self._rows) - self._open_rows
        del self._rows[before:]
        self._lines += lines
        for line in lines:
            self._rows += self._folded(line)
        self._open = last
        self._add_open()
        if len(self._lines) > self._most + self._most // 10:
            self._lines = self._lines[-self._most :]
            self._fold_all()
            self.refresh()
        self._resized(before)

    def _resized(self, changed_from: int) -> None:
        """The rows from `changed_from` on are new: draw those of them that are seen."""
        size = Size(self.size.width, len(self._rows))
        if self.virtual_size != size:
            self.virtual_size = size
        if self.following:
            self.scroll_to(y=max(0, len(self._rows) - self.size.height), animate=False, force=True)
        first = max(0, changed_from - round(self.scroll_y))
        if first < self.size.height:
            self.refresh(Region(0, first, self.size.width, self.size.height - first))

    def _folded(self, line: Strip) -> list[tuple[Strip, int]]:
        width = max(1, self.size.width)
        count = max(1, -(-line.cell_length // width))
        return [(line, part * width) for part in range(count)]

    def _add_open(self) -> None:
        rows = [] if self._open is None else self._folded(self._open)
        self._open_rows = len(rows)
        self._rows += rows

    def _fold_all(self) -> None:
        self._rows = [row for line in self._lines for row in self._folded(line)]
        self._add_open()
        size = Size(self.size.width, len(self._rows))
        if self.virtual_size != size:
            self.virtual_size = size

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        place = round(self.scroll_y) + y
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        line, start = self._rows[place]
        part = line if line.cell_length <= width else line.crop(start, start + width)
        return part.apply_style(self.rich_style).adjust_cell_length(width, self.rich_style)

    def on_resize(self) -> None:
        self._fold_all()
        if self.following:
            self.scroll_to(y=max(0, len(self._rows) - self.size.height), animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end stops following; at the end it starts again."""
        super().watch_scroll_y(old_value, new_value)
        if old_value != new_value and self.may_follow:
            self.following = round(new_value) >= len(self._rows) - self.size.height

    may_follow = False

    def action_text_down(self) -> None:
        self.scroll_to(y=self.scroll_y + 1, animate=False, force=True)

    def action_text_up(self) -> None:
        self.scroll_to(y=self.scroll_y - 1, animate=False, force=True)

    def action_text_page_down(self) -> None:
        self.scroll_to(y=self.scroll_y + max(1, self.size.height - 1), animate=False, force=True)

    def action_text_page_up(self) -> None:
        self.scroll_to(y=self.scroll_y - max(1, self.size.height - 1), animate=False, force=True)

    def action_text_top(self) -> None:
        self.scroll_to(y=0, animate=False, force=True)

    def action_text_bottom(self) -> None:
        self.scroll_to(y=max(0, len(self._rows) - self.size.height), animate=False, force=True)
        self.following = self.may_follow
