"""Every setting, its default and what it means: the one place from which schema, reference and sample file come.

Plain frozen dataclasses; the text below each field is its documentation. Inside the program durations are seconds
as float; in the file they may be numbers (seconds) or text such as "10m". The limits in the annotations are data:
only schema.py, where the file is read, pays for pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from cockpit.domain.profile import Profile
from cockpit.domain.project import Project

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Between:
    """Limits of a number, both included; `above` excludes the lower one. `duration`: text like "10m" is taken too."""

    low: float = 0
    high: float | None = None
    above: bool = False
    duration: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """What pydantic asks of an annotation; no import is needed to answer."""
        schema = handler(source) | {"gt" if self.above else "ge": self.low}
        if self.high is not None:
            schema["le"] = self.high
        if self.duration:
            check = {"type": "no-info", "function": _seconds}
            schema = {"type": "function-before", "function": check, "schema": schema}
        return schema


def _seconds(value: Any) -> Any:
    from cockpit.base.errors import UsageError
    from cockpit.base.times import parse_duration

    if not isinstance(value, str):
        return value
    try:
        return parse_duration(value)
    except UsageError as error:
        raise ValueError(str(error)) from None


Seconds = Annotated[float, Between(0, duration=True)]
PositiveSeconds = Annotated[float, Between(0, above=True, duration=True)]
Share = Annotated[float, Between(0, 1)]

Event = Literal["task_queued", "task_dequeued", "task_started", "task_completed", "task_error", "needs_input"]


@dataclass(frozen=True, slots=True)
class Scheduler:
    """How many jobs run at once, and how one is ended."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    slots: Annotated[int, Between(1, 1000)] = 4
    """Jobs that run at the same time on this host."""
    grace: Seconds = 10.0
    """Between asking a job's processes to end (TERM) and ending them (KILL)."""
    timeout: Seconds = 0.0
    """Longest time for one attempt of a job that names none; 0 for no limit."""
    beat: PositiveSeconds = 10.0
    """How often the scheduler says in the store that it lives."""


@dataclass(frozen=True, slots=True)
class PerUserSerialization:
    """No two jobs of one user at the same time."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    enabled: bool = True
    """`false` lets jobs of one user run beside each other, on the same files too."""
    lock_timeout_seconds: PositiveSeconds = 3600.0
    """Length of a lock's lease; it is renewed for as long as the job's process lives."""


@dataclass(frozen=True, slots=True)
class Retry:
    """When a failed job is tried again: base * factor^(attempt - 1), at most `maximum`, spread by `jitter`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    limit: Annotated[int, Between(0, 100)] = 0
    """Retries of a job that names none, after an exit code other than 0."""
    lost_limit: Annotated[int, Between(0, 100)] = 2
    """Further retries of an attempt that was lost without its own fault (host, tmux or container died)."""
    base: Seconds = 10.0
    """Wait before the first retry."""
    factor: Annotated[float, Between(1, 100)] = 2.0
    """What each further wait is multiplied by."""
    maximum: Seconds = 600.0
    """Longest wait."""
    jitter: Share = 0.1
    """Each wait is changed at random by up to this share, so that retries do not come all at once."""


@dataclass(frozen=True, slots=True)
class Watchdog:
    """What happens to a job that gives no sign of life."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    stalled_after: PositiveSeconds = 300.0
    """Without a heartbeat for so long a job is stalled."""
    failed_after: Seconds = 60.0
    """A job that stays stalled for so long is ended, its lock released, and it is retried if it may."""


@dataclass(frozen=True, slots=True)
class Load:
    """Load score of a node: cpu, memory and queue depth by their weights (only their proportions count)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    cpu: Share = 0.40
    """Weight of the processors' use."""
    memory: Share = 0.35
    """Weight of the memory's use."""
    queue: Share = 0.25
    """Weight of the queue's depth."""
    ceiling: Share = 0.80
    """No job is started while the score is above this, unless none runs; 1 holds nothing back."""


@dataclass(frozen=True, slots=True)
class Output:
    """What is kept of an agent's output."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    cap: Annotated[int, Between(4096)] = 16 * 1024 * 1024
    """Bytes of output.log per attempt; above that the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long finished jobs are kept."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    finished_days: Annotated[float, Between(0)] = 7.0
    """Days until the folder of a finished job is removed; its history stays in the database. 0 keeps it for ever."""


@dataclass(frozen=True, slots=True)
class Tmux:
    """The tmux server that cockpit runs for itself."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    command: str = "tmux"
    """The program: a name on PATH or a path."""
    history_limit: Annotated[int, Between(0, 1_000_000)] = 10_000
    """Lines of scroll-back of a pane."""


@dataclass(frozen=True, slots=True)
class Docker:
    """The engine for projects that run in containers."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    command: str = "docker"
    """The program: a name on PATH or a path; `podman` as far as it goes."""


@dataclass(frozen=True, slots=True)
class Ui:
    """The cockpit's screen."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    theme: str = "cockpit"
    """Name of a theme: one that came along, or NAME.toml in the folder `themes` beside this file."""
    title: bool = True
    """Tell in the terminal's title how many agents need you or run; the old title comes back at the end."""
    low_bandwidth: bool = False
    """For slow links: at most two paintings a second, no animation, an agent's screen once a second."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Own keys: `action = "key"`, several keys joined by commas; the help screen names the actions."""


@dataclass(frozen=True, slots=True)
class Notify:
    """What is told outside the cockpit, and how."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    events: tuple[Event, ...] = ("task_completed", "task_error", "needs_input")
    """Which events are told, in the cockpit too."""
    toasts: bool = True
    """Tell them in the cockpit as well, but not what you did there yourself."""
    bell: bool = False
    """Ring the terminal's bell."""
    desktop: Literal["auto", "osc9", "osc777", "notify-send", "off"] = "auto"
    """How the desktop is told; `auto` takes notify-send where there is a desktop, else (and over ssh) the terminal."""
    command: tuple[str, ...] = ()
    """A command to run; it gets the event's name as last argument and the event as JSON on its standard input."""
    timeout: PositiveSeconds = 10.0
    """A command that runs longer is ended."""
    interval: Seconds = 5.0
    """At least so much time between two notifications of one event; what happens meanwhile is told together."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured; what is missing in the file has these defaults."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    scheduler: Scheduler = Scheduler()
    per_user_serialization: PerUserSerialization = PerUserSerialization()
    retry: Retry = Retry()
    watchdog: Watchdog = Watchdog()
    load: Load = Load()
    output: Output = Output()
    retention: Retention = Retention()
    tmux: Tmux = Tmux()
    docker: Docker = Docker()
    ui: Ui = field(default_factory=Ui)
    notify: Notify = Notify()
    projects: Mapping[str, Project] = field(default_factory=dict)
    """By name. Paths are absolute here and `user` is never empty."""
    agents: Mapping[str, Profile] = field(default_factory=dict)
    """By name: the packaged profiles, the user's own, and the sections `[agents.NAME]`, merged."""
