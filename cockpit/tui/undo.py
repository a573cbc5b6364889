"""What was done, and how it is taken back. What can't be says so: nothing is skipped silently."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_KEPT = 50


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, in words (`the cancelling of 3 jobs`).

    `take_back` undoes it and says what came of it; None where that can't be: `why_not` says why, and what helps.
    """

    words: str
    take_back: Callable[[], Awaitable[str]] | None = None
    why_not: str = ""


class Undo:
    """The last things that were done in this cockpit, the newest last."""

    def __init__(self) -> None:
        self._done: deque[Done] = deque(maxlen=_KEPT)

    def did(self, done: Done) -> None:
        """Remember it."""
        self._done.append(done)

    @property
    def last(self) -> Done | None:
        """What `U` would take back."""
        return self._done[-1] if self._done else None

    def drop(self, done: Done) -> None:
        """It was taken back, or told that it can't be."""
        if self._done and self._done[-1] is done:
            self._done.pop()
