"""Words and marks for what an agent's screen says: its state, why that is believed, who needs a person first.

Pure. A state without evidence is never told as idle: what could not be read is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.agents.detect import Detection, answer_keys
from cockpit.base.records import dataclass
from cockpit.domain.job import ENDED, Job, State
from cockpit.domain.profile import Profile
from cockpit.domain.screen import RULE_WORDS, AgentState, PaneState
from cockpit.domain.usage import Usage
from cockpit.tui import words
from cockpit.tui.words import plain

MARKS: dict[PaneState, str] = {
    PaneState.WORKING: "●",
    PaneState.BLOCKED: "◆",
    PaneState.IDLE: "○",
    PaneState.SHELL: "$",
    PaneState.LIMITED: "◷",
    PaneState.FAILED: "✖",
    PaneState.EXITED: "■",
    PaneState.UNKNOWN: "?",
}
STYLES: dict[PaneState, str] = {
    PaneState.WORKING: "t--working",
    PaneState.BLOCKED: "t--blocked",
    PaneState.IDLE: "t--idle",
    PaneState.SHELL: "t--idle",
    PaneState.LIMITED: "t--muted",
    PaneState.FAILED: "t--failed",
    PaneState.EXITED: "t--muted",
    PaneState.UNKNOWN: "t--muted",
}
_WORDS = {PaneState.BLOCKED: "NEEDS YOU"}
STALE = "stale"
"""The rule's name where tmux did not answer: nothing new is known."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What would be pressed to answer the open question; empty where there is no plain yes or no."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()

    def told(self, *, yes: bool) -> str:
        """`1 Enter`, as tmux names them."""
        return " ".join(self.yes if yes else self.no)


NO_KEYS = Keys()


def word(seen: AgentState) -> str:
    """`NEEDS YOU`, `working`; `stale` where the screen could not be read."""
    return STALE if seen.rule == STALE else _WORDS.get(seen.state, seen.state.value)


def told(job: Job, seen: AgentState | None) -> bool:
    """Is the agent's state what there is to tell of the job, rather than the job's own?"""
    return seen is not None and job.state is State.RUNNING and job.wish is None


def told_state(job: Job, seen: AgentState | None) -> tuple[str, str, str]:
    """Mark, word and pen: the agent's state where it is known, else the job's."""
    if seen is not None and told(job, seen):
        return MARKS[seen.state], word(seen), STYLES[seen.state]
    return words.MARKS[job.state], words.state_word(job), words.STYLES[job.state]


def needs_person(job: Job, seen: AgentState | None) -> bool:
    """Does the agent ask something, or can't it go on by itself?"""
    return told(job, seen) and seen is not None and seen.state in (PaneState.BLOCKED, PaneState.FAILED)


def in_order(jobs: Iterable[Job], states: Mapping[str, AgentState]) -> list[Job]:
    """Those that need a person first, whoever has waited longest before the others; the rest as it was."""
    return sorted(jobs, key=lambda job: _rank(job, states.get(job.id)))


def _rank(job: Job, seen: AgentState | None) -> tuple[int, int]:
    if needs_person(job, seen) and seen is not None:
        return (0 if seen.state is PaneState.BLOCKED else 1, seen.since)
    return (3 if job.state in ENDED else 2, 0)


def evidence(seen: AgentState) -> str:
    """`permission: Do you want to proceed?`; empty where there is none."""
    if seen.rule in RULE_WORDS:
        return RULE_WORDS[seen.rule]
    line = plain(seen.line)
    return f"{seen.rule}: {line}" if seen.rule and line else seen.rule or line


def keys_for(profile: Profile | None, seen: AgentState | None) -> Keys:
    """The keys of the profile for the question that stands open."""
    if profile is None or seen is None or seen.state is not PaneState.BLOCKED:
        return NO_KEYS
    found = Detection(seen.state, seen.rule, seen.line)
    return Keys(answer_keys(profile, found, yes=True), answer_keys(profile, found, yes=False))


def cpu(usage: Usage | None) -> str:
    """`40%` of one core, to the nearest five; empty where it is not known."""
    return "" if usage is None else f"{round(usage.cpu * 20) * 5}%"


def memory(usage: Usage | None) -> str:
    """`210M`, `1.2G`, rounded so that it stands still while nothing much happens."""
    if usage is None:
        return ""
    mega = usage.memory / 1_048_576
    return f"{mega / 1024:.1f}G" if mega >= 1000 else f"{max(1, round(mega / 10) * 10)}M"
