"""Which events did this cockpit's own person cause? They saw it happen, so nobody needs to tell them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from cockpit.store.base import Store

T = TypeVar("T")


class Mine:
    """Ranges of event numbers, noted in the writer's thread around each write.

    Between two commits of ours another process may have committed: then its event passes for ours, and a toast is
    missing; nothing else rests on this.
    """

    def __init__(self, most: int = 200) -> None:
        self._ranges: deque[tuple[int, int]] = deque(maxlen=most)
        self.on_the_way = 0
        """Writes that are not noted yet; until then nobody can say whose a new event is."""

    def noting(self, store: Store, function: Callable[[], T]) -> T:
        """Call `function`, which writes; its events are ours."""
        before = store.last_event()
        try:
            return function()
        finally:
            after = store.last_event()
            if after > before:
                self._ranges.append((before, after))

    def has(self, number: int) -> bool:
        """Is that event ours?"""
        return any(before < number <= after for before, after in self._ranges)
