"""The agents: what runs, what each one's screen says, how far it is, and what ended lately."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.base.clock import Clock
from cockpit.domain.job import ENDED, Job, State
from cockpit.domain.screen import AgentState, PaneState
from cockpit.jobdir.progress import Progress
from cockpit.scheduler.usage import Usage
from cockpit.tui import agent_words
from cockpit.tui.columns import Column
from cockpit.tui.widgets.painting import SPAN, Part
from cockpit.tui.widgets.rows import Source, VirtualList
from cockpit.tui.words import MARKS, STYLES, age, plain, progress, state_word

EMPTY = "No agent runs."
_TELLING = (PaneState.BLOCKED, PaneState.FAILED, PaneState.LIMITED)
"""States whose evidence says more than the agent's own last words."""


class AgentsList(VirtualList[Job]):
    """Rows are active jobs, those first that need a person; then those that ended lately.

    `screen` says what an agent's screen was last seen to say, `usage` what it costs; None where that is not known.
    """

    COLUMNS = (
        Column("", 1),
        Column("user", 6, 9),
        Column("project", 7, 12),
        Column("agent", 6, 9, drop=2),
        Column("state", 9),
        Column("age", 4, 6),
        Column("progress", 13, drop=1),
        Column("says", 8, None, drop=3),
        Column("cpu", 4, drop=4),
        Column("mem", 4, drop=5),
    )

    def __init__(
        self,
        source: Source[Job],
        clock: Clock,
        done: Callable[[Job], Progress],
        screen: Callable[[Job], AgentState | None],
        usage: Callable[[Job], Usage | None],
    ) -> None:
        super().__init__(source, title="Agents", empty=EMPTY, id="agents")
        self._clock = clock
        self._done = done
        self._screen = screen
        self._usage = usage

    def cells(self, row: Job) -> tuple[Part, ...]:
        seen = None if row.state in ENDED else self._screen(row)
        text = "t--muted" if row.state in ENDED else "t--plain"
        mark, word, pen = _state(row, seen)
        return (
            (mark, pen),
            (plain(row.user), text),
            (plain(row.project), text),
            (plain(row.agent), "t--muted"),
            (word, pen),
            (age(_since(row, seen), self._clock.now()), "t--muted"),
            *self._words(row, seen, pen),
            (agent_words.cpu(self._usage(row)), "t--muted"),
            (agent_words.memory(self._usage(row)), "t--muted"),
        )

    def _words(self, row: Job, seen: AgentState | None, pen: str) -> tuple[Part, Part]:
        """Progress and last words; or, where that says more, the line that the agent's state is read from."""
        if seen is not None and agent_words.told(row, seen) and seen.state in _TELLING:
            return ((plain(seen.line) or seen.rule, "t--plain"), SPAN)
        if row.state in ENDED:
            return (("", pen), (plain(row.reason or ""), "t--muted"))
        done = self._done(row)
        says = row.reason if row.state is State.STALLED else done.message
        if done.percent is None:
            return ((plain(says or ""), "t--muted"), SPAN)
        return ((progress(done), pen), (plain(says or ""), "t--muted"))


def _state(row: Job, seen: AgentState | None) -> tuple[str, str, str]:
    """Mark, word and pen: the agent's state where it is known, else the job's."""
    if seen is not None and agent_words.told(row, seen):
        return agent_words.MARKS[seen.state], agent_words.word(seen), agent_words.STYLES[seen.state]
    return MARKS[row.state], state_word(row), STYLES[row.state]


def _since(row: Job, seen: AgentState | None) -> int | None:
    if row.state in ENDED:
        return row.finished_at
    if seen is not None and agent_words.needs_person(row, seen):
        return seen.since  # how long somebody has been waited for
    return row.started_at or (row.grant.granted_at if row.grant else None)
