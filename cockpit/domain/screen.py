"""What a pane shows at one moment, and what an agent in it may be doing. Pure data."""

from __future__ import annotations

from enum import StrEnum

from cockpit.base.records import dataclass


class PaneState(StrEnum):
    """What an agent's pane is doing; the words are the contract's."""

    WORKING = "working"
    BLOCKED = "blocked"
    IDLE = "idle"
    SHELL = "shell"
    LIMITED = "limited"
    FAILED = "failed"
    EXITED = "exited"
    UNKNOWN = "unknown"


ALIVE = "process-alive"
"""The rule that fired where no other did: the agent's process lives."""

RULE_WORDS = {ALIVE: "its process lives; its screen says nothing known"}
"""What people are told instead of the name of a rule that is in no profile."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One capture: the visible lines (escapes allowed; detection strips them), title, cursor (0-based cells).

    `dead`: the pane's process has ended, the pane stays on screen.
    """

    lines: tuple[str, ...]
    title: str = ""
    cursor_x: int = 0
    cursor_y: int = 0
    width: int = 80
    height: int = 24
    dead: bool = False


@dataclass(frozen=True, slots=True)
class AgentState:
    """What a running agent does, which rule and line say so, and since when (microseconds since the epoch)."""

    state: PaneState
    rule: str
    line: str
    since: int

    @property
    def needs_person(self) -> bool:
        """Does it ask something, or can't it go on by itself?"""
        return self.state in (PaneState.BLOCKED, PaneState.FAILED)
