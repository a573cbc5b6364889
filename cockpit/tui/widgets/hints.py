"""The last line: the keys that do something right now, from the registry."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from cockpit.tui.actions.action import TAKES_BACK, Situation
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import actions_of
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.widgets.painting import Line

_Hint = tuple[str, str, str]
"""Key, word, action."""
_LAST = ("help", "quit", "open_main")


class Hints(Line):
    """Draws what is available; what is not is left out (the help screen says why)."""

    class Chosen(Message):
        """A hint was clicked: its action is meant."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    _spans: Sequence[tuple[int, int, str]] = ()
    _told: Situation | None = None

    def on_resize(self) -> None:
        if self._told is not None:
            self.tell(self._told)

    def on_click(self, event: events.Click) -> None:
        for start, end, name in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(name))

    def tell(self, at: Situation) -> None:
        """Show the hints for a situation; those that always apply keep their place at the right."""
        self._told = at
        first: list[_Hint] = []
        last: list[_Hint] = []
        for action in actions_of(at.screen):
            if action.hint and action.why_not(at) is None:
                word = _hold_word(at) if action.id == "hold" else action.hint
                (last if action.id in _LAST else first).append((keys_of(action)[0], word, action.id))
        before = _before(at)
        room = self.size.width - _size(last) - sum(cell_len(text) for text, _ in before)
        shown: list[_Hint] = []
        for hint in first:
            if _size([*shown, hint]) <= room:
                shown.append(hint)
        self.show([*before, *_parts(shown)], _parts(last))
        self._spans = [*_spans(shown, sum(cell_len(text) for text, _ in before))]
        self._spans += _spans(last, self.size.width - _size(last))

    def tell_typing(self) -> None:
        """There is one key only that is not the agent's."""
        self._spans, self._told = [], None
        self.show(
            [(" every key goes to the agent ", "t--blocked")], [(" ^]", "t--key"), (" leaves ", "t--muted")]
        )


def _before(at: Situation) -> list[Part]:
    """What the next key will mean: the count that was typed, the jobs that are marked."""
    parts = []
    if at.count:
        parts.append((f" {at.count:,}×", "t--blocked"))
        parts += [
            (" a count for the next key;", "t--muted"),
            (f" {key_for(_back(at))}", "t--key"),
            (" forgets it ", "t--muted"),
        ]
    if at.marked:
        parts.append((f" ✓ {len(at.marked):,} marked ", "t--blocked"))
    return parts


def _back(at: Situation) -> str:
    """Which action a count is taken back with: the one that goes back."""
    return next(action.id for action in actions_of(at.screen) if action.id in TAKES_BACK)


def _hold_word(at: Situation) -> str:
    return "resume" if at.jobs and all(job.held for job in at.jobs) else "hold"


def _size(hints: Sequence[_Hint]) -> int:
    return sum(cell_len(text) for text, _ in _parts(hints))


def _spans(hints: Sequence[_Hint], start: int) -> list[tuple[int, int, str]]:
    """Where each hint begins and ends, and its action."""
    found = []
    for hint in hints:
        end = start + _size([hint])
        found.append((start, end, hint[2]))
        start = end
    return found


def _parts(hints: Sequence[_Hint]) -> list[Part]:
    return [part for key, word, _ in hints for part in ((f" {key}", "t--key"), (f" {word} ", "t--muted"))]
