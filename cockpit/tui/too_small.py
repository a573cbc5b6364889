"""What a terminal shows that is too small for anything else: one line, written by the app itself.

No screen and no widget: whatever is open below goes on as it was, a form with all that is typed in it, and may close,
open another one or be replaced; it is neither resized nor painted until there is room again.
"""

from __future__ import annotations

from cockpit.tui.layout import SMALLEST
from cockpit.tui.words import cut


def told_too_small(width: int, height: int) -> str:
    """The line, as wide as the terminal."""
    least = f"{SMALLEST[0]}x{SMALLEST[1]}"
    told = f"{width}x{height} is too small: cockpit needs {least}; ^q quits"
    if len(told) > width:
        told = f"needs {least}"
    return cut(told.center(width), width)


def painted_alone(line: str, height: int) -> str:
    """The sequence that clears the terminal and writes the line in its middle."""
    return f"\x1b[0m\x1b[2J\x1b[{max(1, (height + 1) // 2)};1H{line}"
