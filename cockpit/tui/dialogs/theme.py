"""Themes tried on: the one under the cursor is worn at once. Escape puts the old one back."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cockpit.base.records import dataclass
from cockpit.tui.steady import Steady
from cockpit.tui.theme import Themes
from cockpit.tui.wardrobe import Wardrobe
from cockpit.tui.widgets.options import Options


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keep this theme; with `save` the configuration is to name it."""

    name: str
    save: bool


class ThemeDialog(Steady, ModalScreen[Chosen | None]):
    """Stands at the side, so that one sees what the screen looks like."""

    CSS = """
    ThemeDialog { align: right middle; background: transparent; }
    ThemeDialog > Vertical {
        width: 36; height: auto; max-height: 100%; padding: 0 1; margin: 1 1;
        background: $surface; border: round $primary;
    }
    ThemeDialog OptionList {
        height: auto; max-height: 20; background: $surface; border: none; padding: 0;
        scrollbar-size-vertical: 1;
    }
    ThemeDialog OptionList:focus { background-tint: transparent 0%; }
    ThemeDialog #about { height: 3; margin-top: 1; color: $muted; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape,q,T", "give_up", "Back"),
        Binding("s", "save", "Keep for good"),
    ]

    def __init__(self, wardrobe: Wardrobe, themes: Themes, *, may_save: bool) -> None:
        super().__init__()
        self._wardrobe, self._themes, self._may_save = wardrobe, themes, may_save
        self._names = themes.names()
        self._before = ""

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Theme"
            box.border_subtitle = (
                "enter keep · s for good · esc" if self._may_save else "enter keep · esc back"
            )
            yield Options(*(self._option(name) for name in self._names))
            yield Static("", id="about", markup=False)

    def _option(self, name: str) -> Option:
        kind = "dark" if self._themes.usable[name].theme.dark else "light"
        kind = "terminal" if self._themes.usable[name].theme.ansi else kind
        return Option(Text(f"{name:<20} {kind:>9}"), id=name)

    def on_mount(self) -> None:
        self._before = self.app.theme
        options = self.query_one(OptionList)
        options.highlighted = self._names.index(self._before) if self._before in self._names else 0
        options.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = str(event.option.id)
        self.query_one("#about", Static).update(self._themes.usable[name].about)
        if name != self.app.theme:
            self._wardrobe.wear(name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Chosen(str(event.option.id), save=False))

    def action_save(self) -> None:
        if self._may_save:
            self.dismiss(Chosen(self.app.theme, save=True))

    def action_give_up(self) -> None:
        self._wardrobe.wear(self._before)
        self.dismiss(None)
