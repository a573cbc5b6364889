"""What is done on the grid of agents' screens alone: moving from tile to tile, and how many are seen."""

from __future__ import annotations

from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Action, Situation
from cockpit.tui.own_keys import key_for
from cockpit.tui.tiling import FEWEST, MOST

_HERE = frozenset({"grid"})


def _more(at: Situation) -> str | None:
    tiles = at.tiles
    if tiles.agents <= tiles.at_once:
        return "all agents that run are seen already" if tiles.agents else "no agent runs"
    if tiles.at_once >= MOST:
        return "nine at once are the most"
    return "smaller ones could not be read here" if tiles.at_once >= tiles.room_for else None


def _fewer(at: Situation) -> str | None:
    seen = min(at.tiles.at_once, at.tiles.agents)
    if seen > FEWEST:
        return None
    if seen == FEWEST:
        return f"two at once are the fewest; {key_for('zoom')} shows one alone"
    return reasons.many(at) or _alone(at)


def _alone(_: Situation) -> str:
    return "there is only this one"


def _on(at: Situation) -> str | None:
    return reasons.many(at) or (None if at.tiles.page + 1 < at.tiles.pages else "this is the last page")


def _back(at: Situation) -> str | None:
    return reasons.many(at) or (None if at.tiles.page else "this is the first page")


GRID: tuple[Action, ...] = (
    Action(
        "grid_open",
        "enter",
        "Open",
        "The job on the main screen.",
        reason=reasons.needs_job,
        hint="open",
        screens=_HERE,
    ),
    Action("grid_left", "h,left", "Left", "The screen before.", reason=reasons.many, screens=_HERE),
    Action("grid_down", "j,down", "Down", "The screen below.", reason=reasons.many, screens=_HERE),
    Action("grid_up", "k,up", "Up", "The screen above.", reason=reasons.many, screens=_HERE),
    Action("grid_right", "l,right", "Right", "The next screen.", reason=reasons.many, screens=_HERE),
    Action("grid_next", "tab", "Next", "The next screen, round again.", reason=reasons.many, screens=_HERE),
    Action(
        "grid_previous", "shift+tab", "Previous", "The other way round.", reason=reasons.many, screens=_HERE
    ),
    Action("grid_first", "g,home", "First", "The first screen.", reason=reasons.many, screens=_HERE),
    Action("grid_last", "G,end", "Last", "The last screen.", reason=reasons.many, screens=_HERE),
    Action(
        "grid_more",
        "plus,equals_sign",
        "More at once",
        "More screens at once, up to nine.",
        reason=_more,
        hint="more",
        screens=_HERE,
    ),
    Action(
        "grid_fewer",
        "minus",
        "Fewer at once",
        "Fewer and larger ones.",
        reason=_fewer,
        hint="fewer",
        screens=_HERE,
    ),
    Action(
        "grid_page_down",
        "right_square_bracket",
        "Next page",
        "The agents that have no room on this one.",
        reason=_on,
        hint="page",
        screens=_HERE,
    ),
    Action(
        "grid_page_up",
        "left_square_bracket",
        "Page before",
        "The agents of the page before.",
        reason=_back,
        screens=_HERE,
    ),
    Action(
        "grid_scroll_back",
        "pageup,ctrl+u",
        "Scroll back",
        "A page back in what the selected agent printed, as the mouse wheel does; {leave_screen} shows it live again.",
        reason=reasons.needs_job,
        screens=_HERE,
    ),
    Action(
        "grid_scroll_on",
        "pagedown,ctrl+d",
        "Scroll on",
        "A page on, towards what it prints now.",
        reason=reasons.needs_job,
        screens=_HERE,
    ),
    Action(
        "grid_sort",
        "r",
        "Sort anew",
        "Those that need you first, then those that work. By itself a screen moves only when a need comes or goes.",
        reason=reasons.many,
        screens=_HERE,
    ),
)
