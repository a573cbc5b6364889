"""Which lists are shown beside the job: each has a key, and the screen behind follows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from cockpit.tui.layout import LISTS, Arrangement, toggled
from cockpit.tui.own_keys import raw_keys, with_keys
from cockpit.tui.parts import Part
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.painting import Line

_KEYS = {name[0]: name for name in LISTS}


class PanesDialog(Steady, ModalScreen[None]):
    """`changed` gets every arrangement that the person makes; escape or enter closes it."""

    CSS = """
    PanesDialog { align: center middle; background: $background 0%; }
    PanesDialog > Vertical {
        width: 46; max-width: 96%; height: auto; padding: 1 2; background: $surface; border: round $primary;
    }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape,enter", "close", "Close")]  # type: ignore[assignment]  # one kind

    def __init__(self, wanted: Arrangement, changed: Callable[[Arrangement], None]) -> None:
        super().__init__()
        self._wanted = wanted
        self._changed = changed
        self._lines = {key: Line() for key in (*_KEYS, "v", "r")}

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Panes"
            box.border_subtitle = with_keys(
                "esc closes · {divider_left} {divider_right} {list_smaller} {list_taller} resize"
            )
            yield from self._lines.values()

    def on_mount(self) -> None:
        self._tell()

    def _tell(self) -> None:
        told: dict[str, str] = {}
        for key, name in _KEYS.items():
            told[key] = f"{'○ show' if name in self._wanted.hidden else '● hide'} {name.title()}"
        told["v"] = f"{'show' if self._wanted.hidden >= set(LISTS) else 'hide'} all lists"
        told["r"] = "as it was in the beginning"
        for key, words in told.items():
            parts: list[Part] = [(f" {key} ", "t--key"), (f" {words}", "t--plain")]
            self._lines[key].show(parts)

    def on_key(self, event: events.Key) -> None:
        if event.character in self._lines:
            event.stop()
            self._do(event.character)
        elif event.key in raw_keys("arrange"):
            event.stop()
            self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        for key, line in self._lines.items():
            if event.widget is line:
                self._do(key)

    def _do(self, key: str) -> None:
        if key == "r":
            self._wanted = replace(Arrangement(), tiles=self._wanted.tiles)  # the grid is not meant
        else:
            self._wanted = toggled(self._wanted, LISTS if key == "v" else (_KEYS[key],))
        self._tell()
        self._changed(self._wanted)

    def action_close(self) -> None:
        self.dismiss(None)
