"""The last line: the keys that do something right now, from the registry."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len

from cockpit.tui.actions.action import Situation
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import actions_of
from cockpit.tui.widgets.painting import Line, Part

_LAST = ("help", "quit", "open_main")


class Hints(Line):
    """Draws what is available; what is not is left out (the help screen says why)."""

    def tell(self, at: Situation, keymap: Mapping[str, str]) -> None:
        """Show the hints for a situation; those that always apply keep their place at the right."""
        first: list[tuple[str, str]] = []
        last: list[tuple[str, str]] = []
        for action in actions_of(at.screen):
            if action.hint and action.why_not(at) is None:
                word = _hold_word(at) if action.id == "hold" else action.hint
                (last if action.id in _LAST else first).append((keys_of(action, keymap)[0], word))
        before = _before(at)
        room = self.size.width - _size(last) - sum(cell_len(text) for text, _ in before)
        shown: list[tuple[str, str]] = []
        for hint in first:
            if _size([*shown, hint]) <= room:
                shown.append(hint)
        self.show([*before, *_parts(shown)], _parts(last))

    def tell_typing(self) -> None:
        """There is one key only that is not the agent's."""
        self.show(
            [(" every key goes to the agent ", "t--blocked")], [(" ^]", "t--key"), (" leaves ", "t--muted")]
        )


def _before(at: Situation) -> list[Part]:
    """What the next key will mean: the count that was typed, the jobs that are marked."""
    parts = []
    if at.count:
        parts.append((f" {at.count:,}× ", "t--blocked"))
    if at.marked:
        parts.append((f" ✓ {len(at.marked):,} marked ", "t--blocked"))
    return parts


def _hold_word(at: Situation) -> str:
    return "resume" if at.jobs and all(job.held for job in at.jobs) else "hold"


def _size(hints: list[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in _parts(hints))


def _parts(hints: list[tuple[str, str]]) -> list[Part]:
    return [part for key, word in hints for part in ((f" {key}", "t--key"), (f" {word} ", "t--muted"))]
