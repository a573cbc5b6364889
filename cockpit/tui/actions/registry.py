"""The one registry: every action, joined from its groups. Their order is that of the hint line and of the help.

The doing is in tui/operations/, one method per action, named as its id.
"""

from __future__ import annotations

from cockpit.tui.actions.action import Action, Scope
from cockpit.tui.actions.arranging import ARRANGING
from cockpit.tui.actions.grid import GRID
from cockpit.tui.actions.jobs import JOBS
from cockpit.tui.actions.looking import LOOKING
from cockpit.tui.actions.moving import MOVING
from cockpit.tui.actions.screens import SCREENS

ACTIONS: tuple[Action, ...] = (*JOBS, *GRID, *LOOKING, *ARRANGING, *SCREENS, *MOVING)
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def actions_of(screen: str) -> list[Action]:
    """What can be done on a screen by its own keys: not those of the widget that has the focus."""
    return [action for action in ACTIONS if action.scope is Scope.MAIN and screen in action.screens]
