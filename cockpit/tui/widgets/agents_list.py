"""The agents: what runs, how far it is, and what ended lately."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.base.clock import Clock
from cockpit.domain.job import ENDED, Job, State
from cockpit.jobdir.progress import NOTHING, Progress
from cockpit.tui.columns import Column
from cockpit.tui.widgets.painting import Part
from cockpit.tui.widgets.rows import Source, VirtualList
from cockpit.tui.words import MARKS, STYLES, age, plain, progress, state_word

EMPTY = "No agent runs."


class AgentsList(VirtualList[Job]):
    """Rows are active jobs, then those that ended lately."""

    COLUMNS = (
        Column("", 1),
        Column("user", 6, 9),
        Column("project", 7, 12),
        Column("agent", 6, 9, drop=2),
        Column("state", 9),
        Column("progress", 13, drop=1),
        Column("age", 4, 6),
        Column("says", 8, None, drop=3),
    )

    def __init__(self, source: Source[Job], clock: Clock, done: Callable[[Job], Progress]) -> None:
        super().__init__(source, title="Agents", empty=EMPTY, id="agents")
        self._clock = clock
        self._done = done

    def cells(self, row: Job) -> tuple[Part, ...]:
        pen = STYLES[row.state]
        ended = row.state in ENDED
        done = NOTHING if ended else self._done(row)
        says = row.reason if ended or row.state is State.STALLED else done.message
        since = row.finished_at if ended else row.started_at or (row.grant.granted_at if row.grant else None)
        plain_pen = "t--muted" if ended else "t--plain"
        return (
            (MARKS[row.state], pen),
            (plain(row.user), plain_pen),
            (plain(row.project), plain_pen),
            (plain(row.agent), "t--muted"),
            (state_word(row), pen),
            ("" if ended else progress(done), pen),
            (age(since, self._clock.now()), "t--muted"),
            (plain(says or ""), "t--muted"),
        )
