"""The one registry: every action, joined from its groups. Their order is that of the hint line and of the help.

The doing is in tui/operations/, one method per action, named as its id.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from cockpit.tui.actions.action import Action, Scope
from cockpit.tui.actions.arranging import ARRANGING
from cockpit.tui.actions.dashboard import DASHBOARD
from cockpit.tui.actions.grid import GRID
from cockpit.tui.actions.jobs import JOBS
from cockpit.tui.actions.looking import LOOKING
from cockpit.tui.actions.moving import MOVING
from cockpit.tui.actions.screens import SCREENS
from cockpit.tui.own_keys import usual_keys

ACTIONS: tuple[Action, ...] = (*JOBS, *GRID, *LOOKING, *ARRANGING, *DASHBOARD, *SCREENS, *MOVING)
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
usual_keys({action.id: action.keys for action in ACTIONS})


MENU = (
    *("details", "output", "screen_tab", "attach", "type", "answer_yes", "answer_no"),
    *(
        "retry",
        "kill",
        "release",
        "hold",
        "raise_priority",
        "lower_priority",
        "edit_prompt",
        "enqueue_like",
        "mark",
    ),
)
"""What the menu of a job offers, in its order, where the screen has it."""


@cache
def actions_of(screen: str) -> tuple[Action, ...]:
    """What can be done on a screen by its own keys: not those of the widget that has the focus.

    Where two actions would share a key, the one of fewer screens has it: `l` is the log, but a step on the grid.
    """
    here = [action for action in ACTIONS if action.scope is Scope.MAIN and screen in action.screens]
    return tuple(replace(action, keys=_left(action, here)) for action in here)


def _left(action: Action, here: list[Action]) -> str:
    closer = [other for other in here if len(other.screens) < len(action.screens)]
    taken = {key for other in closer for key in other.keys.split(",")}
    return ",".join(key for key in action.keys.split(",") if key not in taken) or action.keys
