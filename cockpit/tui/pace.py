"""How often a screen is painted, at most: the one constant that Textual has for it.

Textual paints at once after a rest, then in a fixed beat of 60 a second: what a key changes a moment later waits for up
to two beats, 33 ms. A faster beat costs nothing while nothing changes; a slower one is for slow links.
"""

from __future__ import annotations

from textual import screen

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `paintings` a second, and `captures` seconds at least between two looks at an agent's screen."""

    paintings: float
    captures: float = 0.0


LIVELY = Pace(120)
SPARING = Pace(2, captures=1.0)  # --low-bandwidth


def set_pace(pace: Pace) -> None:
    """For every screen that is made from now on."""
    screen.UPDATE_PERIOD = 1 / pace.paintings  # type: ignore[misc]  # Final, and read again by each screen
