"""Picks from a list by fuzzy search: one, or several. For templates and for jobs to come after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cockpit.base.records import dataclass
from cockpit.tui.form.fuzzy import Match, best
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.combo import marked
from cockpit.tui.words import plural

_MOST = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One row: its words, muted ones behind them, what a look at it shows, and what to know before one takes it."""

    id: str
    text: str
    about: str = ""
    preview: str = ""
    warns: str = ""

    @property
    def searched(self) -> str:
        """The whole row."""
        return f"{self.text}  {self.about}" if self.about else self.text


class _Finding(Input):
    """Where one types. A space that would begin a search marks the row instead, as space does in every list."""

    async def _on_key(self, event: events.Key) -> None:
        picker = self.screen
        if event.key == "space" and not self.value and isinstance(picker, PickDialog) and picker.several:
            event.stop()
            event.prevent_default()
            picker.action_mark()


class _Rows(OptionList, can_focus=False):
    """The rows; the focus stays where one types."""


class PickDialog(Steady, ModalScreen[list[str] | None]):
    """Ends with the ids that were picked, or None. With `marks` several can be picked, those are from the start."""

    CSS = """
    PickDialog { align: center middle; }
    PickDialog > Vertical {
        width: 92%; max-width: 100; height: 88%; max-height: 34;
        padding: 0 1; background: $surface; border: round $accent;
    }
    PickDialog Input { background: $panel; margin-bottom: 1; }
    PickDialog OptionList {
        height: 1fr; border: none; padding: 0; background: $surface; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    PickDialog #preview { height: 30%; min-height: 3; border-top: solid $edge; color: $muted; }
    PickDialog #warns { height: auto; min-height: 2; color: $warning; }
    PickDialog #problems { height: auto; max-height: 5; color: $warning; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "leave", "Leave"),
        Binding("enter", "take", "Take", priority=True),
        Binding("tab", "mark", "Mark", priority=True),
        Binding("up,ctrl+p", "move('up')", show=False, priority=True),
        Binding("down,ctrl+n", "move('down')", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[Item],
        *,
        marks: Sequence[str] | None = None,
        empty: str = "",
        problems: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._several = marks is not None
        self._marks = list(marks or ())
        self._empty = empty
        self._problems = tuple(problems)
        self._fitting: list[tuple[Item, Match]] = []

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = (
                f"{'space or tab marks · ' if self._several else ''}enter takes · esc leaves"
            )
            yield _Finding(placeholder="type to find", compact=True)
            yield _Rows()
            if any(item.preview for item in self._items):
                yield Static("", id="preview", markup=False)
            if any(item.warns for item in self._items):
                yield Static("", id="warns", markup=False)
            if self._problems:
                yield Static("\n".join(f"! {line}" for line in self._problems), id="problems", markup=False)

    @property
    def several(self) -> bool:
        """Can more than one be picked?"""
        return self._several

    def on_mount(self) -> None:
        self._search()

    @on(Input.Changed)
    def _search(self) -> None:
        query = self.query_one(Input).value
        self._fitting = best(query, self._items, lambda item: item.searched, _MOST)
        self._show(0)

    def _show(self, at: int) -> None:
        rows = self.query_one(_Rows)
        rows.clear_options()
        if not self._fitting:
            rows.add_option(
                Option(Content(self._empty if not self._items else "Nothing fits."), disabled=True)
            )
            self._look(None)
            return
        rows.add_options([self._row(item, fit) for item, fit in self._fitting])
        rows.highlighted = at
        self._look(self._fitting[at][0])
        self._count()

    def _row(self, item: Item, fit: Match) -> Option:
        shown = marked(item.searched, fit.places).stylize_before("$muted", len(item.text))
        if self._several:
            here = item.id in self._marks
            shown = Content.styled("[x] " if here else "[ ] ", "bold" if here else "$muted") + shown
        return Option(shown)

    def _count(self) -> None:
        if self._several:
            chosen = f" · {plural(len(self._marks), 'job')} marked" if self._marks else ""
            self.query_one(Vertical).border_title = self._title + chosen

    def _look(self, item: Item | None) -> None:
        for preview in self.query("#preview").results(Static):
            preview.update(item.preview if item else "")
        for line in self.query("#warns").results(Static):
            line.update(f"! {item.warns}" if item and item.warns else "")

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._fitting):
            self._look(self._fitting[event.option_index][0])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if self._several:
            self.action_mark()
        else:
            self.dismiss([self._fitting[event.option_index][0].id])

    def action_move(self, way: str) -> None:
        """Up or down a row."""
        rows = self.query_one(_Rows)
        (rows.action_cursor_up if way == "up" else rows.action_cursor_down)()

    def action_mark(self) -> None:
        """Mark the row, or take its mark away; then the next one."""
        at = self.query_one(_Rows).highlighted
        if not self._several or at is None or not self._fitting:
            return
        item = self._fitting[at][0]
        if item.id in self._marks:
            self._marks.remove(item.id)
        else:
            self._marks.append(item.id)
        self._show(min(at + 1, len(self._fitting) - 1))
        self._count()

    def action_take(self) -> None:
        """What is marked, else the row."""
        at = self.query_one(_Rows).highlighted
        if self._several and self._marks:
            self.dismiss(list(self._marks))
        elif at is not None and self._fitting:
            self.dismiss([self._fitting[at][0].id])

    def action_leave(self) -> None:
        self.dismiss(None)
