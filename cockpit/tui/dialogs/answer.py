"""An agent's question and the keys that would answer it: shown first, sent when the same key comes again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.base.records import dataclass
from cockpit.tui.own_keys import key_for, raw_keys
from cockpit.tui.steady import Steady


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked (its lines, and the one that proves it), by whom, and what would be pressed."""

    who: str
    words: Sequence[str]
    line: str
    keys: str
    yes: bool

    @property
    def action(self) -> str:
        """The cockpit's action for it."""
        return "answer_yes" if self.yes else "answer_no"


class AnswerDialog(Steady, ModalScreen[bool]):
    """Ends with True when the keys shall be sent."""

    CSS = """
    AnswerDialog { align: center middle; }
    AnswerDialog > Vertical {
        width: 92%; max-width: 100; height: auto; max-height: 90%;
        padding: 1 2; background: $surface; border: round $warning;
    }
    AnswerDialog VerticalScroll { height: auto; max-height: 100%; margin-bottom: 1; }
    AnswerDialog Static { height: auto; }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape,q", "leave", "Leave it")]  # type: ignore[assignment]  # one kind

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._proposal = proposal

    def compose(self) -> ComposeResult:
        proposal = self._proposal
        with Vertical() as box:
            box.border_title = Text(f"{proposal.who} asks")  # its words are no markup
            with VerticalScroll():
                for words in proposal.words:
                    strong = proposal.line in words
                    yield Static(Text(words, style="bold" if strong else ""), classes="question")
            told = Text.assemble(
                ("Yes" if proposal.yes else "No", "bold"),
                f" sends {proposal.keys}.  ",
                (key_for(proposal.action), "bold"),
                " or ",
                ("enter", "bold"),
                " sends it, ",
                ("esc", "bold"),
                " leaves it.",
            )
            yield Static(told, id="keys")

    def on_key(self, event: events.Key) -> None:
        if event.key in ("enter", *raw_keys(self._proposal.action)):
            event.stop()
            self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)
