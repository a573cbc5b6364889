"""All keys, from the registry, and why some do nothing right now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.tui.actions import ACTIONS, Action, Scope, Situation, keys_of

_HEADINGS = {Scope.MAIN: "Everywhere", Scope.LIST: "In lists", Scope.TEXT: "In texts"}
_KEYS_WIDTH = 14
_TITLE_WIDTH = 26


class HelpDialog(ModalScreen[None]):
    """Scrolls; escape, q or ? closes it."""

    CSS = """
    HelpDialog { align: center middle; }
    HelpDialog > Vertical {
        width: 96%; max-width: 112; height: auto; max-height: 94%;
        padding: 0 1; background: $surface; border: round $primary;
    }
    HelpDialog VerticalScroll { height: auto; max-height: 100%; }
    HelpDialog Static { height: auto; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape,q,question_mark,f1", "close", "Close"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, at: Situation, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._at = at
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes · own keys: [ui.keys] in the configuration"
            with VerticalScroll(id="help"):
                for scope, heading in _HEADINGS.items():
                    yield Static(Text(f"\n{heading}", style="bold"))
                    for action in ACTIONS:
                        if action.scope is scope:
                            yield Static(self._line(action), classes="help-line")

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def _line(self, action: Action) -> Text:
        """Keys, title, what it does; and why not, where that is so."""
        variables = self.app.theme_variables
        key, muted, warning = (variables.get(name, "") for name in ("accent", "muted", "warning"))
        text = Text(no_wrap=False)
        text.append(f"{' '.join(keys_of(action, self._keymap)):<{_KEYS_WIDTH}}", style=f"bold {key}".strip())
        text.append(f"{action.title:<{_TITLE_WIDTH}} ")
        text.append(action.help, style=muted)
        why = action.why_not(self._at)
        if why:
            text.append(f"  not now: {why}", style=warning)
        return text

    def action_scroll(self, by: int) -> None:
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)
