"""The saved filters: one of them is used, the one that is set is saved, or one is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from cockpit.base.records import dataclass
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.saved_filters import MOST, Saved
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.options import Options


@dataclass(frozen=True, slots=True)
class FilterAnswer:
    """What to do with a saved filter: use, save or forget; its `name` and `text`."""

    do: str
    name: str
    text: str = ""


class SavedFiltersDialog(Steady, ModalScreen[FilterAnswer | None]):
    """Lists saved filters; `current` is the filter that is set, as it is typed, and can be saved under a name."""

    CSS = """
    SavedFiltersDialog { align: center middle; }
    SavedFiltersDialog > Vertical {
        width: 76; max-width: 92%; height: auto; max-height: 90%;
        padding: 0 1; background: $surface; border: round $primary;
    }
    SavedFiltersDialog OptionList { height: auto; max-height: 16; background: $surface; border: none; padding: 0; }
    SavedFiltersDialog Input { background: $panel; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "give_up", "Cancel")]  # type: ignore[assignment]  # one kind

    def __init__(self, saved: Sequence[Saved], current: str) -> None:
        super().__init__()
        self._saved = tuple(saved)
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Saved filters"
            save = "s saves the one that is set · " if self._current else ""
            box.border_subtitle = f"enter or its number uses · {save}d forgets"
            yield Options(*(self._option(number, saved) for number, saved in enumerate(self._saved, 1)))
            if self._current:
                yield Input(placeholder=f"a name for  {self._current}", compact=True)

    def _option(self, number: int, saved: Saved) -> Option:
        key = str(number) if number <= MOST else " "
        wrong = parse_filter(saved.text)[1]
        says = f"{saved.text}  ({wrong})" if wrong else saved.text
        return Option(Content.assemble((f" {key} ", "bold"), f" {saved.name:<18} ", (says, "dim")))

    def on_mount(self) -> None:
        (self.query_one(OptionList) if self._saved or not self._current else self.query_one(Input)).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._use(event.option_index)

    def _use(self, place: int) -> None:
        saved = self._saved[place]
        self.dismiss(FilterAnswer("use", saved.name, saved.text))

    def on_key(self, event: events.Key) -> None:
        if isinstance(self.focused, Input):
            return
        key, place = event.character or "", self.query_one(OptionList).highlighted
        if key.isdecimal() and 0 < int(key) <= len(self._saved):
            self._use(int(key) - 1)
        elif key == "s" and self._current:
            self.query_one(Input).focus()
        elif key == "d" and place is not None:
            self.dismiss(FilterAnswer("forget", self._saved[place].name, self._saved[place].text))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if name := event.value.strip():
            self.dismiss(FilterAnswer("save", name, self._current))

    def action_give_up(self) -> None:
        self.dismiss(None)
