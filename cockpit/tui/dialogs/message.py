"""Lines to read, and a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.tui.steady import Steady


class MessageDialog(Steady, ModalScreen[None]):
    """Shows lines; escape, enter or q closes it, and so does a command of the palette."""

    GIVES_WAY = True

    CSS = """
    MessageDialog { align: center middle; }
    MessageDialog > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 90%;
        padding: 1 2; background: $surface; border: round $primary;
    }
    MessageDialog VerticalScroll { height: auto; max-height: 100%; }
    MessageDialog Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape,enter,q,exclamation_mark", "close", "Close")]  # type: ignore[assignment]  # one kind

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = "esc closes"
            with VerticalScroll():
                for line in self._lines:
                    yield Static(line, markup=False)

    def action_close(self) -> None:
        self.dismiss(None)
