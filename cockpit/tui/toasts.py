"""When a toast is shown: at most two, none twice, none over a dialog, none where there is no room for one.

What comes while a dialog is open is shown when that closes: over it, it would hide buttons and the keys that it names.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable

from textual.notifications import Notification

MOST = 2
SECONDS = 5.0
"""So long it stands, whatever it says: the notices dialog and the log keep what matters."""


class Toasts:
    """Those that wait until a dialog is closed; and which of the standing ones make room."""

    def __init__(self) -> None:
        self._held: deque[Notification] = deque(maxlen=MOST)

    def hold(self, note: Notification) -> None:
        """Keep it until `release`; of more than two the oldest go."""
        for same in [each for each in self._held if _same(each, note)]:
            self._held.remove(same)
        self._held.append(note)

    def release(self) -> list[Notification]:
        """What was kept, to be shown now."""
        held = list(self._held)
        self._held.clear()
        return held


def begin(note: Notification) -> None:
    """Its time runs from now on."""
    note.timeout, note.raised_at = min(note.timeout, SECONDS), time.time()


def leaving(standing: Iterable[Notification], note: Notification) -> list[Notification]:
    """Which of those that stand go when this one comes: the same one, and the oldest ones."""
    there = list(standing)
    gone = [each for each in there if _same(each, note)]
    left = [each for each in there if each not in gone]
    return [*gone, *left[: max(0, len(left) - MOST + 1)]]


def _same(one: Notification, other: Notification) -> bool:
    return (one.title, one.message) == (other.title, other.message)
