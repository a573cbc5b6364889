"""Cockpit's own log: what became of jobs, and what cockpit said; the newest at the bottom, followed."""

from __future__ import annotations

import time

from cockpit.base.clock import Clock, Micros
from cockpit.base.times import SECOND
from cockpit.domain.job import State
from cockpit.tui.columns import Column
from cockpit.tui.grouped import Heading, Source
from cockpit.tui.happened import Happened
from cockpit.tui.parts import SPAN, Part
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import MARKS, STYLES, ended_word, plain

EMPTY = "Nothing has happened yet.\nPress {enqueue} to enqueue a job."
NO_MATCH = "Nothing that happened fits the filter.\nPress {clear_filter} to show all."
_KINDS = {state.value: (MARKS[state], STYLES[state]) for state in State} | {
    "queued": ("○", "t--plain"),
    "retried": ("↻", "t--blocked"),
    "needs input": ("◆", "t--blocked"),
    "held": ("‖", "t--blocked"),
    "resumed": ("▸", "t--plain"),
    "parked": ("‖", "t--muted"),
    "unparked": ("▸", "t--muted"),
    "edited": ("✎", "t--plain"),
    "kill asked": ("■", "t--blocked"),
    "info": ("·", "t--muted"),
    "notice": ("!", "t--blocked"),
    "warning": ("!", "t--blocked"),
    "error": ("✖", "t--failed"),
    "critical": ("✖", "t--failed"),
}


class LogList(VirtualList[Happened]):
    """Rows are events and sayings; `following` while the last one is selected."""

    COLUMNS = (
        Column("when", 8, 14),
        Column("what", 13),
        Column("job", 11),
        Column("user", 5, 10, drop=2),
        Column("project", 7, 12, drop=1),
        Column("because", 14, None),
    )

    def __init__(self, source: Source[Happened | Heading], clock: Clock) -> None:
        super().__init__(source, title="Log", empty=EMPTY, id="log")
        self._clock = clock

    @property
    def following(self) -> bool:
        """Is the last row selected?"""
        return self.cursor >= len(self.source) - 1

    def take(self, following: bool) -> None:
        """The source has changed; `following`: what is new is selected, and the view goes along."""
        if following:
            self.selected = self.lost = None
            self.cursor = max(0, len(self.source) - 1)
        self.update()
        if following:
            self.move_to(len(self.source) - 1)

    def cells(self, row: Happened) -> tuple[Part, ...]:
        mark, pen = _KINDS.get(row.kind, ("·", "t--plain"))
        when = (moment(row.at, self._clock.now()), "t--muted")
        what = (f"{mark} {ended_word(row.kind, row.reason)}", pen)
        if not row.id:
            return (when, what, (plain(row.reason or ""), "t--plain"), SPAN, SPAN, SPAN)
        return (
            when,
            what,
            (row.id, "t--muted"),
            (plain(row.user), "t--plain"),
            (plain(row.project), "t--plain"),
            (plain(row.reason or ""), "t--plain"),
        )


def moment(when: Micros, now: Micros) -> str:
    """`10:42:16` today, `14 Jan 10:42` on another day."""
    then, today = time.localtime(when // SECOND), time.localtime(now // SECOND)
    return time.strftime("%H:%M:%S" if then[:3] == today[:3] else "%-d %b %H:%M", then)
