"""How far did a text get? Read from screens alone. Pure.

sent: tmux took it. echoed: it stands on the screen. accepted: after Enter it no longer waits there to be sent.

A composer wraps and frames what is typed, so texts are compared without white space and box lines. Long pastes are
shown by some agents as `[Pasted text #1 +20 lines]`: that is an echo too.
"""

from __future__ import annotations

import re
from typing import Literal

from cockpit.base.records import dataclass
from cockpit.tmux.screen import Screen, squashed

Level = Literal["sent", "echoed", "accepted"]
_TAIL = 24  # characters of the text's end to look for
_PLACEHOLDER = re.compile(r"\[(?:pasted|paste)\b[^\]\n]*\]|\[[^\]\n]*\d+ lines[^\]\n]*\]", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text: the level, the evidence for it, and how often Enter was pressed."""

    level: Level
    evidence: str
    enters: int = 0


def tail_of(text: str) -> str:
    """What to look for: the squashed end of the last line that holds anything."""
    lines = [line for line in map(squashed, text.split("\n")) if line]
    return lines[-1][-_TAIL:] if lines else ""


def echo_of(text: str, before: Screen, now: Screen) -> str | None:
    """The squashed piece of `now` that is new since `before` and shows `text`; None while there is none."""
    shown = _PLACEHOLDER.findall(now.plain)
    if len(shown) > len(_PLACEHOLDER.findall(before.plain)):
        return squashed(shown[-1])
    tail = tail_of(text)
    return tail if tail and squashed(now.plain).count(tail) > squashed(before.plain).count(tail) else None


def still_pending(echo: str, screen: Screen) -> bool:
    """Does the text stand right before the cursor, as what is typed but not sent does?"""
    return squashed(screen.before_cursor()).endswith(echo)


def was_accepted(echo: str, before_enter: Screen, now: Screen) -> bool:
    """Has Enter been taken, as far as the screens tell?"""
    old, new = squashed(before_enter.plain), squashed(now.plain)
    if new.count(echo) > old.count(echo):
        return True  # it was typed, now it is also said
    if still_pending(echo, before_enter):
        return not still_pending(echo, now)
    # The program draws a cursor of its own, elsewhere: look at what follows the text (clocks apart).
    return echo not in new or _after(echo, old) != _after(echo, new)


def _after(echo: str, text: str) -> str:
    return _DIGITS.sub("", text.rpartition(echo)[2])
