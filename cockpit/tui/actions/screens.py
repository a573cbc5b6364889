"""Screens, dialogs, and the way out."""

from __future__ import annotations

from cockpit.tui.actions.action import EVERYWHERE, OTHERS, Action

SCREENS: tuple[Action, ...] = (
    Action(
        "open_main",
        "f6,q",
        "Main screen",
        "Back to queue, agents and locks.",
        hint="back",
        screens=OTHERS,
    ),
    Action(
        "leave_screen",
        "escape",
        "Back",
        "Back to the main screen.",
        screens=OTHERS - {"history", "log"},
    ),
    Action(
        "open_history",
        "f,f3",
        "History",
        "Every job that has ended, with search: yesterday's failures are {open_history}, {only_failed},"
        " {only_yesterday}.",
        hint="history",
        screens=EVERYWHERE - {"history"},
    ),
    Action(
        "open_grid",
        "m,f4",
        "Grid of screens",
        "The agents' own screens side by side, live; those that need you first.",
        hint="grid",
        screens=EVERYWHERE - {"grid"},
    ),
    Action(
        "open_log",
        "l,f5",
        "Log",
        "What happened: every change of a job, and what cockpit itself said.",
        screens=EVERYWHERE - {"log"},
    ),
    Action(
        "welcome",
        "w",
        "Add a project",
        "Registers a folder as a project, or starts the demo fleet.",
        screens=EVERYWHERE,
        writes=True,
    ),
    Action(
        "notices",
        "exclamation_mark",
        "Notices",
        "What cockpit had to tell: configuration, themes, keys.",
        screens=EVERYWHERE,
    ),
    Action(
        "theme",
        "T",
        "Theme",
        "Tries themes on; enter keeps one, s keeps it for good.",
        screens=EVERYWHERE,
    ),
    Action(
        "palette",
        "ctrl+p",
        "Commands",
        "Every action by name.",
        hint="commands",
        screens=EVERYWHERE,
    ),
    Action(
        "help",
        "question_mark,f1",
        "Help",
        "All keys, and why some do nothing right now.",
        hint="help",
        screens=EVERYWHERE,
    ),
    Action(
        "quit",
        "q,ctrl+q",
        "Quit",
        "Agents go on; offers to leave a daemon behind.",
        hint="quit",
    ),
    Action("quit_here", "ctrl+q", "Quit", "Agents go on; offers to leave a daemon behind.", screens=OTHERS),
)
