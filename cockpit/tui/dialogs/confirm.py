"""Asks before something that can't be undone, saying exactly what will happen."""

from __future__ import annotations

from cockpit.tui.dialogs.choice import Answer, ChoiceDialog, Words


def confirm(
    title: str, says: str, yes: str, no: str = "Leave it", *, better: Words | None = None
) -> ChoiceDialog:
    """A dialog that ends with "yes", "no" or None; enter means no."""
    answers = (Answer("yes", "y", yes, "error"), Answer("no", "n", no))
    return ChoiceDialog(title, says, answers, better=better)
