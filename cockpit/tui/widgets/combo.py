"""An input with a list below it that shows what fits what one types, the best first, the letters that fit marked.

Arrows move, enter or tab takes, escape closes the list, a click takes, too. A *free* one accepts other words as
well, so there nothing is taken that was not moved to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from cockpit.tui.form.fuzzy import Match, best
from cockpit.tui.steady import Steady


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that can be taken, and a word about it."""

    name: str
    about: str = ""


def marked(text: str, places: Sequence[int], about: str = "") -> Content:
    """`text` with the characters at `places` marked, and a muted word about it behind."""
    shown = Content(text)
    for place in places:
        shown = shown.stylize("bold underline $accent", place, place + 1)
    return shown + Content.styled(f"  {about}", "$muted") if about else shown


class _Typing(Input):
    """The input; keys that are about the list go to the list."""

    async def _on_key(self, event: events.Key) -> None:
        combo = self.parent
        if isinstance(combo, Combo) and combo.take_key(event.key):
            event.stop()
            event.prevent_default()

    async def _on_click(self, event: events.Click) -> None:  # noqa: ARG002  # textual's signature
        if isinstance(self.parent, Combo):
            self.parent.show_list(every=True)


class _Names(OptionList, can_focus=False):
    """The list; the focus stays in the input."""


class Combo(Steady, Vertical):
    """One line high; the list lies over what is below."""

    DEFAULT_CSS = """
    Combo { height: 1; }
    Combo > Input { width: 1fr; }
    Combo > OptionList {
        overlay: screen; constrain: inside inside; display: none;
        width: 1fr; min-width: 30; text-wrap: nowrap; text-overflow: ellipsis; height: auto; max-height: 9;
        border: none; padding: 0; scrollbar-size-vertical: 1; background: $panel-lighten-1;
    }
    Combo > OptionList > .option-list--option { padding: 0 1; }
    Combo.-open > OptionList { display: block; }
    """

    @dataclass
    class Changed(Message):
        """Another text stands in it."""

        combo: Combo

        @property
        def control(self) -> Combo:
            """Whose it is."""
            return self.combo

    def __init__(
        self,
        value: str,
        choices: Sequence[Choice],
        *,
        id: str,  # noqa: A002  # textual's name
        placeholder: str = "",
        free: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._choices = list(choices)
        self._free = free
        self._fitting: list[tuple[Choice, Match]] = []
        self._quiet = False
        self._input = _Typing(value, placeholder=placeholder, compact=True)
        self._list = _Names()

    def compose(self) -> ComposeResult:
        yield self._input
        yield self._list

    @property
    def value(self) -> str:
        """What stands in it."""
        return self._input.value.strip()

    @value.setter
    def value(self, text: str) -> None:
        self._quiet = self._input.value != text
        self._input.value = text
        self._input.cursor_position = len(text)

    @property
    def input(self) -> Input:
        """Where one types."""
        return self._input

    def focus(self, scroll_visible: bool = True) -> Combo:
        """The focus is its input's."""
        self._input.focus(scroll_visible)
        return self

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Other names from now on."""
        self._choices = list(choices)

    @property
    def is_open(self) -> bool:
        """Is the list seen?"""
        return self.has_class("-open")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        quiet, self._quiet = self._quiet, False
        if self._input.has_focus and not quiet:
            self.show_list()
        self.post_message(self.Changed(self))

    @on(Input.Blurred)
    def _left(self) -> None:
        self.close_list()

    def show_list(self, *, every: bool = False) -> None:
        """Show what fits (or all, with what stands in it marked as the one)."""
        query = "" if every else self._input.value
        self._fitting = best(query, self._choices, lambda choice: choice.name)
        if not self._fitting:
            self.close_list()
            return
        names = [self._option(choice, fit) for choice, fit in self._fitting]
        self._list.clear_options()
        self._list.add_options(names)
        self._list.highlighted = self._first(every=every)
        self.add_class("-open")

    def _first(self, *, every: bool) -> int | None:
        if every:
            return next((n for n, (choice, _) in enumerate(self._fitting) if choice.name == self.value), None)
        return None if self._free else 0

    def _option(self, choice: Choice, fit: Match) -> Option:
        return Option(marked(choice.name, fit.places, choice.about))

    def close_list(self) -> None:
        """Only the input is seen."""
        self.remove_class("-open")

    def take_key(self, key: str) -> bool:
        """Was this key meant for the list?"""
        if not self.is_open:
            if key not in ("down", "alt+down"):
                return False
            self.show_list(every=True)
            return True
        if key in ("up", "down", "pageup", "pagedown"):
            getattr(self._list, f"action_{_MOVES[key]}")()
            return True
        if key == "escape":
            self.close_list()
            return True
        if key in ("enter", "tab") and self._list.highlighted is not None:
            self._take(self._list.highlighted)
        return False  # enter and tab go on to the next field as well

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option_index)
        self._input.focus()

    def _take(self, index: int) -> None:
        self.value = self._fitting[index][0].name
        self.close_list()


_MOVES: dict[str, str] = {
    "up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down",
}  # fmt: skip
