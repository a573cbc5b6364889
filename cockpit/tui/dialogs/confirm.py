"""Asks before something that can't be undone, saying exactly what will happen."""

from __future__ import annotations

from cockpit.tui.dialogs.choice import Answer, ChoiceDialog


def confirm(title: str, says: str, yes: str, no: str = "Leave it") -> ChoiceDialog:
    """A dialog that ends with "yes", "no" or None; enter means no."""
    return ChoiceDialog(title, says, (Answer("yes", "y", yes, "error"), Answer("no", "n", no)))
