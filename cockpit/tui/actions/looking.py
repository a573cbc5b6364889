"""What is shown of them, and which of them."""

from __future__ import annotations

from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import AGENTS, MAIN, Action

WITH_JOB = MAIN | {"history"}
HISTORY = frozenset({"history"})
LOG = frozenset({"log"})
LISTED = MAIN | {"history", "log"}

LOOKING: tuple[Action, ...] = (
    Action(
        "details",
        "enter",
        "Details",
        "Opens the selected job's details: why it waits, times, limits, metadata. On a heading: folds the group.",
        reason=reasons.opened,
        screens=WITH_JOB,
    ),
    Action(
        "output",
        "o",
        "Output",
        "Opens the selected job's output.",
        reason=reasons.needs_job,
        screens=WITH_JOB,
    ),
    Action("screen_tab", "v", "Screen", "Opens the selected agent's own screen.", reason=reasons.typed),
    Action(
        "next_tab",
        "right_square_bracket",
        "Next tab",
        "Screen, Output, Progress, Prompt, Details, Events of the selected job.",
        screens=WITH_JOB,
    ),
    Action("previous_tab", "left_square_bracket", "Previous tab", "The other way round.", screens=WITH_JOB),
    Action("next_pane", "tab", "Next pane", "Queue, Agents, Locks, Job, and round again.", screens=WITH_JOB),
    Action("previous_pane", "shift+tab", "Previous pane", "The other way round.", screens=WITH_JOB),
    Action("zoom", "z", "Zoom", "The agent's screen takes all the room, and gives it back.", screens=AGENTS),
    Action(
        "copy",
        "c",
        "Copy the screen",
        "What is marked, or else the whole screen, to the clipboard.",
        screens=AGENTS,
    ),
    Action(
        "filter",
        "slash",
        "Filter",
        "Words, user:alice,bob state:failed !pri:low age>1h day:today; an empty filter shows all.",
        hint="filter",
        screens=LISTED,
    ),
    Action(
        "clear_filter",
        "escape",
        "Back",
        "From the job to its list; there, takes marks away, then the filter; then to the main screen.",
        screens=LISTED,
    ),
    Action(
        "saved_filters",
        "S",
        "Saved filters",
        "Uses one by its number, saves the one that is set under a name, forgets one.",
        screens=LISTED,
    ),
    Action(
        "group_by",
        "B",
        "Group by",
        "Queue and agents under headings: by user, project or state; enter folds a group.",
    ),
    Action(
        "sort_by", "b", "Sort by", "Priority, age, user, project or state; the same one again turns it round."
    ),
    Action(
        "go_to_job",
        "enter",
        "Go to the job",
        "Where the selected row's job is now: on the main screen, or in the history.",
        reason=reasons.tells_of_job,
        hint="go to job",
        screens=LOG,
    ),
    Action(
        "only_failed",
        "F",
        "Failed only",
        "What failed alone; the second time, all again.",
        hint="failed",
        screens=HISTORY,
    ),
    Action(
        "only_today",
        "t",
        "Today",
        "What ended today; the second time, all again.",
        hint="today",
        screens=HISTORY,
    ),
    Action(
        "only_yesterday",
        "y",
        "Yesterday",
        "What ended yesterday; the second time, all again.",
        hint="yesterday",
        screens=HISTORY,
    ),
    Action(
        "copy_id",
        "c",
        "Copy the id",
        "The selected job's id, to the clipboard.",
        reason=reasons.needs_job,
        screens=HISTORY | LOG,
    ),
)
