"""The locks: who works on whose files, and for how long that is granted."""

from __future__ import annotations

from cockpit.base.clock import Clock
from cockpit.domain.lane import Lock
from cockpit.tui.columns import Column
from cockpit.tui.grouped import Source
from cockpit.tui.parts import Part
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import age, left, plain

EMPTY = "No user is locked.\nWhile a job runs, its user's lock is here; {release} frees it."


class LocksList(VirtualList[Lock]):
    """Rows are locks, the oldest first."""

    COLUMNS = (
        Column("user", 6, 12),
        Column("held by", 11, 28),
        Column("since", 5, 8, drop=1),
        Column("lease", 9, 14),
        Column("", 0, None),
    )

    def __init__(self, source: Source[Lock], clock: Clock) -> None:
        super().__init__(source, title="Locks", empty=EMPTY, id="locks")
        self._clock = clock

    def cells(self, row: Lock) -> tuple[Part, ...]:
        now = self._clock.now()
        holder = row.job_id or f"{plain(row.holder)} (by hand)"
        over = row.expires_at <= now
        return (
            (plain(row.user), "t--plain"),
            (holder, "t--plain"),
            (age(row.acquired_at, now), "t--muted"),
            (left(row.expires_at, now), "t--blocked" if over else "t--muted"),
            ("", "t--plain"),
        )

    def mark_key(self, index: int) -> str | None:
        """The job that holds the lock; one that was taken by hand can't be marked."""
        lock = self.source.row(index) if index < len(self.source) else None
        return lock.job_id if isinstance(lock, Lock) else None
