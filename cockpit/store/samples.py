"""The scheduler's sign of life with its load, and the load minute by minute.

A minute is one row: the mean of what was measured in it, so that a peak between two looks counts for as long as it
lasted. What is older than `KEPT` goes when a new minute begins.
"""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND
from cockpit.domain.job import ACTIVE
from cockpit.domain.load import Load, Sample
from cockpit.store.lines import Lines
from cockpit.store.values import Counts

MINUTE = 60 * SECOND
KEPT = 8 * 24 * 60
"""Minutes: a day more than the longest range that is shown."""

_COLUMNS = "cpu, memory, queue, score, slots, slots_used, running, critical, high, normal, low"
_MEAN = ", ".join(
    f"{name} = ({name} * beats + excluded.{name}) / (beats + 1)" for name in Load.__match_args__
)
_LAST = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[4:])
_KEEP = (
    f"INSERT INTO samples (minute, beats, {_COLUMNS}) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    f" ON CONFLICT (minute) DO UPDATE SET {_MEAN}, {_LAST}, beats = beats + 1"
)


class Samples(Lines):
    """What the scheduler says of itself at its beat, and what was kept of it."""

    def beat(self, host: str, slots: int, now: Micros, load: Load | None = None) -> None:
        """The scheduler lives; `load` is the newest that it measured, if it did."""
        with self.transaction(durable=False):
            self._execute("UPDATE nodes SET beat_at = ?, slots = ? WHERE host = ?", (now, slots, host))
            if load is not None:
                self._execute(
                    "UPDATE nodes SET cpu = ?, memory = ?, queue = ?, score = ? WHERE host = ?",
                    (load.cpu, load.memory, load.queue, load.score, host),
                )
                self._keep(now // MINUTE, load, slots, self.counts())

    def _keep(self, minute: int, load: Load, slots: int, counts: Counts) -> None:
        running = sum(counts.states[state] for state in ACTIVE)
        self._execute("DELETE FROM samples WHERE minute <= ?", (minute - KEPT,))
        self._execute(
            _KEEP,
            (minute, load.cpu, load.memory, load.queue, load.score, slots, counts.slots_used, running,
             *counts.pending.values()),
        )  # fmt: skip

    def samples(self, since: int, until: int) -> list[Sample]:
        """The minutes from `since` up to and without `until`, in order; minutes without a scheduler are missing."""
        query = f"SELECT minute, {_COLUMNS} FROM samples WHERE minute >= ? AND minute < ? ORDER BY minute"
        return [
            Sample(row[0], Load(*row[1:5]), row[5], row[6], row[7], row[8:])
            for row in self._rows(query, (since, until))
        ]
