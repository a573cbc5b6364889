"""All keys, from the registry, and why some do nothing right now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.tui.actions.action import Action, Scope, Situation
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import ACTIONS, actions_of

_HEADINGS = {
    Scope.LIST: "In lists",
    Scope.TEXT: "In texts",
    Scope.SCREEN: "In an agent's screen",
}


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
    HelpDialog .help-line { height: auto; }
    HelpDialog .help-keys { width: 9; color: $accent; text-style: bold; }
    HelpDialog .help-title { width: 20; }
    HelpDialog .help-text { width: 1fr; }
    HelpDialog .help-heading { margin-top: 1; text-style: bold; }
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
                yield from self._group("Everywhere", actions_of(self._at.screen))
                for scope, heading in _HEADINGS.items():
                    yield from self._group(heading, [action for action in ACTIONS if action.scope is scope])

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def _group(self, heading: str, actions: Iterable[Action]) -> ComposeResult:
        yield Static(heading, classes="help-heading")
        for action in actions:
            yield self._line(action)

    def _line(self, action: Action) -> Horizontal:
        """Keys, title, what it does; and why not, where that is so."""
        variables = self.app.theme_variables
        text = Text(action.help, style=variables.get("muted", ""))
        why = action.why_not(self._at)
        if why:
            text.append(f" Not now: {why}.", style=variables.get("warning", ""))
        return Horizontal(
            Static(" ".join(keys_of(action, self._keymap)), classes="help-keys", markup=False),
            Static(action.title, classes="help-title", markup=False),
            Static(text, classes="help-text"),
            classes="help-line",
        )

    def action_scroll(self, by: int) -> None:
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)
