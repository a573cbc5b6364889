"""What was done, and how it is taken back. What can't be says so: nothing is skipped silently."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from cockpit.base.records import dataclass

_KEPT = 50


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, in words (`the cancelling of 3 jobs`).

    `take_back` undoes it and says what came of it; None where that can't be: `why_not` says why, and what helps.
    `still` asks whether there is anything left of it: a retry whose job has ended is nobody's concern any more.
    """

    words: str
    take_back: Callable[[], Awaitable[str]] | None = None
    why_not: str = ""
    still: Callable[[], bool] = _always


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

    def latest(self) -> Done | None:
        """The last thing that something is left of; what came after it is forgotten."""
        while self._done and not self._done[-1].still():
            self._done.pop()
        return self.last

    def drop(self, done: Done) -> None:
        """It was taken back, or told that it can't be."""
        if self._done and self._done[-1] is done:
            self._done.pop()
