"""Lines of text of any number: folded to the width, drawn when seen, searched, followed at the end if wished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.theme import Theme

from cockpit.tui.actions.keymap import TEXT_BINDINGS
from cockpit.tui.folding import Folded
from cockpit.tui.own_keys import key_for, with_keys
from cockpit.tui.parts import Lines, Part
from cockpit.tui.picture import with_style
from cockpit.tui.search import Hit, Search
from cockpit.tui.widgets.painting import Painted, set_rows

MOST_LINES = 5000
_SEARCHING = ("text_next_hit", "text_previous_hit", "text_end_search")


class TextView(Painted, ScrollView, can_focus=True):
    """Shows strips; a long one takes several rows. The oldest go where there are too many."""

    BINDINGS: ClassVar[list[Binding]] = TEXT_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows
    ALLOW_SELECT = True
    may_follow = False

    class Noted(Message):
        """What is told of it (`note`) is something else now."""

        def __init__(self, view: TextView) -> None:
            super().__init__()
            self.view = view

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, TextView.Noted) and message.view is self.view

    class SearchWanted(Message):
        """The person wants to type what to look for."""

        def __init__(self, view: TextView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str, most: int = MOST_LINES, searched: bool = False) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._searched = searched
        self.following = self.beginning_left_out = False
        self.search: Search | None = None
        self._settled = Size(0, 0)
        self._begun = 0  # the line that was the topmost when the person began to look for something
        self._text = Folded(most)
        self._parts: Lines | None = None

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._in_new_colours)

    def on_unmount(self) -> None:
        self.app.theme_changed_signal.unsubscribe(self)  # or it is kept for ever, with all that it showed

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._text)

    def __bool__(self) -> bool:
        return True

    # what it shows

    def set_lines(self, lines: Iterable[Strip], *, top: bool = True, hangs: Sequence[int] = ()) -> None:
        """Show these instead; from the top, or where the view stood. `hangs` is as Folded takes it."""
        self._parts = None
        if not self._text.set(lines, hangs):
            return
        self._resize_content()
        if self.search is not None:
            self._look_again()
        if top:
            self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def set_parts(self, lines: Iterable[list[Part]], *, top: bool = True) -> None:
        """Lines of text with pens; the first of several parts is a label, and what is folded hangs behind it."""
        kept = [list(parts) for parts in lines]
        strips = [Strip([Segment(text, self.ink(pen)) for text, pen in parts]) for parts in kept]
        self.set_lines(
            strips, top=top, hangs=[cell_len(parts[0][0]) if len(parts) > 1 else 0 for parts in kept]
        )
        self._parts = kept

    def _in_new_colours(self, _: Theme) -> None:
        """Another theme: pens that were used have the old one's colours."""
        if self._parts is not None:
            self.set_parts(self._parts, top=False)

    def add(self, lines: list[Strip], last: Strip | None) -> None:
        """Put `lines` behind those that are there; `last` is a line that may still grow."""
        number = self._text.end
        changed = self._text.add(lines, last)
        if changed is None:
            return
        if self.search is not None:
            self._look_on(self.search, number)
        self._resize_content()
        if self.following:
            self._to_end()
        first = max(0, changed - round(self.scroll_y))
        if first < self.size.height:
            self.refresh(Region(0, first, self.size.width, self.size.height - first))

    def _resize_content(self) -> None:
        set_rows(self, len(self._text))

    def render_line(self, y: int) -> Strip:
        width, place = self.size.width, round(self.scroll_y) + y
        if place >= len(self._text):
            return Strip.blank(width, self.ground)
        number, start = self._text.row(place)
        line = self._text.line(number) or Strip([])
        if self.search is not None:
            line = self._with_hits(line, self.search, number)
        selected = self.text_selection and self.text_selection.get_span(number - self._text.dropped)
        if selected:
            line = with_style(line, self.screen.get_component_rich_style("screen--selection"), *selected)
        part = line if line.cell_length <= width else line.crop(*self._text.cells_of(place))
        hang = self._text.hang_of(place)
        part = part.apply_style(self.ground).adjust_cell_length(width - hang, self.ground)
        part = part.apply_offsets(start, number - self._text.dropped)
        return Strip.join([Strip.blank(hang, self.ground), part]) if hang else part

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the person has marked with the mouse: lines as they were, not as they are folded."""
        last = [] if self._text.open is None else [self._text.open]
        return selection.extract("\n".join(line.text for line in [*self._text.lines, *last])), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # all lines are drawn anew
        """Another part is marked."""
        self.refresh()

    def _with_hits(self, line: Strip, search: Search, number: int) -> Strip:
        for hit in search.on_line(number):
            start, end = _cells(line, hit)
            line = with_style(
                line, self.ink("t--hit-here" if hit == search.current else "t--hit"), start, end
            )
        return line

    def on_resize(self) -> None:
        self._settled = self.size
        top = self._text.row(round(self.scroll_y)) if round(self.scroll_y) < len(self._text) else None
        self._text.fold(self.size.width)
        self._resize_content()
        if self.following:
            self._to_end()
        elif top is not None and round(self.scroll_y):
            self.scroll_to(y=self._text.row_of(*top), animate=False, force=True)
        self.post_message(self.Noted(self))

    # following

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end stops following; at the end it starts again."""
        super().watch_scroll_y(old_value, new_value)
        if old_value == new_value:
            return
        if self.may_follow and self.size == self._settled:  # else the layout has moved it, not the person
            self._follow(round(new_value) >= len(self._text) - self.size.height)
        if 0 in (round(old_value), round(new_value)):
            self.post_message(self.Noted(self))

    def _follow(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.post_message(self.Noted(self))

    def _to_end(self) -> None:
        self.scroll_to(y=max(0, len(self._text) - self.size.height), animate=False, force=True)

    @property
    def note(self) -> str:
        """What is looked for and where; whether new lines are followed."""
        if self.search is not None:
            keys = with_keys("{text_next_hit} {text_previous_hit} next, {text_end_search} ends")
            return f"{self.search.told}  {keys}"
        if not self.may_follow or self.following or len(self._text) <= self.size.height:
            return ""
        cut = round(self.scroll_y) == 0 and (self.beginning_left_out or self._text.dropped)
        follows = f"{key_for('text_bottom')} follows"
        return f"earlier output is left out  {follows}" if cut else f"scrolled back: {follows}"

    # searching

    def look_for(self, wanted: str) -> None:
        """Mark where this occurs and go to the first place from here on; empty: stop looking."""
        self.search = Search(wanted) if wanted else None
        if self.search is not None:
            self._look_on(self.search, self._text.dropped)
            self._reveal(self.search.first_from(self._begun))
        self.refresh()
        self.post_message(self.Noted(self))

    def _look_on(self, search: Search, number: int) -> None:
        """Look through the lines from this one on."""
        search.drop_before(self._text.dropped)
        for each in range(max(number, self._text.dropped), self._text.end + 1):
            if (line := self._text.line(each)) is not None:
                search.put(each, line.text)
        self.post_message(self.Noted(self))

    def _look_again(self) -> None:
        assert self.search is not None
        self.search = Search(self.search.wanted)
        self._look_on(self.search, self._text.dropped)

    def _reveal(self, hit: Hit | None) -> None:
        """Scroll to it, if it can't be seen."""
        line = None if hit is None else self._text.line(hit.line)
        if hit is None or line is None:
            return
        row, top, height = (
            self._text.row_of(hit.line, _cells(line, hit)[0]),
            round(self.scroll_y),
            self.size.height,
        )
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, force=True)
            self._follow(self.may_follow and row - height // 3 >= len(self._text) - height)

    def _step(self, by: int) -> None:
        if self.search is not None:
            self._reveal(self.search.step(by))
            self.refresh()
            self.post_message(self.Noted(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """n, N and escape are the search's only while there is one; / is only where somebody takes it."""
        if action in _SEARCHING:
            return self.search is not None
        if action == "text_search":
            return self._searched
        return super().check_action(action, parameters)

    def action_text_search(self) -> None:
        y = round(self.scroll_y)
        self._begun = self._text.row(y)[0] if y < len(self._text) else 0
        self.post_message(self.SearchWanted(self))

    def action_text_next_hit(self) -> None:
        self._step(1)

    def action_text_previous_hit(self) -> None:
        self._step(-1)

    def action_text_end_search(self) -> None:
        self.look_for("")

    # moving

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
        self._to_end()
        self._follow(self.may_follow)


def _cells(line: Strip, hit: Hit) -> tuple[int, int]:
    """The cells of a hit: some characters take two."""
    text = line.text
    start = cell_len(text[: hit.start])
    return start, start + cell_len(text[hit.start : hit.end])
