"""The queue: what waits, and what for."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.controller.whys import Whys
from cockpit.domain.job import Job
from cockpit.tui.columns import Column
from cockpit.tui.grouped import Heading, Source
from cockpit.tui.parts import Part
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import MARKS, PRIORITIES, STYLES, plain, short_why, state_word

EMPTY = "No job waits.\nPress {enqueue} to enqueue one."
NO_MATCH = "No job fits the filter.\nPress {clear_filter} to show all."


class QueueList(VirtualList[Job]):
    """Rows are jobs; what they wait for is asked for visible rows alone, once per change of the store."""

    COLUMNS = (
        Column("pri", 4),
        Column("user", 6, 9, drop=1),
        Column("project", 7, 12, drop=3),
        Column("job", 11),
        Column("waiting for", 14, 24),
        Column("prompt", 10, None, drop=2),
    )

    def __init__(
        self, source: Source[Job | Heading], whys: Callable[[], Whys], head: Callable[[str], str]
    ) -> None:
        super().__init__(source, title="Queue", empty=EMPTY, id="queue")
        self._read_whys = whys
        self._whys: Whys | None = None
        self._head = head
        self._known: dict[str, tuple[str, str]] = {}

    def forget(self) -> None:
        """The store has changed: what jobs wait for may have, too."""
        self._known.clear()
        self._whys = None

    def cells(self, row: Job) -> tuple[Part, ...]:
        word, pen = PRIORITIES[row.priority]
        why, prompt = self._asked(row)
        return (
            (word, pen),
            (plain(row.user), "t--plain"),
            (plain(row.project), "t--plain"),
            (row.id, "t--plain"),
            (why, STYLES[row.state] if row.finished_at else "t--muted"),
            (prompt, "t--muted"),
        )

    def _asked(self, job: Job) -> tuple[str, str]:
        known = self._known.get(job.id)
        if known is None:
            self._whys = self._whys or self._read_whys()
            why = (
                short_why(self._whys.of(job))
                or f"{MARKS[job.state]} {state_word(job)} {plain(job.reason or '')}".rstrip()
            )
            known = self._known[job.id] = (why, plain(self._head(job.id)))
        return known
