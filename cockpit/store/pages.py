"""Jobs by pages, in several orders: for lists on screen that hold a few rows of very many.

A page goes on behind a key, so it costs the same wherever it begins; `key_at` skips along the index, 20 us per 1,000
jobs. With a filter that no index knows, `span` bounds how many jobs one call looks at: a caller that must not block
asks again from `Page.last`.
"""

from __future__ import annotations

from cockpit.domain.events import Event
from cockpit.domain.job import Job
from cockpit.store.narrowing import where
from cockpit.store.reads import VISIBLE, Reads
from cockpit.store.rows import EVENT_COLUMNS, JOB_COLUMNS, event_of, job_of
from cockpit.store.values import JobFilter, Key, Order, Page

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import Any

_ALL = JobFilter()
_ORDERS: dict[Order, tuple[str, str, tuple[str, ...], bool]] = {
    Order.NEWEST: ("NOT INDEXED", "1", ("seq",), True),
    Order.ENDED: ("INDEXED BY jobs_finished", "j.finished_at IS NOT NULL", ("finished_at", "seq"), True),
    Order.TAKEN: ("INDEXED BY jobs_pending", "j.state = 'pending'", ("priority", "seq"), False),
    Order.AGE: ("INDEXED BY jobs_state", "j.state = 'pending'", ("seq",), False),
    Order.USER: ("INDEXED BY jobs_waiting_user", "j.state = 'pending'", ("user", "priority", "seq"), False),
    Order.PROJECT: (
        "INDEXED BY jobs_waiting_project",
        "j.state = 'pending'",
        ("project", "priority", "seq"),
        False,
    ),
}
"""Index, what it is limited to, the columns of the key, and whether the greatest comes first."""


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
        begin, start = self._along(order, after, back)
        _, _, columns, _ = _ORDERS[order]
        if span is None:
            query = f"SELECT {JOB_COLUMNS} {begin}{narrow} {_sorted(order, back)} LIMIT ?"
            jobs = [job_of(row) for row in self._rows(query, [*start, *values, limit])]
            return Page(jobs, key_of(order, jobs[-1]) if len(jobs) == limit else None)
        keys = ", ".join(f"j.{column}" for column in columns)
        looked = self._row(
            f"SELECT {keys} {begin} {_sorted(order, back)} LIMIT 1 OFFSET ?", [*start, span - 1]
        )
        inner = f"SELECT j.seq AS n {begin} {_sorted(order, back)} LIMIT ?"
        query = f"SELECT {JOB_COLUMNS} FROM ({inner}) s JOIN jobs j ON j.seq = s.n WHERE 1{narrow} LIMIT ?"
        jobs = [job_of(row) for row in self._rows(query, [*start, span, *values, limit])]
        if len(jobs) == limit:
            return Page(jobs, key_of(order, jobs[-1]))
        return Page(jobs, None if looked is None else tuple(looked))

    def key_at(self, order: Order, offset: int, only: JobFilter = _ALL, *, back: bool = False) -> Key | None:
        """The key of the job at `offset`, counted from 0; None behind the last."""
        narrow, values = where(only)
        begin, _ = self._along(order, None, back)
        keys = ", ".join(f"j.{column}" for column in _ORDERS[order][2])
        row = self._row(
            f"SELECT {keys} {begin}{narrow} {_sorted(order, back)} LIMIT 1 OFFSET ?", [*values, offset]
        )
        return None if row is None else tuple(row)

    def rank(self, order: Order, key: Key, only: JobFilter = _ALL, *, back: bool = False) -> int:
        """How many jobs come before that key."""
        narrow, values = where(only)
        begin, start = self._along(order, key, not back)
        count: int = self._value(f"SELECT COUNT(*) {begin}{narrow}", [*start, *values])
        return count

    def count(self, order: Order, only: JobFilter = _ALL) -> int:
        """How many jobs an order has; 30-50 us per 1,000 where the index alone tells."""
        narrow, values = where(only)
        begin, _ = self._along(order, None, False)
        count: int = self._value(f"SELECT COUNT(*) {begin}{narrow}", values)
        return count

    def waiting_by(self, column: str) -> list[tuple[str, int]]:
        """How many pending jobs each user or project (`column`) has, by name; 50 us per 1,000 jobs."""
        assert column in ("user", "project")
        begin, _ = self._along(Order(column), None, False)
        rows: list[tuple[str, int]] = self._rows(
            f"SELECT {column}, COUNT(*) {begin} GROUP BY {column} ORDER BY 1"
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

    def _along(self, order: Order, after: Key | None, back: bool) -> tuple[str, list[Any]]:
        """FROM and WHERE of an order, behind a key, and their values."""
        index, which, columns, down = _ORDERS[order]
        text = f"FROM jobs j {index} WHERE {which}"
        if order is not Order.ENDED and self._row("SELECT 1 FROM staging LIMIT 1"):
            text += f" AND {VISIBLE}"  # batches on their way in are rare, and looking for them is not free
        if after is None:
            return text, []
        names = ", ".join(f"j.{column}" for column in columns)
        than = "<" if down is not back else ">"
        return f"{text} AND ({names}) {than} ({', '.join('?' * len(columns))})", list(after)


def key_of(order: Order, job: Job) -> Key:
    """The place of a job in an order."""
    return tuple(getattr(job, column) for column in _ORDERS[order][2])


def _sorted(order: Order, back: bool) -> str:
    _, _, columns, down = _ORDERS[order]
    return "ORDER BY " + ", ".join(f"j.{column}{' DESC' if down is not back else ''}" for column in columns)
