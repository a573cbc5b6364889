"""The dashboard, and what can be chosen on it."""

from __future__ import annotations

from cockpit.tui.actions.action import EVERYWHERE, Action

_HERE = frozenset({"dashboard"})

DASHBOARD: tuple[Action, ...] = (
    Action(
        "range_longer",
        "right_square_bracket,right",
        "Longer time",
        "An hour, a day, a week, and the hour again.",
        hint="longer",
        screens=_HERE,
    ),
    Action(
        "range_shorter",
        "left_square_bracket,left",
        "Shorter time",
        "A week, a day, an hour, and the week again.",
        hint="shorter",
        screens=_HERE,
    ),
    Action(
        "group_times",
        "b,B",
        "By project or user",
        "Waiting and running times by project, or by user.",
        hint="by project/user",
        screens=_HERE,
    ),
    Action(
        "open_dashboard",
        "d,f2",
        "Dashboard",
        "Load, throughput, times and failures over an hour, a day or a week.",
        hint="dashboard",
        screens=EVERYWHERE - _HERE,
    ),
)
