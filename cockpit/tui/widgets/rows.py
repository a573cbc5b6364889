"""A list of any length that draws only what is seen.

The rows belong to a source, which may keep no more than a window of them (tui/sources.py); the list asks for the rows
on screen, draws those lines that differ from what stands there, and keeps its selection by key when rows come and go.
Textual's DataTable needs 15 s for 100,000 rows and 0.3 s for one changed cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cockpit.base.errors import CockpitError
from cockpit.tui.actions.keymap import LIST_BINDINGS
from cockpit.tui.columns import Column, fit
from cockpit.tui.counting import take_count
from cockpit.tui.grouped import Grouped, Heading, Source
from cockpit.tui.own_keys import with_keys
from cockpit.tui.parts import SPAN, Part
from cockpit.tui.steady import tell_trouble
from cockpit.tui.widgets.painting import Painted, entitle, set_rows
from cockpit.tui.words import cut

R = TypeVar("R")
_HEADER = 1
_Content = tuple[tuple[Part, ...], str, bool | None]
"""What a line tells: cells, the pen of the selection, and whether the row is marked; None where no row is."""


class Marked(Protocol):
    """The keys of rows that are marked."""

    def __len__(self) -> int: ...
    def __contains__(self, key: object, /) -> bool: ...


class VirtualList(Painted, ScrollView, Generic[R], can_focus=True):
    """A list over a `Source`; subclasses say how a row looks."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    BINDINGS: ClassVar[list[Binding]] = LIST_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows

    class Moved(Message):
        """Another row is selected (or the selected one is gone)."""

        def __init__(self, rows: VirtualList[Any]) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> VirtualList[Any]:
            return self.rows

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, VirtualList.Moved) and message.rows is self.rows

    class Entered(Message):
        """The list has the focus now."""

        def __init__(self, rows: VirtualList[Any]) -> None:
            super().__init__()
            self.rows = rows

    class Asked(Message):
        """The right button asks what can be done to a row."""

        def __init__(self, rows: VirtualList[Any], place: tuple[int, int]) -> None:
            super().__init__()
            self.rows = rows
            self.place = place

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, rows: VirtualList[Any]) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, source: Source[R | Heading], *, title: str, empty: str, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.source = source
        self.cursor = 0
        self.selected: str | None = None
        self.lost: str | None = None
        self.on_moved: Callable[[VirtualList[Any]], None] | None = None
        self.marks: Marked = ()
        self.empty = empty
        self._title = title
        self._drawn: dict[int, _Content] = {}
        self.border_title = title

    def cells(self, row: R) -> tuple[Part, ...]:
        """Text and pen of each column."""
        raise NotImplementedError

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns for the room there is; as many as COLUMNS has, whatever the width."""
        return self.COLUMNS

    def tally(self) -> str:
        """How many rows there are, in words for the title."""
        return f"{self.count:,}"

    def entitle(self, title: str) -> None:
        """Its title, before the count."""
        self._title = title

    @property
    def chosen(self) -> str | None:
        """What the person means: the selected row's key, or `lost`, the one of a row that went while it was selected.

        A lost one stays chosen, and no row looks selected, until the person moves.
        """
        return self.lost or self.selected

    @property
    def count(self) -> int:
        """How many rows there are, headings apart."""
        return self.source.count if isinstance(self.source, Grouped) else len(self.source)

    def fold(self) -> bool:
        """Fold the group whose heading is selected, or open it; False where no heading is."""
        if not self.on_heading or not isinstance(self.source, Grouped) or self.selected is None:
            return False
        self.source.fold(self.selected)
        self.update()
        self.refresh()
        return True

    @property
    def on_heading(self) -> bool:
        """Is the heading of a group selected?"""
        return self.cursor < len(self.source) and isinstance(self.source.row(self.cursor), Heading)

    # what changed

    def update(self) -> None:
        """The source has changed: find the selected row again, draw the lines that differ."""
        count = len(self.source)
        chosen = self.chosen
        found = self.source.index_of(chosen) if chosen is not None else None
        self.lost = None if found is not None else chosen
        if found is not None and found != self.cursor:
            above = self.cursor - round(self.scroll_y)
            self.cursor = found
            self._set_count(count)
            self.scroll_to(y=max(0, min(found - above, self._upper(found))), animate=False, force=True)
        self._set_count(count)
        if self._select(min(self.cursor, max(0, count - 1))):
            self.post_message(self.Moved(self))
        self._draw_changes()

    def _set_count(self, count: int) -> None:
        set_rows(self, count + _HEADER)
        title = f"{self._title} {self.tally()}" if count else self._title.removesuffix(" ·")
        entitle(self, title)

    def _draw_changes(self) -> None:
        """Refresh exactly the lines whose content differs from what was drawn."""
        for y, drawn in list(self._drawn.items()):
            if y < self.size.height and self._content(y) != drawn:
                self.refresh(Region(0, y, self.size.width, 1))

    def select_key(self, key: str) -> bool:
        """Select the row with this key; False when there is none."""
        index = self.source.index_of(key)
        if index is None:
            return False
        self.lost = None
        self.move_to(index)
        return True

    def let_go(self) -> None:
        """The row that was lost is not meant any more: the one at its place is."""
        if self.lost is not None:
            self.lost = None
            self._draw_changes()

    def mark_key(self, index: int) -> str | None:
        """What a mark on this row means: a job's id; None where it can't be marked."""
        if index >= len(self.source) or isinstance(self.source.row(index), Heading):
            return None
        return self.source.key(index)

    def marks_changed(self) -> None:
        """Draw the marks anew."""
        self._draw_changes()

    def selected_row(self) -> R | None:
        """The selected row; None in an empty list, and where a heading is selected."""
        row = self.source.row(self.cursor) if self.cursor < len(self.source) else None
        return None if isinstance(row, Heading) else row

    def move_to(self, index: int) -> None:
        """Select the row at `index` (or the nearest there is) and bring it into view."""
        found = self.lost is not None and bool(len(self.source))
        moved = self._select(
            max(0, min(index, len(self.source) - 1))
        )  # first: it may not be able to read the row
        if found:
            self.lost = None
        if moved or found:
            self.tell_moved()
        self._into_view()
        self._draw_changes()

    def _into_view(self) -> None:
        """Scroll to the selected row, and the heading above it; nothing while the list has no size yet."""
        page = self.size.height - _HEADER
        if page < 1:
            return
        top = round(self.scroll_y)
        if self._upper(self.cursor) < top:
            self.scroll_to(y=self._upper(self.cursor), animate=False, force=True)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False, force=True)

    def _upper(self, index: int) -> int:
        """The row that has to be seen with this one: the heading right above it. What can't be read is none."""
        with suppress(CockpitError):
            above = self.source.row(index - 1) if index else None
            return index - 1 if isinstance(above, Heading) else index
        return index

    def _select(self, index: int) -> bool:
        """Is it another row than before?"""
        key = self.source.key(index) if index < len(self.source) else None
        moved = key != self.selected
        self.cursor, self.selected = index, key
        return moved

    def tell_moved(self) -> None:
        """The person has moved: at once where somebody wants it so, and what that changes is in the same painting."""
        if self.on_moved is not None:
            self.on_moved(self)
        else:
            self.post_message(self.Moved(self))

    # drawing

    def render_line(self, y: int) -> Strip:
        content = self._content(y)
        self._drawn[y] = content
        if y == 0:
            return self._titles()
        if not len(self.source):
            return self._empty_line(y)
        return self._row_line(*content)

    def _content(self, y: int) -> _Content:
        """What line `y` tells: equal to what was drawn exactly when the line need not be drawn again."""
        if y == 0:
            return (), str(self.size.width), bool(self.marks)
        if not len(self.source):
            return (), with_keys(self.empty), False
        try:
            return self._row_content(round(self.scroll_y) + y - _HEADER)
        except CockpitError as error:
            # a store that is busy for seconds: a blank line ends nothing, and is told
            tell_trouble(self, error)
            return (), "", False

    def _row_content(self, index: int) -> _Content:
        row = self.source.row(index) if index < len(self.source) else None
        if row is None:
            return (), "", False
        here = index == self.cursor and self.lost is None
        mark = "" if not here else "t--cursor" if self.has_focus else "t--cursor-blurred"
        if isinstance(row, Heading):
            return heading_cells(row, len(self.COLUMNS)), mark, False
        return self.cells(row), mark, self.mark_key(index) in self.marks if self.marks else None

    def _titles(self) -> Strip:
        titles = zip(self.columns, self._widths(), strict=True)
        text = " ".join(cut(column.title, width) for column, width in titles if width)
        return self.strip([(f"{'  ' if self.marks else ' '}{text}", "t--muted")], self.size.width)

    @property
    def room(self) -> int:
        """The cells that columns share: all but the cursor's and a blank at the end, which marks take."""
        return self.size.width - 2

    def _widths(self) -> tuple[int, ...]:
        return fit(self.columns, self.room)

    def _row_line(self, cells: tuple[Part, ...], mark: str, marked: bool | None) -> Strip:
        width = self.size.width
        if not cells:
            return Strip.blank(width, self.rich_style)
        over = self.ink(mark) if mark else Style.null()
        alone = bool(over.reverse or over.underline)  # it needs no colour, and gets on with none
        ground = self.rich_style + ground_only(over)
        edge = "▌" if mark == "t--cursor" else " "
        if self.marks:
            edge += "✓" if marked else " "
        segments = [Segment(edge, self.pen("t--key") + ground_only(ground))]
        for (text, name), size in spanned(cells, self._widths()):
            if size:
                pen = over if mark and (name == "t--plain" or alone) else self.ink(name)
                segments += [
                    Segment(cut(text, size), ground + pen + ground_only(ground)),
                    Segment(" ", ground),
                ]
        return Strip(segments).adjust_cell_length(width, ground)

    def _empty_line(self, y: int) -> Strip:
        lines = with_keys(self.empty).splitlines()
        top = max(1, (self.size.height - len(lines)) // 2)
        text = lines[y - top] if 0 <= y - top < len(lines) else ""
        return self.strip([(text.center(self.size.width), "t--muted")], self.size.width)

    # events

    def on_resize(self) -> None:
        self._drawn.clear()
        self.refresh()  # or what is kept of lines would be shown, and nothing known of what they say
        self._set_count(len(self.source))
        self._into_view()

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        self._draw_changes()

    def on_focus(self) -> None:
        self.post_message(self.Entered(self))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < _HEADER:
            return
        index = round(self.scroll_y) + offset.y - _HEADER
        if index < len(self.source):
            self.move_to(index)
            if event.button == 3:
                self.post_message(self.Asked(self, (event.screen_x, event.screen_y)))
            elif event.chain == 2:
                self.post_message(self.Opened(self))

    def action_down(self) -> None:
        by = self._times()
        # another took the lost one's place
        self.move_to(self.cursor + by - 1 if self.lost else self.cursor + by)

    def action_up(self) -> None:
        self.move_to(self.cursor - self._times())

    def action_page_down(self) -> None:
        self.move_to(self.cursor + self._times() * max(1, self.size.height - 2))

    def action_page_up(self) -> None:
        self.move_to(self.cursor - self._times() * max(1, self.size.height - 2))

    def action_top(self) -> None:
        self.move_to(max(0, take_count(self.screen) - 1))

    def action_bottom(self) -> None:
        self.move_to((take_count(self.screen) or len(self.source)) - 1)

    def _times(self) -> int:
        return take_count(self.screen) or 1


def heading_cells(heading: Heading, columns: int) -> tuple[Part, ...]:
    """A title over all columns: `▾ alice 12`."""
    mark = "▸" if heading.folded else "▾"
    return ((f"{mark} {heading.title}  {heading.count:,}", "t--strong"), *[SPAN] * (columns - 1))


def spanned(cells: Sequence[Part], widths: Sequence[int]) -> list[tuple[Part, int]]:
    """Each cell with its width; one that others give their room to has theirs, too."""
    found: list[tuple[Part, int]] = []
    for cell, width in zip(cells, widths, strict=True):
        if cell is SPAN and found:
            before, size = found[-1]
            found[-1] = (before, size + width + bool(size and width))
        else:
            found.append((cell, width))
    return found


def ground_only(style: Style) -> Style:
    """What a style does to the ground it stands on."""
    shown = style.color if style.reverse else None
    return Style(color=shown, bgcolor=style.bgcolor, reverse=style.reverse, underline=style.underline)
