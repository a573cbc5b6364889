"""What an action is, where it applies, and what decides whether it can be done now.

Pure data and functions: no widget is needed to ask whether an action is available.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from cockpit.base.records import dataclass
from cockpit.controller.panes import ONLY_LOOKS
from cockpit.domain.job import Job
from cockpit.domain.lane import Lock
from cockpit.domain.screen import AgentState
from cockpit.tui.agent_words import NO_KEYS, Keys
from cockpit.tui.overview import Overview
from cockpit.tui.tiling import NO_TILES, Tiles
from cockpit.tui.undo import Done

MAIN = frozenset({"main"})
OTHERS = frozenset({"dashboard", "history", "grid", "log"})
EVERYWHERE = MAIN | OTHERS
TAKES_BACK = ("clear_filter", "leave_screen")  # escape: a count that was typed goes first
AGENTS = frozenset({"main", "grid"})  # where an agent's own screen is seen


class Scope(StrEnum):
    """Where the keys of an action work: anywhere on its screens, or while a certain kind of widget has the focus."""

    MAIN = "everywhere"
    LIST = "in lists"
    TEXT = "in texts"
    SCREEN = "in an agent's screen"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the answer to "can this be done now?" depends on.

    `screen` is the NAME of the screen in front, `pane` the focused one of the main screen (queue, agents, locks, job);
    `job` and `lock` are what is selected there, `marked` the jobs that are marked (an action on jobs means those where
    there are any), `heading` says that a group's heading is selected, `columns` how many the main screen has on this
    terminal, `seen` what the screen of the job's agent says, `answers` the keys for a question that it asks, `count`
    the number that was typed before the key (0: none), `undo` what would be taken back, `tiles` where one is on the
    grid.
    """

    pane: str
    job: Job | None = None
    lock: Lock | None = None
    overview: Overview | None = None
    projects: int = 0
    seen: AgentState | None = None
    answers: Keys = NO_KEYS
    screen: str = "main"
    marked: tuple[Job, ...] = ()
    read_only: bool = False
    heading: bool = False
    tiles: Tiles = NO_TILES
    columns: int = 2
    count: int = 0
    undo: Done | None = None

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What an action on jobs means: the marked ones, else the selected one."""
        return self.marked or ((self.job,) if self.job is not None else ())

    @property
    def locks(self) -> tuple[Lock, ...]:
        """What a release means: the locks of the marked jobs, else the selected one."""
        if self.marked:
            ids = {job.id for job in self.marked}
            return tuple(
                lock for lock in (self.overview.locks if self.overview else ()) if lock.job_id in ids
            )
        return (self.lock,) if self.lock is not None else ()

    @property
    def times(self) -> int:
        """How often something is meant: the count, once without one."""
        return max(1, self.count)


Reason = Callable[[Situation], str | None]
"""Why something can't be done in a situation; None where it can."""


def always(_: Situation) -> str | None:
    """Nothing stands against it."""
    return None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    `screens` are the NAMEs of the screens where it applies, `hint` its word in the hint line (empty: it is not there).
    `help` names other actions' keys by their ids in braces (own_keys.py). One that `writes` changes jobs, locks, agents
    or configuration: a cockpit that only looks refuses it.
    """

    id: str
    keys: str
    title: str
    help: str
    scope: Scope = Scope.MAIN
    reason: Reason = always
    hint: str = ""
    screens: frozenset[str] = MAIN
    writes: bool = False

    def why_not(self, at: Situation) -> str | None:
        """Why it can't be done now; None when it can."""
        if self.writes and at.read_only:
            return ONLY_LOOKS
        return self.reason(at)
