"""All keys, from the registry, and why some do nothing right now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.tui.actions.action import Action, Scope, Situation
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import ACTIONS, actions_of
from cockpit.tui.own_keys import raw_keys, with_keys
from cockpit.tui.steady import Steady
from cockpit.tui.theme import colour_of

_HEADINGS = {
    Scope.LIST: "In lists; a number before a key repeats it (5{down}), 12{bottom} goes to row 12",
    Scope.TEXT: "In texts",
    Scope.SCREEN: "In an agent's screen",
}


class HelpDialog(Steady, ModalScreen[None]):
    """Scrolls; escape, q or its own key closes it, and so does a command of the palette."""

    GIVES_WAY = True

    CSS = """
    HelpDialog { align: center middle; }
    HelpDialog > Vertical {
        width: 96%; max-width: 112; height: auto; max-height: 94%;
        padding: 0 1; background: $surface; border: round $primary;
    }
    HelpDialog VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    HelpDialog Static { height: auto; }
    HelpDialog .help-heading { margin-top: 1; text-style: bold; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape,q", "close", "Close"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, at: Situation) -> None:
        super().__init__()
        self._at = at

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes · ^p by name · own keys: [ui.keys]"
            with VerticalScroll(id="help"):
                yield from self._group("Everywhere", actions_of(self._at.screen))
                for scope, heading in _HEADINGS.items():
                    yield from self._group(
                        with_keys(heading), [action for action in ACTIONS if action.scope is scope]
                    )

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def _group(self, heading: str, actions: Iterable[Action]) -> ComposeResult:
        """One widget for all lines: a hundred would take half a second to lay out."""
        yield Static(heading, classes="help-heading")
        table = Table.grid(padding=(0, 1))
        table.add_column(width=9, style=self._style("accent", bold=True))
        table.add_column(width=20)
        table.add_column(ratio=1)
        for action in actions:
            table.add_row(" ".join(keys_of(action)), action.title, self._what(action))
        yield Static(table)

    def _what(self, action: Action) -> Text:
        """What it does; and why not, where that is so."""
        text = Text(with_keys(action.help), style=self._style("muted"))
        why = action.why_not(self._at)
        if why:
            text.append(f" Not now: {why}.", style=self._style("warning"))
        return text

    def _style(self, variable: str, *, bold: bool = False) -> Style:
        return Style(color=colour_of(self.app, variable) or None, bold=bold)

    def on_key(self, event: events.Key) -> None:
        if event.key in raw_keys("help"):
            event.stop()
            self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)
