"""A list of options in a dialog: j and k move in it, as in every list of the cockpit."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.widgets import OptionList


class Options(OptionList):
    """Textual's, with our keys."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]
