"""What the scheduler does every so often, whatever happens: which of it is due, and how long until the next."""

from __future__ import annotations

from cockpit.base.clock import Clock


class Beats:
    """By name, on the monotonic clock. Those of `at_once` are due the first time they are asked for."""

    def __init__(self, clock: Clock, *at_once: str) -> None:
        self._clock = clock
        self._due = dict.fromkeys(at_once, clock.monotonic())

    def due(self, name: str, every: float) -> bool:
        """True once in `every` seconds; not before the first of them is over."""
        now = self._clock.monotonic()
        due = self._due.setdefault(name, now + every)
        if now < due:
            return False
        self._due[name] = now + every
        return True

    def hasten(self, name: str, seconds: float) -> None:
        """Be due in so many seconds, if not before."""
        soon = self._clock.monotonic() + seconds
        self._due[name] = min(self._due.get(name, soon), soon)

    def left(self) -> list[float]:
        """Seconds until each."""
        now = self._clock.monotonic()
        return [due - now for due in self._due.values()]
