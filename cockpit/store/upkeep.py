"""The scheduler's own row, and the step that finds what should be impossible, counts it and mends it."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.process import ProcessId
from cockpit.store.lines import Lines
from cockpit.store.reads import ACTIVE_STATES


class Upkeep(Lines):
    """Writes of the scheduler about itself and about the whole."""

    def register_node(self, host: str, process: ProcessId, slots: int, now: Micros) -> None:
        """This process is the scheduler of `host` now."""
        with self.transaction(durable=False):
            self._execute(
                "INSERT OR REPLACE INTO nodes (host, pid, pid_started, boot, since, beat_at, slots)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (host, process.pid, process.started, process.boot, now, now, slots),
            )

    def beat(self, host: str, slots: int, now: Micros) -> None:
        """The scheduler lives."""
        with self.transaction(durable=False):
            self._execute("UPDATE nodes SET beat_at = ?, slots = ? WHERE host = ?", (now, slots, host))

    def unregister_node(self, host: str, process: ProcessId) -> None:
        """The scheduler ends in good order."""
        with self.transaction(durable=False):
            self._execute("DELETE FROM nodes WHERE host = ? AND pid = ? AND pid_started = ?", (host, process.pid, process.started))

    def reconcile(self) -> list[str]:
        """Find, mend and name what should be impossible; an empty list is the rule. Cost does not grow with the queue."""
        with self.transaction(durable=False):
            found = [
                (self._refresh_all_lines(), "lines led to the wrong job or were closed wrongly"),
                (self._free_orphans(), "locks belonged to a job that does not run"),
                (self._recount("slots_used", f"SELECT COALESCE(SUM(slots), 0) FROM jobs WHERE state IN {ACTIVE_STATES}"),
                 "counts of used slots were wrong"),
            ]  # fmt: skip
            return [f"{count} {what}; mended" for count, what in found if count]

    def recount(self) -> list[str]:
        """Count all jobs anew; grows with the queue, so only at the scheduler's start."""
        with self.transaction(durable=False):
            wrong = 0
            for name, _ in self._rows("SELECT name, value FROM counters WHERE name LIKE 'state:%'"):
                wrong += self._recount(name, "SELECT COUNT(*) FROM jobs j WHERE state = '" + name[6:] + "'" + _SEEN)
            for priority in range(4):
                where = f"state = 'pending' AND priority = {priority}"
                wrong += self._recount(f"pending:{priority}", f"SELECT COUNT(*) FROM jobs j WHERE {where}{_SEEN}")
            return [f"{wrong} kept counters were wrong; mended"] if wrong else []

    def _free_orphans(self) -> int:
        where = (
            "seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.seq = locks.seq AND j.fence = locks.fence"
            f" AND j.state IN {ACTIVE_STATES})"
        )
        users = {row[0] for row in self._rows(f"SELECT user FROM locks WHERE {where}")}
        gone = self._execute(f"DELETE FROM locks WHERE {where}")
        for user in users:
            self._refresh_locked(user)
        return gone

    def _recount(self, name: str, query: str) -> int:
        return self._execute(f"UPDATE counters SET value = ({query}) WHERE name = ? AND value <> ({query})", (name,))


_SEEN = " AND (j.batch IS NULL OR j.batch NOT IN (SELECT batch FROM staging))"
