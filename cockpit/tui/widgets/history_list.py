"""What has ended, under the days on which it did."""

from __future__ import annotations

import time
from collections.abc import Callable

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import Job
from cockpit.tui.columns import Column
from cockpit.tui.grouped import Heading, Source
from cockpit.tui.heads import Heads
from cockpit.tui.parts import Part
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import MARKS, STYLES, plain, short_id, state_word

EMPTY = "No job has ended yet.\nWhat ends stays here, also when its folder is gone."
NO_MATCH = "Nothing that ended fits the filter.\nPress {clear_filter} to show all."


class HistoryList(VirtualList[Job]):
    """Rows are jobs that have ended, the newest first; `head` gives the first line of a prompt."""

    COLUMNS = (
        Column("when", 8),
        Column("job", 4, drop=6),
        Column("user", 5, 8, drop=2),
        Column("project", 7, 10),
        Column("agent", 6, 8, drop=5),
        Column("result", 11),
        Column("ran", 5, 7, drop=3),
        Column("", 3, drop=4),
        Column("prompt", 12, None, drop=1),
    )

    def __init__(self, source: Source[Job | Heading], head: Callable[[str], str]) -> None:
        super().__init__(source, title="History", empty=EMPTY, id="history")
        self._heads = Heads(head)

    def forget(self) -> None:
        """The store has changed: a prompt may have, too."""
        self._heads.forget()

    def cells(self, row: Job) -> tuple[Part, ...]:
        pen = STYLES[row.state]
        return (
            (clock(row.finished_at), "t--muted"),
            (short_id(row.id), "t--muted"),
            (plain(row.user), "t--plain"),
            (plain(row.project), "t--plain"),
            (plain(row.agent), "t--muted"),
            (f"{MARKS[row.state]} {state_word(row)}", pen),
            (ran(row), "t--muted"),
            (f"×{row.attempt}" if row.attempt > 1 else "", "t--blocked"),
            (self._heads.of(row.id), "t--plain"),
        )


def clock(when: Micros | None) -> str:
    """`10:42:16`, on the wall; the day stands above it."""
    return "" if when is None else time.strftime("%H:%M:%S", time.localtime(when // SECOND))


def ran(job: Job) -> str:
    """How long its last attempt ran; empty where it never did."""
    if job.started_at is None or job.finished_at is None:
        return ""
    return format_duration(max(0, job.finished_at - job.started_at) / SECOND)
