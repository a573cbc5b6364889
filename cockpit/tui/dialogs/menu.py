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
from cockpit.tui.actions.reasons import not_for_any
from cockpit.tui.actions.registry import MENU, actions_of
from cockpit.tui.own_keys import raw_keys
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.options import Options
from cockpit.tui.words import cut

_LEAST, _MOST = 40, 100  # cells
_AROUND, _KEY = 6, 6  # frame and padding; a key with the blanks behind it


class MenuDialog(Steady, ModalScreen[str | None]):
    """Ends with the id of an action, or None: escape, or a click beside it. `place` is where its corner should be."""

    CSS = """
    MenuDialog { background: transparent; align: left top; }
    MenuDialog OptionList {
        height: auto; max-height: 96%; padding: 0 1;
        background: $surface; border: round $primary; scrollbar-size-vertical: 1;
    }
    MenuDialog OptionList > .option-list--option-disabled { color: $muted; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape,q", "close", "Close"),
    ]

    def __init__(self, at: Situation, place: tuple[int, int] | None) -> None:
        super().__init__()
        self._at = at
        self._place = place
        self._width = _LEAST
        by_id = {action.id: action for action in actions_of(at.screen)}
        self._actions = [by_id[name] for name in MENU if name in by_id]

    def compose(self) -> ComposeResult:
        told = [(action, *self._told(action)) for action in self._actions]
        longest = _KEY + _AROUND + max(cell_len(words) for _, words, _ in told)
        width = max(min(_LEAST, self.app.size.width), min(longest, _MOST, self.app.size.width))
        menu = Options(*(_option(action, words, can, width - _AROUND) for action, words, can in told))
        menu.styles.width = self._width = width
        yield menu

    def _told(self, action: Action) -> tuple[str, bool]:
        """What the menu says of an action, and whether it can be done."""
        why, job = action.why_not(self._at), self._at.job
        if why is None:
            return action.title, True
        why = why.removeprefix(not_for_any(len(self._at.jobs)))  # the title says so
        if job is not None and len(self._at.jobs) < 2:
            why = why.replace(f"of job {job.id}", "of this job").replace(f"job {job.id}", "it")
        return f"{action.title}: {why}", False

    def on_mount(self) -> None:
        menu = self.query_one(OptionList)
        at = self._at
        who = f"{len(at.marked):,} marked jobs" if at.marked else at.job.id if at.job is not None else ""
        menu.border_title = cut(who, min(cell_len(who), _LEAST - _AROUND))
        menu.border_subtitle = "esc closes"
        width, height = self.app.size
        x, y = self._place or (width // 4, height // 6)
        rows = min(menu.option_count + 2, height)
        menu.styles.offset = (max(0, min(x, width - self._width)), max(0, min(y, height - rows)))
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


def _option(action: Action, words: str, can: bool, room: int) -> Option:
    key = f"{keys_of(action)[0]:<{_KEY}}"
    if not can:
        return Option(Text(cut(key + words, room)), id=action.id, disabled=True)
    return Option(Text(key, style="bold").append(words, style="not bold"), id=action.id)
