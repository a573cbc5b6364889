"""The scheduler's own row, and the step that finds what should be impossible, counts it and mends it."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.process import ProcessId
from cockpit.domain.job import Priority, State
from cockpit.store.lines import UNFINISHED, Lines
from cockpit.store.narrowing import NOT_PENDING
from cockpit.store.reads import IS_ACTIVE, VISIBLE


class Upkeep(Lines):
    """Writes of the scheduler about itself and about the whole."""

    def register_node(self, host: str, kind: str, process: ProcessId, slots: int, now: Micros) -> None:
        """This process is the scheduler of `host` now."""
        with self.transaction(durable=False):
            self._execute(
                "INSERT OR REPLACE INTO nodes (host, kind, pid, pid_started, boot, since, beat_at, slots)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (host, kind, process.pid, process.started, process.boot, now, now, slots),
            )

    def unregister_node(self, host: str, process: ProcessId) -> None:
        """The scheduler ends in good order."""
        with self.transaction(durable=False):
            self._execute(
                "DELETE FROM nodes WHERE host = ? AND pid = ? AND pid_started = ?",
                (host, process.pid, process.started),
            )

    def set_told(self, number: int) -> bool:
        """People are being notified of all events up to `number`; False when another scheduler said so before."""
        with self.transaction(durable=False):
            return bool(
                self._execute(
                    "INSERT INTO meta (key, value) VALUES ('told', ?) ON CONFLICT (key) DO UPDATE"
                    " SET value = excluded.value WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)",
                    (str(number),),
                )
            )

    def work_left(self) -> bool:
        """Does a job wait or run that is neither held nor behind one that is? Grows with lines, not with the queue.

        Where one is left that comes after others, there is a first among those: it runs, or waits for nobody.
        """
        return any(self._row(query) is not None for query in (_RUNS, _IS_READY, _WILL_BE_READY))

    def reconcile(self) -> list[str]:
        """Find, mend and name what should be impossible; an empty list is the rule.

        The cost grows with users, projects and running jobs, not with the queue.
        """
        used = f"SELECT COALESCE(SUM(slots * (1 - parked)), 0) FROM jobs j WHERE {IS_ACTIVE}"
        with self.transaction(durable=False):
            return _told(
                (self._refresh_all_lines(), "lines led to the wrong job or were closed wrongly"),
                (self._free_orphans(), "locks belonged to a job that does not run"),
                (self._lock_unlocked(), "jobs ran without a lock"),
                (self._recount("slots_used", used), "counts of used slots were wrong"),
            )

    def recount(self) -> list[str]:
        """Look at every job; grows with the queue, so only at the scheduler's start."""
        with self.transaction(durable=False):
            wrong = 0
            for state in State:
                part = "1" if state is State.PENDING else NOT_PENDING
                query = f"SELECT COUNT(*) FROM jobs j WHERE {part} AND state = '{state}' AND {VISIBLE}"
                wrong += self._recount(f"state:{state}", query)
            for priority in Priority:
                query = f"SELECT COUNT(*) FROM jobs j WHERE state = 'pending' AND priority = {priority:d} AND {VISIBLE}"
                wrong += self._recount(f"pending:{priority:d}", query)
            needs = self._execute(
                f"UPDATE jobs SET waits_for = {UNFINISHED} WHERE state IN ('pending', 'delayed')"
                f" AND seq IN (SELECT seq FROM deps) AND waits_for <> {UNFINISHED}"
            )
            lines = self._rows(f"SELECT DISTINCT user, project, slots FROM jobs j WHERE {VISIBLE}")
            added = sum(self._add_line(*line) for line in lines)
            self._refresh_all_lines()
            return _told(
                (wrong, "kept counters were wrong"),
                (needs, "jobs waited for the wrong number of others"),
                (added, "lines were missing"),
            )

    def _free_orphans(self) -> int:
        where = (
            "seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.seq = locks.seq AND j.fence = locks.fence"
            f" AND {IS_ACTIVE})"
        )
        users = {row[0] for row in self._rows(f"SELECT user FROM locks WHERE {where}")}
        gone = self._execute(f"DELETE FROM locks WHERE {where}")
        for user in users:
            self._next_fence()
            self._refresh_locked(user)
        return gone

    def _lock_unlocked(self) -> int:
        """A job that runs keeps its user locked, come what may; the lease is renewed with the others."""
        where = f"{IS_ACTIVE} AND NOT EXISTS (SELECT 1 FROM locks l WHERE l.seq = j.seq)"
        users = {row[0] for row in self._rows(f"SELECT j.user FROM jobs j WHERE {where}")}
        made = self._execute(
            "INSERT OR IGNORE INTO locks (lane, user, holder, seq, fence, lock_id, acquired_at, expires_at)"
            " SELECT lane, user, id, seq, fence, id || '.' || fence, granted_at, granted_at"
            f" FROM jobs j WHERE {where}"
        )
        for user in users:
            self._refresh_locked(user)
        return made

    def _recount(self, name: str, query: str) -> int:
        return self._execute(
            f"UPDATE counters SET value = ({query}) WHERE name = ? AND value <> ({query})", (name,)
        )


def _told(*found: tuple[int, str]) -> list[str]:
    return [f"{count} {what}; mended" for count, what in found if count]


_RUNS = f"SELECT 1 FROM jobs j WHERE {IS_ACTIVE} LIMIT 1"
_OPEN = "l.held = 0 AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.scope = 'all')"
_IS_READY = f"SELECT 1 FROM lines l WHERE {_OPEN} AND l.head_seq IS NOT NULL LIMIT 1"
_WILL_BE_READY = (
    "SELECT 1 FROM lines l CROSS JOIN jobs j INDEXED BY jobs_delayed ON j.user = l.user AND j.project = l.project"
    f" WHERE {_OPEN} AND j.state = 'delayed' AND j.held = 0 AND j.waits_for = 0 AND {VISIBLE} LIMIT 1"
)
