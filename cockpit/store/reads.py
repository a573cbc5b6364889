"""What is read from the store: no locks, no transactions, microseconds each."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.errors import AmbiguousId, NotFound
from cockpit.base.process import ProcessId
from cockpit.domain.events import Attempt, Event
from cockpit.domain.ids import bare_id
from cockpit.domain.job import Job, Priority, State
from cockpit.domain.lane import Hold, Lock
from cockpit.domain.node import Node
from cockpit.store.database import Database
from cockpit.store.narrowing import NOT_PENDING, PARTS, parts_of, where
from cockpit.store.rows import (
    ATTEMPT_COLUMNS,
    EVENT_COLUMNS,
    JOB_COLUMNS,
    LOCK_COLUMNS,
    attempt_of,
    event_of,
    job_of,
    lock_of,
)
from cockpit.store.values import Counts, JobFilter

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cockpit.domain.load import Load

VISIBLE = "(j.batch IS NULL OR j.batch NOT IN (SELECT batch FROM staging))"
_LOCKS = f"SELECT {LOCK_COLUMNS} FROM locks l LEFT JOIN jobs j ON j.seq = l.seq"
_ATTEMPTS = f"SELECT {ATTEMPT_COLUMNS} FROM attempts WHERE seq = (SELECT seq FROM jobs WHERE id = ?)"
IS_ACTIVE = f"{NOT_PENDING} AND j.state IN ('assigned', 'starting', 'running', 'stalled')"
_ALL = JobFilter()


class Reads(Database):
    """Queries; each returns values of the domain."""

    def resolve(self, part: str) -> str:
        """The id of the one job that `part` of an id fits. Raises NotFound, AmbiguousId."""
        wanted = bare_id(part)
        if self._row(f"SELECT 1 FROM jobs j WHERE id = ? AND {VISIBLE}", (wanted,)):
            return wanted
        query = f"SELECT id FROM jobs j WHERE instr(id, ?) AND {VISIBLE} LIMIT 6"
        found = self._rows(query, (wanted,)) if wanted else []
        if not found:
            raise NotFound(f"no job '{part}'; 'cockpit jobs' lists them")
        if len(found) > 1:
            raise AmbiguousId(part, [row[0] for row in found])
        id_: str = found[0][0]
        return id_

    def get(self, job_id: str) -> Job:
        """The job with exactly this id. Raises NotFound."""
        row = self._row(f"SELECT {JOB_COLUMNS} FROM jobs j WHERE id = ? AND {VISIBLE}", (job_id,))
        if row is None:
            raise NotFound(f"no job '{job_id}'; 'cockpit jobs' lists them")
        return job_of(row)

    def jobs(self, only: JobFilter = _ALL, limit: int = 100, before: int | None = None) -> list[Job]:
        """Jobs, newest first; `before` is the `seq` to go on from (pages by key)."""
        narrow, values = where(only)
        if before is not None:
            narrow, values = narrow + " AND j.seq < ?", [*values, before]
        parts = parts_of(only)
        query = merged(f"SELECT {JOB_COLUMNS} FROM jobs j WHERE {{part}} AND {VISIBLE}{narrow}", parts)
        return [
            job_of(row)
            for row in self._rows(f"{query} ORDER BY j.seq DESC LIMIT ?", [*values * len(parts), limit])
        ]

    def waiting(self, limit: int, after: tuple[int, int] | None = None) -> list[Job]:
        """Pending jobs by priority, then age; `after` is the (priority, seq) to go on from."""
        found: list[Job] = []
        for priority in Priority:
            start = after[1] if after and after[0] == priority else -1
            if (after and priority < after[0]) or len(found) >= limit:
                continue
            query = (
                f"SELECT {JOB_COLUMNS} FROM jobs j INDEXED BY jobs_pending WHERE j.state = 'pending'"
                f" AND j.priority = ? AND j.seq > ? AND {VISIBLE} ORDER BY j.seq LIMIT ?"
            )
            found += [job_of(row) for row in self._rows(query, (priority, start, limit - len(found)))]
        return found

    def waiting_key(self, offset: int) -> tuple[int, int] | None:
        """The (priority, seq) of the pending job at `offset` of `waiting`; None behind the last.

        Skips along the index: 20 us per 1,000 jobs, for a reader that jumps into a long queue.
        """
        query = "SELECT seq FROM jobs INDEXED BY jobs_pending WHERE state = 'pending' AND priority = ? ORDER BY seq"
        for priority in Priority:
            count = self._row("SELECT value FROM counters WHERE name = ?", (f"pending:{priority:d}",))[0]
            if offset < count:
                row = self._row(f"{query} LIMIT 1 OFFSET ?", (priority, offset))
                return None if row is None else (int(priority), row[0])
            offset -= count
        return None

    def waiting_rank(self, job: Job) -> int:
        """How many pending jobs stand before a pending `job` in `waiting`."""
        query = "SELECT COUNT(*) FROM jobs INDEXED BY jobs_pending WHERE state = 'pending' AND priority = ? AND seq < ?"
        same: int = self._row(query, (job.priority, job.seq))[0]
        pending = self.counts().pending
        return same + sum(count for priority, count in pending.items() if priority < job.priority)

    def delayed(self, limit: int) -> list[Job]:
        """Delayed jobs, the soonest first."""
        where = f"j.state = 'delayed' AND {VISIBLE} ORDER BY not_before LIMIT ?"
        query = f"SELECT {JOB_COLUMNS} FROM jobs j WHERE {where}"
        return [job_of(row) for row in self._rows(query, (limit,))]

    def active(self) -> list[Job]:
        """Every assigned, starting, running or stalled job, in the order of their grants."""
        query = f"SELECT {JOB_COLUMNS} FROM jobs j WHERE {IS_ACTIVE} ORDER BY j.fence"
        return [job_of(row) for row in self._rows(query)]

    def wishes(self) -> list[Job]:
        """Active jobs that a person asked to be killed."""
        query = f"SELECT {JOB_COLUMNS} FROM jobs j WHERE j.wish IS NOT NULL AND {IS_ACTIVE}"
        return [job_of(row) for row in self._rows(query)]

    def prompt(self, job_id: str) -> str:
        """The prompt as it was given."""
        return str(self._text(job_id, "prompt"))

    def head(self, job_id: str) -> str:
        """The prompt's first line that is not empty, at most 160 characters of it. Raises NotFound."""
        blanks = "char(9, 10, 13, 32)"
        query = f"SELECT substr(ltrim(t.prompt, {blanks}), 1, 160) FROM texts t JOIN jobs j USING (seq) WHERE j.id = ?"
        row = self._row(query, (job_id,))
        if row is None:
            raise NotFound(f"no job '{job_id}'; 'cockpit jobs' lists them")
        return str(row[0]).partition("\n")[0]

    def metadata(self, job_id: str) -> str:
        """The job's metadata: a JSON object as text."""
        return str(self._text(job_id, "metadata"))

    def _text(self, job_id: str, column: str) -> Any:
        row = self._row(f"SELECT t.{column} FROM texts t JOIN jobs j USING (seq) WHERE j.id = ?", (job_id,))
        if row is None:
            raise NotFound(f"no job '{job_id}'; 'cockpit jobs' lists them")
        return row[0]

    def needs(self, job_id: str) -> list[tuple[str, State]]:
        """The jobs that this one comes after, with their states."""
        query = (
            "SELECT n.id, n.state FROM deps d JOIN jobs j ON j.seq = d.seq JOIN jobs n ON n.seq = d.needs"
            " WHERE j.id = ? ORDER BY d.needs"
        )
        return [(row[0], State(row[1])) for row in self._rows(query, (job_id,))]

    def ahead(self, job: Job, most: int = 100) -> int:
        """How many ready jobs of the same user go before a ready `job`; counts no further than `most`.

        Two ranges of the index in each of the user's lines: those before the place of `job`, whatever stands behind it.
        """
        line = (
            "SELECT 1 FROM lines l CROSS JOIN jobs j INDEXED BY jobs_line ON j.user = l.user AND j.project = l.project"
            " AND j.slots = l.slots WHERE l.user = ? AND j.state = 'pending' AND j.held = 0 AND j.waits_for = 0"
            f" AND {VISIBLE}"
        )
        higher, older = f"{line} AND j.priority < ?", f"{line} AND j.priority = ? AND j.seq < ?"
        query = f"SELECT COUNT(*) FROM ({higher} UNION ALL {older} LIMIT ?)"
        values = (job.user, job.priority, job.user, job.priority, job.seq, most)
        count: int = self._row(query, values)[0]
        return count

    def ready_before(self, user: str, priority: Priority, most: int = 100) -> int:
        """How many ready jobs of `user` a new one of this priority would stand behind; counts no further than `most`.

        Along each of the user's lines: one range of an index, whatever else waits.
        """
        query = (
            "SELECT COUNT(*) FROM (SELECT 1 FROM lines l CROSS JOIN jobs j INDEXED BY jobs_line ON j.user = l.user"
            " AND j.project = l.project AND j.slots = l.slots WHERE l.user = ? AND j.state = 'pending' AND j.held = 0"
            f" AND j.waits_for = 0 AND j.priority <= ? AND {VISIBLE} LIMIT ?)"
        )
        count: int = self._row(query, (user, priority, most))[0]
        return count

    def users_ready(self, priority: Priority, most: int = 100) -> list[str]:
        """Users whose next job could start if there were a slot, and goes before or is equal to this priority."""
        query = (
            "SELECT DISTINCT user FROM (SELECT user FROM lines WHERE head_seq IS NOT NULL AND held = 0 AND locked = 0"
            " AND slots = 1 AND head_priority <= ? LIMIT ?)"
        )
        return [row[0] for row in self._rows(query, (priority, most))]

    def run_times(self, limit: int = 400) -> list[tuple[str, str, Micros]]:
        """(user, project, how long it took) of the `limit` attempts that ended last and ran to their own end."""
        newest = (
            "SELECT seq, cause, ended_at - started_at AS took FROM attempts INDEXED BY attempts_ended"
            " WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?"
        )
        query = (
            f"SELECT j.user, j.project, a.took FROM ({newest}) a JOIN jobs j ON j.seq = a.seq"
            " WHERE a.took >= 0 AND a.cause = 'exited'"
        )
        return [tuple(row) for row in self._rows(query, (limit,))]

    def prompts(self, project: str, limit: int = 20, before: int | None = None) -> list[tuple[int, str]]:
        """(seq, prompt) of a project's jobs, newest first; `before` is the `seq` to go on from."""
        where, values = ("", [project]) if before is None else (" AND j.seq < ?", [project, before])
        query = merged(
            "SELECT j.seq, t.prompt FROM jobs j CROSS JOIN texts t ON t.seq = j.seq"
            f" WHERE {{part}} AND j.project = ?{where} AND {VISIBLE}",
            PARTS,
        )
        rows = self._rows(f"{query} ORDER BY j.seq DESC LIMIT ?", [*values * len(PARTS), limit])
        return [tuple(row) for row in rows]

    def counts(self) -> Counts:
        """The kept counters."""
        kept = dict(self._rows("SELECT name, value FROM counters"))
        return Counts(
            states={state: kept[f"state:{state}"] for state in State},
            pending={priority: kept[f"pending:{priority:d}"] for priority in Priority},
            slots_used=kept["slots_used"],
        )

    def locks(self) -> list[Lock]:
        """Every lock that is held, the oldest first."""
        return [lock_of(row) for row in self._rows(f"{_LOCKS} ORDER BY l.fence")]

    def locks_of(self, user: str) -> list[Lock]:
        """The locks of one user: at most one while serialization is on."""
        return [lock_of(row) for row in self._rows(f"{_LOCKS} WHERE l.user = ? ORDER BY l.fence", (user,))]

    def holds(self) -> list[Hold]:
        """The gates that are closed."""
        return [Hold(*row) for row in self._rows("SELECT scope, key, since FROM holds ORDER BY since")]

    def attempts(self, job_id: str) -> list[Attempt]:
        """All attempts of a job, the first one first."""
        return [attempt_of(row) for row in self._rows(f"{_ATTEMPTS} ORDER BY number", (job_id,))]

    def attempt(self, job_id: str, number: int) -> Attempt | None:
        """One attempt; None when there was none of that number."""
        row = self._row(f"{_ATTEMPTS} AND number = ?", (job_id, number))
        return None if row is None else attempt_of(row)

    def others_at_work(self, job_id: str, since: Micros) -> bool:
        """Did another job's attempt run in the same project at `since` or later? Grows with what has ended since."""
        mine = "CROSS JOIN jobs mine ON mine.project = j.project AND mine.seq <> j.seq WHERE mine.id = ?"
        query = (
            f"SELECT 1 FROM jobs j {mine} AND {IS_ACTIVE} UNION ALL SELECT 1 FROM attempts a INDEXED BY attempts_ended"
            f" CROSS JOIN jobs j ON j.seq = a.seq {mine} AND a.ended_at IS NOT NULL AND a.ended_at >= ? LIMIT 1"
        )
        return self._row(query, (job_id, job_id, since)) is not None

    def events(self, job_id: str | None = None, limit: int = 200) -> list[Event]:
        """The newest events, of one job or of all, the oldest of them first."""
        where, values = ("WHERE j.id = ?", [job_id]) if job_id else (f"WHERE {VISIBLE}", [])
        source = "events e JOIN jobs j ON j.seq = e.seq"
        query = f"SELECT {EVENT_COLUMNS} FROM {source} {where} ORDER BY e.number DESC LIMIT ?"
        return [event_of(row) for row in reversed(self._rows(query, [*values, limit]))]

    def next_due(self) -> Micros | None:
        """When the next delayed job comes back; None when none is delayed."""
        query = f"SELECT not_before FROM jobs j WHERE j.state = 'delayed' AND {VISIBLE} ORDER BY not_before LIMIT 1"
        due: Micros | None = self._value(query)
        return due

    def node(self) -> Node | None:
        """The scheduler that last said it runs; None when there never was one."""
        row = self._row(
            "SELECT host, kind, pid, pid_started, boot, since, beat_at, slots, cpu, memory, queue, score"
            " FROM nodes ORDER BY beat_at DESC LIMIT 1"
        )
        if row is None:
            return None
        host, kind, pid, started, boot, since, beat, slots, *load = row
        return Node(host, kind, ProcessId(pid, started, boot), since, beat, slots, _load(load))

    def last_event(self) -> int:
        """The number of the newest event; 0 when there is none."""
        number: int = self._row("SELECT COALESCE(MAX(number), 0) FROM events")[0]
        return number

    def last_whole_event(self) -> int:
        """As `last_event`, but before those of a batch on its way in, for who goes on from here and must miss none.

        Nobody sees them yet; and where the batch is discarded, other events get their numbers.
        """
        number: int = self._value(
            "SELECT COALESCE((SELECT MIN(e.number) - 1 FROM staging s CROSS JOIN events e ON e.seq = s.first),"
            " (SELECT MAX(number) FROM events), 0)"
        )
        return number

    def events_after(self, number: int, kinds: Sequence[str], limit: int = 500) -> list[Event]:
        """The next events after that one, of these kinds, the oldest first."""
        query = (
            f"SELECT {EVENT_COLUMNS} FROM events e JOIN jobs j ON j.seq = e.seq WHERE e.number > ?"
            f" AND e.kind IN ({', '.join('?' * len(kinds))}) AND {VISIBLE} ORDER BY e.number LIMIT ?"
        )
        return [event_of(row) for row in self._rows(query, (number, *kinds, limit))]

    def told(self) -> int | None:
        """The last event that people were notified of; None when they never were."""
        row = self._row("SELECT value FROM meta WHERE key = 'told'")
        return None if row is None else int(row[0])

    def failed_since(self, event: int) -> bool:
        """Has a job failed for good after that event, and is failed still?"""
        query = (
            "SELECT 1 FROM events e JOIN jobs j ON j.seq = e.seq"
            " WHERE e.number > ? AND e.kind = 'failed' AND j.state = 'failed' LIMIT 1"
        )
        return self._row(query, (event,)) is not None

    def ended_before(self, when: Micros, limit: int = 100) -> list[str]:
        """Ids of jobs that ended before `when` and whose folders are not pruned yet."""
        query = "SELECT id FROM jobs WHERE finished_at < ? AND pruned = 0 AND finished_at IS NOT NULL LIMIT ?"
        return [row[0] for row in self._rows(query, (when, limit))]

    def names(self, column: str) -> list[str]:
        """The known users or projects (`column`), for help with misspelt ones."""
        assert column in ("user", "project")
        return [row[0] for row in self._rows(f"SELECT DISTINCT {column} FROM lines ORDER BY 1")]


def merged(query: str, parts: Sequence[str]) -> str:
    """`query`, which has {part} among its conditions, for each of the parts.

    Ordered and limited as a whole, SQLite merges them and reads of each no more than is asked for.
    """
    return " UNION ALL ".join(query.format(part=part) for part in parts)


def _load(columns: list[float | None]) -> Load | None:
    from cockpit.domain.load import Load  # here alone: `cockpit enqueue` asks for no load

    return None if None in columns else Load(*columns)  # type: ignore[arg-type]  # none of them is None
