"""An agent's profile: how it is started, handed its prompt and finished, and what its screens mean. Data, not code.

Profiles come from the packaged `agents/profiles/NAME.toml`, the user's `profiles/NAME.toml` and `[agents.NAME]` of
the configuration, merged in this order; all three have this one schema (the name is the file's or the section's).
Regular expressions are kept as text here; cockpit/agents/detect.py compiles and runs them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from cockpit.base.records import dataclass
from cockpit.domain.screen import PaneState

PLACEHOLDERS = ("{prompt_file}", "{prompt}", "{job_id}", "{workdir}", "{session}")
PROMPT_ARGUMENT_LIMIT = 128 * 1024 - 1
"""Bytes of a prompt that fit into one argument (MAX_ARG_STRLEN of Linux, execve(2), less the final NUL)."""

_STRICT: dict[str, Any] = {"extra": "forbid"}
"""Read by pydantic at the border (config, profile files): a key that is not here is a mistake to tell."""

Region = Literal[
    "title", "screen", "bottom", "last_line", "cursor_line", "box", "above_box", "below_box", "last_turn"
]
"""Where on the screen a rule looks; cockpit/agents/regions.py says what each means."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Keys (tmux names) that answer the agent's question with yes or no; empty where there is none to be sure of."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to know a state: it fires where any of `match` is found in `region` and nothing of `unless` is.

    `match` and `unless` are regular expressions, searched line by line (one with \\n in it: over all lines at once;
    its last group is the evidence). `lines` is how many of the region's last non-empty lines are searched. `answers`
    stands in for the profile's where this question takes other keys (or, if empty, is not one of yes and no).
    `first`: tried before the rules of all states (a dialog that can't be mistaken, under a title that lags behind).
    `recorded` is False where no real screen has shown it yet: a guess.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    state: PaneState
    match: tuple[str, ...]
    region: Region = "bottom"
    unless: tuple[str, ...] = ()
    lines: int = 20
    answers: Answers | None = None
    first: bool = False
    recorded: bool = True

    def __post_init__(self) -> None:
        _compile(match=self.match, unless=self.unless)


@dataclass(frozen=True, slots=True)
class Startup:
    """A question asked before the agent is ready: a trust dialog, a theme picker.

    `keys` would answer it (tmux key names, one after the other); they are sent only where the user has put `name`
    into `answer_startup`. Until then the screen counts as blocked.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    match: tuple[str, ...]
    keys: tuple[str, ...]
    says: str = ""
    region: Region = "bottom"
    recorded: bool = True

    def __post_init__(self) -> None:
        _compile(match=self.match)


class BadPattern(ValueError):
    """No regular expression. `at` is where it stands in its table: ("match", 0) is the first one of `match`."""

    def __init__(self, pattern: str, at: tuple[str | int, ...], why: str) -> None:
        super().__init__(f"{pattern!r} is not a regular expression: {why}")
        self.at = at


def _compile(**fields: str | tuple[str, ...]) -> None:
    """Raise BadPattern for what is no regular expression."""
    for key, field in fields.items():
        if isinstance(field, str):
            _check(field, (key,))
        else:
            for index, pattern in enumerate(field):
                _check(pattern, (key, index))


def _check(pattern: str, at: tuple[str | int, ...]) -> None:
    import re

    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(pattern, at, str(error)) from None


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of agent is run and read.

    `command` (headless: runs once, then exits) and `interactive` are argument lists; placeholders inside their words
    are replaced, nothing is ever appended. `mode` says which of the two a job gets. `slots` is what a job takes (0:
    runs beside the others, as the project manager does). `prompt` is how the interactive agent gets its prompt: in
    its command line (argument, file), or typed once it is idle. `finish`: the process ends by itself, or it
    stands idle for `settle` seconds after having worked; `quit_keys` are then pressed one after the other.
    `composer` says where its input field is: between the last two `rules` across the screen, or from the last line
    on that `mark` fits; `mark` is a regular expression for lines with the person's own words. `otherwise` is the
    state where no rule fires; unless said, working for what ends by itself, and unknown for the rest.
    `answer_startup` names the start-up questions that cockpit may answer by itself.
    `resume` is the interactive command that goes on with an earlier conversation, after a usage limit; empty: it
    can't. Which one is told by `{session}`, a UUID of the attempt's own, if `interactive` has it too; else it is the
    latest one of the work folder. A prompt that is not in it is typed.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    command: tuple[str, ...]
    description: str = ""
    slots: int = 1
    guidelines: str = ""
    interactive: tuple[str, ...] = ()
    mode: Literal["headless", "interactive"] = "headless"
    prompt: Literal["argument", "file", "typed"] = "argument"
    finish: Literal["exit", "idle"] = "exit"
    settle: float = 3.0
    quit_keys: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    version: str = ""
    composer: Literal["", "rules", "mark"] = ""
    mark: str = ""
    otherwise: Literal["", "working", "unknown"] = ""
    answers: Answers = Answers()
    answer_startup: tuple[str, ...] = ()
    startup: tuple[Startup, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        _compile(mark=self.mark)

    @property
    def takes_prompt_argument(self) -> bool:
        """Does the prompt travel as an argument (and so has a size limit)?"""
        return any("{prompt}" in word for word in self.argv_template)

    @property
    def silent_state(self) -> PaneState:
        """The state where no rule fires: what ends by itself works as long as it lives; of others nothing is known."""
        if self.otherwise:
            return PaneState(self.otherwise)
        ends = self.finish == "exit" or self.argv_template is self.command
        return PaneState.WORKING if ends else PaneState.UNKNOWN

    @property
    def is_interactive(self) -> bool:
        """Does this agent stay until it is told to leave?"""
        return self.mode == "interactive" and bool(self.interactive)

    @property
    def argv_template(self) -> tuple[str, ...]:
        """The command of the profile's mode, placeholders still in it."""
        return self.interactive if self.is_interactive else self.command

    def types_prompt(self, *, resumed: bool) -> bool:
        """Is the prompt typed once it is ready? Where it does not travel in the command line."""
        if resumed:
            return not any("{prompt" in word for word in self.resume)
        return self.prompt == "typed"


def build_argv(
    profile: Profile, *, prompt: str, prompt_file: str, job_id: str, workdir: str,
    session: str = "", resumed: bool = False,
) -> list[str]:  # fmt: skip
    """The command of `profile` with its placeholders filled in; one pass, so a prompt is never expanded again.

    `session` is a UUID that names the attempt's conversation; `resumed`: it goes on with it.
    """
    import re

    values = {"{prompt}": prompt, "{prompt_file}": prompt_file, "{job_id}": job_id, "{workdir}": workdir}
    values["{session}"] = session
    pattern = re.compile("|".join(re.escape(name) for name in values))
    template = profile.resume if resumed else profile.argv_template
    return [pattern.sub(lambda match: values[match.group()], word) for word in template]
