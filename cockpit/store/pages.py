"""Jobs by pages, in several orders: for lists on screen that hold a few rows of very many.

A page goes on behind a key, so it costs the same wherever it begins; `key_at` skips along the index, 20 us per 1,000
jobs. With a filter that no index knows, `span` bounds how many jobs one call looks at: a caller that must not block
asks again from `Page.last`.
"""

from __future__ import annotations

from cockpit.domain.events import Event
from cockpit.domain.job import Job
from cockpit.store.narrowing import PENDING, where
from cockpit.store.reads import VISIBLE, Reads
from cockpit.store.rows import EVENT_COLUMNS, JOB_COLUMNS, event_of, job_of
from cockpit.store.values import JobFilter, Key, Order, Page

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ALL = JobFilter()
_ORDERS: dict[Order, tuple[str, str, tuple[str, ...], bool]] = {
    Order.NEWEST: ("NOT INDEXED", "1", ("seq",), True),
    Order.ENDED: ("INDEXED BY jobs_finished", "j.finished_at IS NOT NULL", ("finished_at", "seq"), True),
    Order.TAKEN: ("INDEXED BY jobs_pending", "j.state = 'pending'", ("priority", "seq"), False),
    Order.AGE: ("INDEXED BY jobs_pending", "j.state = 'pending'", ("seq",), False),
    Order.USER: ("INDEXED BY jobs_waiting_user", "j.state = 'pending'", ("user", "priority", "seq"), False),
    Order.PROJECT: (
        "INDEXED BY jobs_waiting_project",
        "j.state = 'pending'",
        ("project", "priority", "seq"),
        False,
    ),
}
"""Index, what it is limited to, the columns of the key, and whether the greatest comes first."""
_PARTS = {Order.AGE: PENDING}
"""Where an index has an order only in parts; they are merged."""


class Pages(Reads):
    """Reads along one order. `back` turns the order round."""

    def page(
        self,
        order: Order,
        only: JobFilter = _ALL,
        limit: int = 100,
        after: Key | None = None,
        *,
        back: bool = False,
        span: int | None = None,
    ) -> Page:
        """Up to `limit` jobs that fit, behind the key `after`; with `span`, of that many in the order at most."""
        narrow, values = where(only)
        if span is None:
            query, start = self._behind(order, JOB_COLUMNS, after, back, (narrow, values))
            jobs = [job_of(row) for row in self._rows(f"{query} LIMIT ?", [*start, limit])]
            return Page(jobs, key_of(order, jobs[-1]) if len(jobs) == limit else None)
        keys, start = self._behind(order, "", after, back)
        looked = self._row(f"{keys} LIMIT 1 OFFSET ?", [*start, span - 1])
        query = f"SELECT {JOB_COLUMNS} FROM ({keys} LIMIT ?) s JOIN jobs j ON j.seq = s.seq WHERE 1{narrow} LIMIT ?"
        jobs = [job_of(row) for row in self._rows(query, [*start, span, *values, limit])]
        if len(jobs) == limit:
            return Page(jobs, key_of(order, jobs[-1]))
        return Page(jobs, None if looked is None else tuple(looked))

    def key_at(self, order: Order, offset: int, only: JobFilter = _ALL, *, back: bool = False) -> Key | None:
        """The key of the job at `offset`, counted from 0; None behind the last."""
        keys, start = self._behind(order, "", None, back, where(only))
        row = self._row(f"{keys} LIMIT 1 OFFSET ?", [*start, offset])
        return None if row is None else tuple(row)

    def rank(self, order: Order, key: Key, only: JobFilter = _ALL, *, back: bool = False) -> int:
        """How many jobs come before that key."""
        narrow, values = where(only)
        begin = self._along(order)
        ranges = _ranges(order, key, not back)
        counts = [
            self._value(f"SELECT COUNT(*) {begin} AND {which}{narrow}", [*start, *values])
            for which, start in ranges
        ]
        return sum(counts)

    def count(self, order: Order, only: JobFilter = _ALL) -> int:
        """How many jobs an order has; 30-50 us per 1,000 where the index alone tells."""
        narrow, values = where(only)
        count: int = self._value(f"SELECT COUNT(*) {self._along(order)}{narrow}", values)
        return count

    def waiting_by(self, column: str) -> list[tuple[str, int]]:
        """How many pending jobs each user or project (`column`) has, by name; 50 us per 1,000 jobs."""
        assert column in ("user", "project")
        rows: list[tuple[str, int]] = self._rows(
            f"SELECT {column}, COUNT(*) {self._along(Order(column))} GROUP BY {column} ORDER BY 1"
        )
        return rows

    def events_between(
        self, after: int, limit: int = 200, before: int | None = None
    ) -> list[tuple[Event, Job]]:
        """Events of all jobs with a number greater than `after` (and less than `before`), the oldest first."""
        query = (
            f"SELECT {EVENT_COLUMNS}, {JOB_COLUMNS} FROM events e JOIN jobs j ON j.seq = e.seq"
            f" WHERE e.number > ? AND e.number < ? AND {VISIBLE} ORDER BY e.number LIMIT ?"
        )
        rows = self._rows(query, (after, 2**62 if before is None else before, limit))
        columns = EVENT_COLUMNS.count(",") + 1
        return [(event_of(row[:columns]), job_of(row[columns:])) for row in rows]

    def event_at(self, when: int) -> int:
        """The number of the last event that was noted before `when`; 0 when there is none.

        Found by halving: times grow with numbers, except where a clock was set back.
        """
        low, high = 0, self.last_event()
        while low < high:
            middle = (low + high + 1) // 2
            at = self._value(
                "SELECT at FROM events WHERE number >= ? AND number <= ? ORDER BY number LIMIT 1",
                (middle, high),
            )
            if at is not None and at < when:
                low = middle
            else:
                high = middle - 1
        return low

    def _along(self, order: Order) -> str:
        """FROM and WHERE of an order."""
        index, which, _, _ = _ORDERS[order]
        text = f"FROM jobs j {index} WHERE {which}"
        if order is not Order.ENDED and self._row("SELECT 1 FROM staging LIMIT 1"):
            text += f" AND {VISIBLE}"  # batches on their way in are rare, and looking for them is not free
        return text

    def _behind(
        self,
        order: Order,
        columns: str,
        after: Key | None,
        back: bool,
        fits: tuple[str, Sequence[Any]] = ("", ()),
    ) -> tuple[str, list[Any]]:
        """A query for `columns` (the key, if empty) of the jobs behind a key, in order, to which a LIMIT may be added.

        SQLite merges the ranges, and reads of each no more than is asked for.
        """
        down = _ORDERS[order][3] is not back
        begin, key = self._along(order), _ORDERS[order][2]
        columns = columns or ", ".join(f"j.{column}" for column in key)
        ranges = _whole(order) if after is None else _ranges(order, after, back)
        parts = [f"SELECT {columns} {begin} AND {which}{fits[0]}" for which, _ in ranges]
        by = ", ".join(f"j.{column}{' DESC' if down else ''}" for column in key)
        bound = [value for _, start in ranges for value in (*start, *fits[1])]
        return f"{' UNION ALL '.join(parts)} ORDER BY {by}", bound


def _ranges(order: Order, after: Key, back: bool) -> list[tuple[str, list[Any]]]:
    """What lies behind a key as ranges of the index; in each only its last column is not fixed.

    For `(a, b) > (?, ?)` SQLite would begin at the `a`: with all jobs of one priority, at the first job there is.
    """
    _, _, columns, down = _ORDERS[order]
    than = "<" if down is not back else ">"
    ranges = []
    for last in reversed(range(len(columns))):
        tests = [f"j.{column} = ?" for column in columns[:last]] + [f"j.{columns[last]} {than} ?"]
        ranges += [
            (" AND ".join((part, *tests)), list(after[: last + 1])) for part in _PARTS.get(order, ("1",))
        ]
    return ranges


def _whole(order: Order) -> list[tuple[str, list[Any]]]:
    return [(part, []) for part in _PARTS.get(order, ("1",))]


def key_of(order: Order, job: Job) -> Key:
    """The place of a job in an order."""
    return tuple(getattr(job, column) for column in _ORDERS[order][2])
