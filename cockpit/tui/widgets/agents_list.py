"""The agents: what runs, what each one's screen says, how far it is, and what ended lately."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.base.clock import Clock
from cockpit.domain.job import ENDED, Job, State
from cockpit.domain.screen import AgentState, PaneState
from cockpit.domain.usage import Usage
from cockpit.jobdir.progress import Progress
from cockpit.tui import agent_words
from cockpit.tui.columns import Column, fit
from cockpit.tui.grouped import Heading, Source
from cockpit.tui.heads import Heads
from cockpit.tui.parts import SPAN, Part
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import age, plain, progress, short_id

EMPTY = "No agent runs.\nA job starts as soon as a slot is free."
_TELLING = (PaneState.BLOCKED, PaneState.FAILED, PaneState.LIMITED)
"""States whose evidence says more than the agent's own last words."""


class AgentsList(VirtualList[Job]):
    """Rows are active jobs, those first that need a person; then those that ended lately.

    `screen` says what an agent's screen was last seen to say, `usage` what it costs; None where that is not known.
    """

    COLUMNS = (
        Column("", 1),
        Column("job", 4),
        Column("user", 6, 9),
        Column("project", 7, 12, drop=3),
        Column("agent", 6, 9, drop=5),
        Column("state", 9),
        Column("age", 4, 6),
        Column("cpu", 4, drop=6),
        Column("mem", 4, drop=7),
        Column("progress", 13, drop=2),
        Column("says", 16, 40, drop=4),
        Column("prompt", 13, None, drop=1),
    )
    _PERCENT, _SAYS = 9, 10
    WORDED = (*COLUMNS[:_PERCENT], Column("done", 4, drop=2), *COLUMNS[_SAYS:])
    """Without the bar, which gives way to what the agent says."""

    def __init__(
        self,
        source: Source[Job | Heading],
        clock: Clock,
        done: Callable[[Job], Progress],
        screen: Callable[[Job], AgentState | None],
        usage: Callable[[Job], Usage | None],
        *,
        head: Callable[[str], str],
        ended: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__(source, title="Agents", empty=EMPTY, id="agents")
        self._clock = clock
        self._done = done
        self._screen = screen
        self._usage = usage
        self._heads = Heads(head)
        self._ended = ended

    def tally(self) -> str:
        """`1 · 6 ended`: what runs, and apart from it what ended lately."""
        ended = self._ended()
        return f"{self.count - ended:,}" + (f" · {ended:,} ended" if ended else "")

    @property
    def columns(self) -> tuple[Column, ...]:
        if fit(self.COLUMNS, self.room)[self._SAYS] or not fit(self.WORDED, self.room)[self._SAYS]:
            return self.COLUMNS
        return self.WORDED

    def cells(self, row: Job) -> tuple[Part, ...]:
        seen = None if row.state in ENDED else self._screen(row)
        text = "t--muted" if row.state in ENDED else "t--plain"
        mark, word, pen = agent_words.told_state(row, seen)
        return (
            (mark, pen),
            (short_id(row.id), "t--muted"),
            (plain(row.user), text),
            (plain(row.project), text),
            (plain(row.agent), "t--muted"),
            (word, pen),
            (age(_since(row, seen), self._clock.now()), "t--muted"),
            (agent_words.cpu(self._usage(row)), "t--muted"),
            (agent_words.memory(self._usage(row)), "t--muted"),
            *self._words(row, seen, pen),
        )

    def _words(self, row: Job, seen: AgentState | None, pen: str) -> tuple[Part, Part, Part]:
        """Progress, last words and prompt; or, where that says more, the line that the agent's state is read from."""
        prompt = (self._heads.of(row.id), "t--muted" if row.state in ENDED else "t--plain")
        if seen is not None and agent_words.told(row, seen) and seen.state in _TELLING:
            return ((plain(seen.line) or seen.rule, "t--plain"), SPAN, SPAN)
        if row.state in ENDED:
            return ((plain(row.reason or ""), pen), SPAN, prompt)
        done = self._done(row)
        says = row.reason if row.state is State.STALLED else done.message
        if done.percent is None:
            return ((plain(says or ""), "t--muted"), SPAN, prompt)
        bar = progress(done) if self._barred else f"{done.percent:3d}%"
        return ((bar, pen), (plain(says or ""), "t--muted"), prompt)

    @property
    def _barred(self) -> bool:
        return self.columns is self.COLUMNS


def _since(row: Job, seen: AgentState | None) -> int | None:
    if row.state in ENDED:
        return row.finished_at
    if seen is not None and agent_words.needs_person(row, seen):
        return seen.since  # how long somebody has been waited for
    return row.started_at or (row.grant.granted_at if row.grant else None)
