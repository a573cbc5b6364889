"""What the history says of a time: read over indexes of time, exact however much there is.

A week with 150,000 jobs takes half a second, nearly all of it inside SQLite and without Python's lock: ask in a thread,
over a connection of its own. Rows are never pruned, only folders are, so the numbers stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from cockpit.base.clock import Micros
from cockpit.domain.job import CANCELLED
from cockpit.domain.statistics import Course, Ends, Group, Report, Window, spread_of
from cockpit.store.database import Database
from cockpit.store.samples import MINUTE

By = Literal["project", "user"]
_ENDS = ("completed", "failed", "killed", "cancelled")
_TAKEN_OUT = " OR ".join(f"e.reason LIKE '{word}%'" for word in CANCELLED)
_KIND = f"CASE WHEN e.kind = 'killed' AND ({_TAKEN_OUT}) THEN 'cancelled' ELSE e.kind END"
_ENDED = "e.kind IN ('completed', 'failed', 'killed') AND e.at >= ? AND e.at < ?"
_BEGUN = (
    "SELECT {by}, a.waited FROM attempts a JOIN jobs j USING (seq) WHERE a.claimed_at >= ? AND a.claimed_at < ?"
    " AND a.waited IS NOT NULL ORDER BY 1, 2"
)
_RAN = (
    "SELECT {by}, MAX(0, a.ended_at - a.started_at) FROM attempts a JOIN jobs j USING (seq) WHERE a.ended_at >= ?"
    " AND a.ended_at < ? AND a.ended_at IS NOT NULL AND a.started_at IS NOT NULL ORDER BY 1, 2"
)
_AGAIN = (
    "SELECT {by}, COUNT(*) FROM attempts a JOIN jobs j USING (seq) WHERE a.claimed_at >= ? AND a.claimed_at < ?"
    " AND a.number > 1 GROUP BY 1"
)
_REASON = (  # the others name what happened; this one names a job, each another
    "CASE WHEN e.reason LIKE 'job %, which it comes after, %' THEN 'a job that it comes after did not complete'"
    " ELSE COALESCE(e.reason, '') END"
)
_MEANS = ("score", "cpu", "memory", "queue")
_MOST = ("slots", "slots_used", "running", "critical", "high", "normal", "low")
Spans = Mapping[str, Sequence[Micros]]


class Statistics(Database):
    """Questions about a window of time; not for two threads at once."""

    def report(self, asked: Window, by: By, most: int = 100, reasons: int = 10) -> Report:
        """Everything about the window: the `most` busiest groups, the `reasons` that were met most."""
        assert by in ("project", "user")
        ends = self._ends(asked, by)
        total, groups = self._groups(asked, by, ends)
        return Report(
            asked,
            self._course(asked),
            _by_bucket(asked, ends),
            total,
            groups[:most],
            self._reasons(asked, reasons),
        )

    def _ends(self, asked: Window, by: By) -> Counter[tuple[int, str, str]]:
        """How many jobs ended by (bucket, name, kind)."""
        query = (
            f"SELECT (e.at - ?) / ?, j.{by}, {_KIND}, COUNT(*) FROM events e JOIN jobs j USING (seq)"
            f" WHERE {_ENDED} GROUP BY 1, 2, 3"
        )
        found: Counter[tuple[int, str, str]] = Counter()
        for *key, count in self._rows(query, (asked.since, asked.width, asked.since, asked.until)):
            found[key[0], key[1], key[2]] = count
        return found

    def _groups(
        self, asked: Window, by: By, ends: Counter[tuple[int, str, str]]
    ) -> tuple[Group, list[Group]]:
        """All of them as one, and each by the time that it ran, the busiest first."""
        waiting, running = self._spans(_BEGUN, asked, by), self._spans(_RAN, asked, by)
        again = dict(self._rows(_AGAIN.format(by=f"j.{by}"), (asked.since, asked.until)))
        kinds: Counter[tuple[str, str]] = Counter()
        for (_, name, kind), count in ends.items():
            kinds[name, kind] += count
            kinds["", kind] += count
        groups = [
            _group(name, waiting.get(name, ()), running.get(name, ()), again.get(name, 0), kinds)
            for name in {*waiting, *running, *(name for _, name, _ in ends)}
        ]
        groups.sort(key=lambda group: (-group.running.total, -group.waiting.count, group.name))
        return _group("", _all(waiting), _all(running), sum(again.values()), kinds), groups

    def _spans(self, query: str, asked: Window, by: By) -> Spans:
        """Durations by name; they come sorted, so that sorting them again costs next to nothing."""
        found: dict[str, list[Micros]] = defaultdict(list)
        for name, span in self._rows(query.format(by=f"j.{by}"), (asked.since, asked.until)):
            found[name].append(span)
        return found

    def _course(self, asked: Window) -> Course:
        means = ", ".join(f"AVG({name})" for name in _MEANS)
        most = ", ".join(f"MAX({name})" for name in _MOST)
        query = (
            f"SELECT (minute * {MINUTE} - ?) / ?, {means}, {most} FROM samples"
            " WHERE minute >= ? AND minute < ? GROUP BY 1"
        )
        minutes = (asked.since // MINUTE, asked.until // MINUTE)
        columns: list[list[Any]] = [[None] * asked.count for _ in (*_MEANS, *_MOST)]
        for bucket, *values in self._rows(query, (asked.since, asked.width, *minutes)):
            for column, value in zip(columns, values, strict=True):
                column[bucket] = value
        score, cpu, memory, queue, slots, used, running, *pending = columns
        return Course(score, cpu, memory, queue, slots, used, running, pending)

    def _reasons(self, asked: Window, most: int) -> list[tuple[str, int]]:
        query = (
            f"SELECT {_REASON}, COUNT(*) FROM events e INDEXED BY events_ended WHERE {_ENDED} AND e.kind = 'failed'"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
        )
        return [(reason, count) for reason, count in self._rows(query, (asked.since, asked.until, most))]


def _group(
    name: str,
    waiting: Sequence[Micros],
    running: Sequence[Micros],
    retries: int,
    kinds: Counter[tuple[str, str]],
) -> Group:
    ends = (kinds[name, kind] for kind in _ENDS)
    return Group(name, spread_of(waiting), spread_of(running), retries, *ends)


def _all(spans: Spans) -> list[Micros]:
    return [span for each in spans.values() for span in each]


def _by_bucket(asked: Window, ends: Counter[tuple[int, str, str]]) -> Ends:
    counts = {kind: [0] * asked.count for kind in _ENDS}
    for (bucket, _, kind), count in ends.items():
        counts[kind][bucket] += count
    return Ends(*counts.values())
