"""Moving in lists, texts and agents' screens: keys of the widget that has the focus."""

from __future__ import annotations

from cockpit.tui.actions.action import Action, Scope

MOVING: tuple[Action, ...] = (
    Action("down", "j,down", "Down", "The next row.", Scope.LIST),
    Action("up", "k,up", "Up", "The row before.", Scope.LIST),
    Action("page_down", "pagedown,ctrl+d", "Page down", "A page on.", Scope.LIST),
    Action("page_up", "pageup,ctrl+u", "Page up", "A page back.", Scope.LIST),
    Action("top", "g,home", "Top", "The first row.", Scope.LIST),
    Action("bottom", "G,end", "Bottom", "The last row.", Scope.LIST),
    Action("text_down", "j,down", "Down", "A line on.", Scope.TEXT),
    Action("text_up", "k,up", "Up", "A line back.", Scope.TEXT),
    Action("text_page_down", "pagedown,ctrl+d,space", "Page down", "A page on.", Scope.TEXT),
    Action("text_page_up", "pageup,ctrl+u", "Page up", "A page back.", Scope.TEXT),
    Action("text_top", "g,home", "Top", "The first line.", Scope.TEXT),
    Action("text_bottom", "G,end", "Bottom and follow", "The last line; new output is followed.", Scope.TEXT),
    Action(
        "text_search",
        "slash",
        "Find",
        "Marks a text wherever it occurs; capitals matter only where you type some.",
        Scope.TEXT,
    ),
    Action("text_next_hit", "n", "Next hit", "The next place where it occurs.", Scope.TEXT),
    Action("text_previous_hit", "N", "Previous hit", "The place before.", Scope.TEXT),
    Action("text_end_search", "escape", "End the search", "The marks go away.", Scope.TEXT),
    Action("screen_down", "j,down", "Down", "A line on; at the end it is live again.", Scope.SCREEN),
    Action("screen_up", "k,up", "Scroll back", "A line back, into what has scrolled away.", Scope.SCREEN),
    Action("screen_page_down", "pagedown,ctrl+d,space", "Page down", "A page on.", Scope.SCREEN),
    Action("screen_page_up", "pageup,ctrl+u", "Page up", "A page back.", Scope.SCREEN),
    Action("screen_top", "g,home", "Top", "As far back as was fetched.", Scope.SCREEN),
    Action("screen_live", "G,end", "Live", "The screen as it is now.", Scope.SCREEN),
    Action("screen_left", "left", "Left", "Half a width to the left.", Scope.SCREEN),
    Action("screen_right", "right", "Right", "Half a width to the right.", Scope.SCREEN),
)
