"""The terminal's title: what one wants to know of a cockpit in a tab that is not in front."""

from __future__ import annotations

from cockpit.tui.overview import Overview


def title_of(now: Overview) -> str:
    """`cockpit: 2 need you`, else `cockpit: 3 running`, else `cockpit`."""
    if needing := len(now.needing):
        return f"cockpit: {needing} need{'s' if needing == 1 else ''} you"
    return f"cockpit: {len(now.active)} running" if now.active else "cockpit"
