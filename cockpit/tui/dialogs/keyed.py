"""One of a few lines, each with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cockpit.base.records import dataclass
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.options import Options


@dataclass(frozen=True, slots=True)
class Pick:
    """What `dismiss` returns, its key, its words, and what is said of it."""

    id: str
    key: str
    words: str
    says: str = ""


class KeyedDialog(Steady, ModalScreen[str | None]):
    """Ends with the id of a pick, or None (escape: nothing is changed); `current` is marked."""

    CSS = """
    KeyedDialog { align: center middle; }
    KeyedDialog > Vertical {
        width: 60; max-width: 92%; height: auto; max-height: 90%;
        padding: 0 1; background: $surface; border: round $primary;
    }
    KeyedDialog OptionList { height: auto; max-height: 20; background: $surface; border: none; padding: 0; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "give_up", "Cancel"),
    ]

    def __init__(self, title: str, picks: Sequence[Pick], current: str = "") -> None:
        super().__init__()
        self._title = title
        self._picks = tuple(picks)
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = "enter or its key picks · esc leaves it"
            yield Options(*(Option(self._line(pick), id=f"pick-{n}") for n, pick in enumerate(self._picks)))

    def _line(self, pick: Pick) -> Content:
        mark = "●" if pick.id == self._current else " "
        return Content.assemble(
            f" {mark} ", (f"{pick.key} ", "bold"), f" {pick.words:<12} ", (pick.says, "dim")
        )

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.focus()
        ids = [pick.id for pick in self._picks]
        options.highlighted = ids.index(self._current) if self._current in ids else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._picks[event.option_index].id)

    def on_key(self, event: events.Key) -> None:
        for pick in self._picks:
            if pick.key and pick.key in (event.character, event.key):
                event.stop()
                self.dismiss(pick.id)
                return

    def action_give_up(self) -> None:
        self.dismiss(None)
