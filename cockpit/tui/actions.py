"""The one registry of actions: bindings, hint line, palette and help screen derive from it.

An action says what its keys are, what it does, and why it can't be done right now. The doing is in operations.py,
under the same id. Pure data and functions: no widget is needed to ask whether an action is available.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding

from cockpit.domain.job import ACTIVE, ENDED, WAITING, Job, Priority, State
from cockpit.domain.lane import Lock
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui.agent_words import NO_KEYS, Keys
from cockpit.tui.overview import Overview


class Scope(StrEnum):
    """Where the keys of an action work."""

    MAIN = "everywhere"
    LIST = "in lists"
    TEXT = "in texts"
    SCREEN = "in an agent's screen"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the answer to "can this be done now?" depends on.

    `pane` is the focused one (queue, agents, locks, job); `job` and `lock` are what is selected there, `seen` what the
    screen of its agent says, `answers` the keys for a question that it asks.
    """

    pane: str
    job: Job | None = None
    lock: Lock | None = None
    overview: Overview | None = None
    projects: int = 0
    filtered: bool = False
    seen: AgentState | None = None
    answers: Keys = NO_KEYS


def always(_: Situation) -> str | None:
    """Nothing stands against it."""
    return None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do; `hint` is its word in the hint line (empty: it is not there)."""

    id: str
    keys: str
    title: str
    help: str
    scope: Scope = Scope.MAIN
    why_not: Callable[[Situation], str | None] = always
    hint: str = ""


def _needs_job(at: Situation) -> str | None:
    return "no job is selected" if at.job is None else None


def _kill(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    if job.state in ENDED:
        return f"job {job.id} {job.state.past} already"
    return f"job {job.id} is being ended already" if job.wish is not None else None


def _retry(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    if job.state in ENDED or job.state is State.DELAYED:
        return None
    return f"job {job.id} is {job.state}; only one that has ended or is delayed can be retried"


def _release(at: Situation) -> str | None:
    if at.lock is not None:
        return None
    return "no lock is selected" if at.job is None else f"job {at.job.id} holds no lock"


def _attach(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    if job.state in ACTIVE and job.state is not State.ASSIGNED:
        return None
    return f"job {job.id} is {job.state}; only a running one has a window"


def _type(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    if job.state in ACTIVE and job.state is not State.ASSIGNED:
        return None
    return f"job {job.id} is {job.state}; only a running one can be typed to"


def _next(at: Situation) -> str | None:
    return None if at.overview is not None and at.overview.needing else "no agent needs you"


def _yes(at: Situation) -> str | None:
    return _answer(at, at.answers.yes, "yes")


def _no(at: Situation) -> str | None:
    return _answer(at, at.answers.no, "no")


def _answer(at: Situation, keys: tuple[str, ...], word: str) -> str | None:
    if at.job is None:
        return "no job is selected"
    if at.seen is None or at.seen.state is not PaneState.BLOCKED:
        state = at.job.state if at.seen is None else at.seen.state
        return f"the agent of job {at.job.id} asks nothing, it is {state}"
    return None if keys else f"this question has no plain {word}; press i to type, or a to attach"


def _many(at: Situation) -> str | None:
    return None if at.overview is not None and at.overview.active else "no agent runs"


def _hold(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    return f"job {job.id} {job.state.past} already" if job.state in ENDED else None


def _waits(at: Situation) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    return (
        None if job.state in WAITING else f"job {job.id} is {job.state}; only a job that waits has a priority"
    )


def _raise(at: Situation) -> str | None:
    if (why := _waits(at)) or at.job is None:
        return why
    return f"job {at.job.id} is critical already" if at.job.priority is Priority.CRITICAL else None


def _lower(at: Situation) -> str | None:
    if (why := _waits(at)) or at.job is None:
        return why
    return f"job {at.job.id} has the lowest priority already" if at.job.priority is Priority.LOW else None


def _enqueue(at: Situation) -> str | None:
    return None if at.projects else "no project is configured; press w to add one"


def _unfilter(at: Situation) -> str | None:
    return None if at.filtered else "no filter is set"


ACTIONS: tuple[Action, ...] = (
    Action(
        "enqueue",
        "e",
        "Enqueue a job",
        "Opens the form: project, prompt, priority, agent, after, delay.",
        why_not=_enqueue,
        hint="enqueue",
    ),
    Action(
        "details",
        "enter",
        "Details",
        "Opens the selected job's details: attempts, events, metadata, why it waits.",
        why_not=_needs_job,
    ),
    Action("output", "o", "Output", "Opens the selected job's live output.", why_not=_needs_job),
    Action(
        "next_needing",
        "n",
        "Next that needs me",
        "Selects the next agent that asks something or can't go on.",
        why_not=_next,
        hint="next",
    ),
    Action(
        "answer_yes",
        "y",
        "Answer yes",
        "Sends the profile's keys for yes. A question that can't be read whole on screen is shown first.",
        why_not=_yes,
        hint="yes",
    ),
    Action("answer_no", "x", "Answer no", "As y, with the keys for no.", why_not=_no, hint="no"),
    Action(
        "type",
        "i",
        "Type to the agent",
        "Keys go to the selected agent until you press ctrl+].",
        why_not=_type,
        hint="type",
    ),
    Action(
        "kill",
        "K",
        "Kill or cancel",
        "Ends a running job and all its processes; cancels one that waits. Asks first.",
        why_not=_kill,
        hint="kill",
    ),
    Action(
        "retry",
        "R",
        "Retry",
        "Brings back a job that has ended, or starts a delayed one now.",
        why_not=_retry,
        hint="retry",
    ),
    Action(
        "release",
        "u",
        "Release lock",
        "Frees a user's lock; a job that still lives is ended first. Asks first.",
        why_not=_release,
        hint="release",
    ),
    Action(
        "attach",
        "a",
        "Attach",
        "Shows the agent's own terminal; its tmux key and d bring you back.",
        why_not=_attach,
        hint="attach",
    ),
    Action(
        "send_many",
        "s",
        "Send to many",
        "One text for all agents that fit a filter, after a look at who gets it.",
        why_not=_many,
    ),
    Action("screen_tab", "v", "Screen", "Opens the selected agent's own screen.", why_not=_type),
    Action("copy", "c", "Copy the screen", "What is marked, or else the whole screen, to the clipboard."),
    Action("zoom", "z", "Zoom", "The job pane over the whole width, and back."),
    Action(
        "hold",
        "h",
        "Hold or resume",
        "A held job does not start until it is resumed.",
        why_not=_hold,
        hint="hold",
    ),
    Action(
        "hold_all",
        "H",
        "Hold or resume all",
        "The whole queue: while held nothing new starts; what runs goes on.",
    ),
    Action(
        "raise_priority",
        "plus,equals_sign",
        "Raise priority",
        "Moves a job that waits up a class.",
        why_not=_raise,
    ),
    Action("lower_priority", "minus", "Lower priority", "Moves a waiting job down a class.", why_not=_lower),
    Action(
        "filter",
        "slash",
        "Filter",
        "Words, and user:alice project:web state:failed pri:high; an empty filter shows all.",
        hint="filter",
    ),
    Action("clear_filter", "escape", "Back", "From the job to its list; there, takes the filter away."),
    Action("next_pane", "tab", "Next pane", "Queue, Agents, Locks, Job, and round again."),
    Action("previous_pane", "shift+tab", "Previous pane", "The other way round."),
    Action("next_tab", "right_square_bracket", "Next tab", "Output, Prompt, Details of the selected job."),
    Action("previous_tab", "left_square_bracket", "Previous tab", "The other way round."),
    Action("welcome", "w", "Add a project", "Registers a folder as a project, or starts the demo fleet."),
    Action(
        "notices", "exclamation_mark", "Notices", "What cockpit had to tell: configuration, themes, keys."
    ),
    Action("palette", "ctrl+p", "Commands", "Every action by name.", hint="commands"),
    Action("help", "question_mark,f1", "Help", "All keys, and why some do nothing right now.", hint="help"),
    Action(
        "quit",
        "q,ctrl+q",
        "Quit",
        "Agents go on; offers to leave a daemon behind.",
        hint="quit",
    ),
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
    Action("screen_down", "j,down", "Down", "A line on; at the end it is live again.", Scope.SCREEN),
    Action("screen_up", "k,up", "Scroll back", "A line back, into what has scrolled away.", Scope.SCREEN),
    Action("screen_page_down", "pagedown,ctrl+d,space", "Page down", "A page on.", Scope.SCREEN),
    Action("screen_page_up", "pageup,ctrl+u", "Page up", "A page back.", Scope.SCREEN),
    Action("screen_top", "g,home", "Top", "As far back as was fetched.", Scope.SCREEN),
    Action("screen_live", "G,end", "Live", "The screen as it is now.", Scope.SCREEN),
    Action("screen_left", "left", "Left", "Half a width to the left.", Scope.SCREEN),
    Action("screen_right", "right", "Right", "Half a width to the right.", Scope.SCREEN),
)

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def bindings(scope: Scope) -> list[Binding]:
    """The bindings of one scope. Those of the main screen go through one handler that asks `why_not` first."""
    return [
        Binding(
            action.keys,
            f"act('{action.id}')" if scope is Scope.MAIN else action.id,
            action.title,
            show=False,
            tooltip=action.help,
            id=action.id,
        )
        for action in ACTIONS
        if action.scope is scope
    ]


MAIN_BINDINGS = bindings(Scope.MAIN)
LIST_BINDINGS = bindings(Scope.LIST)
TEXT_BINDINGS = bindings(Scope.TEXT)
SCREEN_BINDINGS = bindings(Scope.SCREEN)


def check_keymap(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The part of a person's keymap that can be used, and a line for each part that can't.

    Textual ignores unknown ids silently, and lets the first of two clashing actions win.
    """
    import difflib

    usable: dict[str, str] = {}
    problems: list[str] = []
    for name, value in keys.items():
        if name not in BY_ID:
            near = difflib.get_close_matches(name, list(BY_ID), n=1, cutoff=0.4)
            hint = f"did you mean '{near[0]}'?" if near else "the help screen (?) names the actions"
            problems.append(f"ui.keys: no action '{name}'; {hint}")
        elif not all(part.strip() for part in value.split(",")):
            problems.append(f'ui.keys: \'{name}\' has no key; write "x" or "x,ctrl+x"')
        else:
            usable[name] = ",".join(part.strip() for part in value.split(","))
    return usable, problems + _clashes(usable)


def _clashes(keymap: Mapping[str, str]) -> list[str]:
    """Keys that two actions of one scope would share; an action of the main screen is everywhere."""
    taken: dict[tuple[Scope, str], str] = {}
    problems = []
    for action in ACTIONS:
        for key in keymap.get(action.id, action.keys).split(","):
            other = taken.setdefault((action.scope, key), action.id)
            if other != action.id and (action.id in keymap or other in keymap):
                problems.append(f"ui.keys: '{key}' would be both '{other}' and '{action.id}'")
    return problems


_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "full_stop": ".",
    "comma": ",",
}


def key_word(key: str) -> str:
    """How a key is told: `/`, `^p`, `esc`."""
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    return _SHOWN.get(key, key)


def keys_of(action: Action, keymap: Mapping[str, str]) -> list[str]:
    """The keys of an action as told, the person's own ones first considered."""
    return [key_word(key) for key in keymap.get(action.id, action.keys).split(",")]
