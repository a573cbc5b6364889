"""The screens by their NAMEs, each imported when it is first opened: the first paint does not wait for the others."""

from __future__ import annotations

from cockpit.tui.screens.base import CockpitScreen


def screen_named(name: str) -> type[CockpitScreen]:
    """The class of one of the screens that lie over the main one."""
    if name == "history":
        from cockpit.tui.screens.history import HistoryScreen

        return HistoryScreen
    if name == "grid":
        from cockpit.tui.screens.grid import GridScreen

        return GridScreen
    if name == "log":
        from cockpit.tui.screens.log import LogScreen

        return LogScreen
    if name == "dashboard":
        from cockpit.tui.screens.dashboard import DashboardScreen

        return DashboardScreen
    raise LookupError(name)
