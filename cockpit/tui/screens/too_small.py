"""What a terminal shows that is too small for anything else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from cockpit.tui.layout import SMALLEST
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.painting import Line


class TooSmallScreen(Steady, Screen[None]):
    """Lies over the others until there is room again; ctrl+q leaves as everywhere."""

    CSS = "TooSmallScreen { align: center middle; }"

    def compose(self) -> ComposeResult:
        yield Line()

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        width, height = self.app.size
        least = f"{SMALLEST[0]}x{SMALLEST[1]}"
        told = f"{width}x{height} is too small: cockpit needs {least}; ^q quits"
        if len(told) > width:
            told = f"needs {least}"
        self.query_one(Line).show([(told.center(width), "t--strong")])
