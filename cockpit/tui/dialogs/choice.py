"""A question with a few answers, each with its key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from cockpit.base.records import dataclass
from cockpit.tui.steady import Steady


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what `dismiss` returns, its key, its words; `variant` is a button's (error for what ends things)."""

    id: str
    key: str
    words: str
    variant: str = "default"


Words = Callable[[], Awaitable[str]]
"""Finds out what there is to say, off the event loop."""


class ChoiceDialog(Steady, ModalScreen[str | None]):
    """Ends with the id of an answer, or None (escape: nothing is done). `better` words replace `says` when known."""

    CSS = """
    ChoiceDialog { align: center middle; }
    ChoiceDialog > Vertical {
        width: 72; max-width: 92%; height: auto; max-height: 90%;
        padding: 1 2; background: $surface; border: round $primary;
    }
    ChoiceDialog #says { width: 1fr; height: auto; margin-bottom: 1; }
    ChoiceDialog Horizontal { height: auto; width: 100%; align-horizontal: right; }
    ChoiceDialog Button { margin-left: 1; min-width: 8; width: auto; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "give_up", "Cancel"),
        Binding("left,h", "app.focus_previous", show=False),
        Binding("right,l", "app.focus_next", show=False),
    ]

    def __init__(
        self, title: str, says: str, answers: Sequence[Answer], *, better: Words | None = None
    ) -> None:
        super().__init__()
        self._better = better
        self._title = title
        self._says = says
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self._title)  # a user's name is no markup
            yield Static(self._says, id="says", markup=False)
            with Horizontal():
                for answer in self._answers:
                    label = Content(f"{answer.words} ({answer.key})")
                    yield Button(label, id=f"answer-{answer.id}", variant=answer.variant, compact=True)  # type: ignore[arg-type]  # a name

    def on_mount(self) -> None:
        self.query(Button).last().focus()
        if self._better is not None:
            self._say_better(self._better)

    @work
    async def _say_better(self, words: Words) -> None:
        """What takes a moment to find out stands there when it is known."""
        self.query_one("#says", Static).update(await words())

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(str(event.button.id).removeprefix("answer-"))

    def on_key(self, event: events.Key) -> None:
        for answer in self._answers:
            if answer.key in (event.character, event.key):
                event.stop()
                self.dismiss(answer.id)

    def action_give_up(self) -> None:
        self.dismiss(None)
