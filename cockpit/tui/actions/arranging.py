"""How the main screen is divided."""

from __future__ import annotations

from cockpit.tui.actions.action import Action, Situation
from cockpit.tui.layout import LISTS, TWO_FROM
from cockpit.tui.own_keys import key_for


def _divided(at: Situation) -> str | None:
    return (
        None if at.columns > 1 else f"one pane fills this terminal; there are more from {TWO_FROM} columns on"
    )


def _in_list(at: Situation) -> str | None:
    return _divided(at) or (
        None if at.pane in LISTS else f"no list has the focus; press {key_for('next_pane')}"
    )


ARRANGING: tuple[Action, ...] = (
    Action(
        "divider_left",
        "less_than_sign",
        "Divider left",
        "Moves the columns' divider to the left.",
        reason=_divided,
    ),
    Action(
        "divider_right",
        "greater_than_sign",
        "Divider right",
        "Moves it to the right; the mouse drags it, too.",
        reason=_divided,
    ),
    Action(
        "list_smaller",
        "left_curly_bracket",
        "List smaller",
        "Takes rows from the focused list.",
        reason=_in_list,
    ),
    Action(
        "list_taller",
        "right_curly_bracket",
        "List taller",
        "Gives rows to the focused list.",
        reason=_in_list,
    ),
    Action(
        "arrange",
        "V",
        "Panes",
        "Hides lists and brings them back; all as it was in the beginning.",
        reason=_divided,
    ),
)
