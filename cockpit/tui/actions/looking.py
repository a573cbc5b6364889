"""What is shown of them, and which of them."""

from __future__ import annotations

from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Action

LOOKING: tuple[Action, ...] = (
    Action(
        "details",
        "enter",
        "Details",
        "Opens the selected job's details: why it waits, times, limits, metadata.",
        reason=reasons.needs_job,
    ),
    Action("output", "o", "Output", "Opens the selected job's live output.", reason=reasons.needs_job),
    Action("screen_tab", "v", "Screen", "Opens the selected agent's own screen.", reason=reasons.typed),
    Action(
        "next_tab",
        "right_square_bracket",
        "Next tab",
        "Screen, Output, Progress, Prompt, Details, Events of the selected job.",
    ),
    Action("previous_tab", "left_square_bracket", "Previous tab", "The other way round."),
    Action("next_pane", "tab", "Next pane", "Queue, Agents, Locks, Job, and round again."),
    Action("previous_pane", "shift+tab", "Previous pane", "The other way round."),
    Action("zoom", "z", "Zoom", "The job pane over the whole width, and back."),
    Action("copy", "c", "Copy the screen", "What is marked, or else the whole screen, to the clipboard."),
    Action(
        "filter",
        "slash",
        "Filter",
        "Words, and user:alice project:web state:failed pri:high; an empty filter shows all.",
        hint="filter",
    ),
    Action("clear_filter", "escape", "Back", "From the job to its list; there, takes the filter away."),
)
