"""The menu of a job: what can be done to it, with the keys; what can't be says why."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cockpit.tui.actions.action import Action, Situation
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import MENU, actions_of
from cockpit.tui.own_keys import raw_keys
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.options import Options
from cockpit.tui.words import cut

_WIDTH = 56


class MenuDialog(Steady, ModalScreen[str | None]):
    """Ends with the id of an action, or None: escape, or a click beside it. `place` is where its corner should be."""

    CSS = f"""
    MenuDialog {{ background: transparent; align: left top; }}
    MenuDialog OptionList {{
        width: {_WIDTH}; height: auto; max-height: 96%; padding: 0 1;
        background: $surface; border: round $primary; scrollbar-size-vertical: 1;
    }}
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape,q", "close", "Close"),
    ]

    def __init__(self, at: Situation, place: tuple[int, int] | None) -> None:
        super().__init__()
        self._at = at
        self._place = place

    def compose(self) -> ComposeResult:
        by_id = {action.id: action for action in actions_of(self._at.screen)}
        yield Options(*(self._option(by_id[name]) for name in MENU if name in by_id))

    def _option(self, action: Action) -> Option:
        why = action.why_not(self._at)
        key = keys_of(action)[0]
        room = _WIDTH - 6
        if why is not None:
            why = why.replace(f"job {self._at.job.id}", "it") if self._at.job is not None else why
            return Option(Text(cut(f"{key:<6}{action.title}: {why}", room)), id=action.id, disabled=True)
        text = Text(f"{key:<6}", style="bold").append(action.title, style="not bold")
        return Option(text, id=action.id)

    def on_mount(self) -> None:
        menu = self.query_one(OptionList)
        at = self._at
        who = f"{len(at.marked):,} marked jobs" if at.marked else at.job.id if at.job is not None else ""
        menu.border_title = cut(who, min(cell_len(who), _WIDTH - 6))
        menu.border_subtitle = "esc closes"
        width, height = self.app.size
        x, y = self._place or (width // 4, height // 6)
        rows = min(menu.option_count + 2, height)
        menu.styles.offset = (max(0, min(x, width - _WIDTH)), max(0, min(y, height - rows)))
        menu.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def on_click(self, event: events.Click) -> None:
        if not self.query_one(OptionList).region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """An action's own key does it from here, too; but enter means the row."""
        if event.key == "enter":
            return
        for option in self.query_one(OptionList).options:
            action = next(each for each in actions_of(self._at.screen) if each.id == option.id)
            if not option.disabled and event.key in raw_keys(action.id, action.keys):
                event.stop()
                self.dismiss(action.id)
                return
        if event.key in raw_keys("menu"):
            event.stop()
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)
