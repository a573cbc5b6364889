"""How often a screen is painted, at most: the one constant that Textual has for it.

Textual paints at once after a rest, then in a fixed beat of 60 a second: what a key changes a moment later waits for up
to two beats, 33 ms. A faster beat costs nothing while nothing changes; a slower one is for slow links.
"""

from __future__ import annotations

from textual import screen

LIVELY = 120
SPARING = 2  # --low-bandwidth


def set_pace(per_second: float) -> None:
    """For every screen that is made from now on."""
    screen.UPDATE_PERIOD = 1 / per_second  # type: ignore[misc]  # Final, and read again by each screen
