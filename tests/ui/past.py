"""A week in the life of a home: jobs that waited, ran, failed and were retried, and the load of every minute.

The same every time: what is drawn comes from a seed, and the clock is the stage's.
"""

from __future__ import annotations

import heapq
import math
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

from cockpit.base import process
from cockpit.domain.job import NewJob, Priority
from cockpit.domain.load import Weights, load_of, queue_share
from cockpit.domain.retry import AttemptEnd, Backoff, Cause
from tests.ui.stage import NOON, OWNERS, Stage

DAY = 86_400
_REASONS = (
    (Cause.EXITED, "exit code 1", 1),
    (Cause.EXITED, "exit code 2", 2),
    (Cause.TIMED_OUT, "timed out after 10m", None),
)
_LONG = {"web": 560, "api": 420, "docs": 150}
_lived: dict[tuple[float, float], sqlite3.Connection] = {}


@dataclass
class Past:
    """Plays `days` that end at the stage's noon, minute by minute."""

    stage: Stage
    days: float
    per_hour: float = 10.0
    _draw: random.Random = field(default_factory=lambda: random.Random(4))
    _ends: list[tuple[float, str, int, str]] = field(default_factory=list)

    def live_through(self) -> None:
        """The first time in this process; after that the same past is copied, into a store that is empty."""
        places, kept = self.stage.context.places, _lived.get((self.days, self.per_hour))
        with closing(sqlite3.connect(places.database)) as store:
            if kept is not None:
                kept.backup(store)
                return
            self._live_through()
            kept = _lived[self.days, self.per_hour] = sqlite3.connect(":memory:", check_same_thread=False)
            store.backup(kept)

    def _live_through(self) -> None:
        stage = self.stage
        stage.clock.advance(-self.days * DAY)
        with stage.store.transaction():
            for minute in range(round(self.days * DAY / 60)):
                self._minute(minute)
                stage.clock.advance(60)
        stage.store.beat("here", 3, stage.clock.now())
        assert stage.clock.now() == NOON

    def _minute(self, minute: int) -> None:
        busy = 0.5 + 0.5 * math.sin((minute / 1440 - 0.3) * 2 * math.pi)  # people work by day
        if self._draw.random() < self.per_hour / 60 * (0.15 + 1.7 * busy):
            self._enqueue()
        self._finish_due(minute)
        while (claim := self.stage.store.claim(3, 3600, self.stage.clock.now())) is not None:
            me, now = process.current(), self.stage.clock.now()
            self.stage.store.starting(
                claim.job_id, claim.fence, now, window="@1", pane="%1", process=me, server_pid=1
            )
            self.stage.store.running(claim.job_id, claim.fence, now)
            lasts = self._draw.expovariate(1 / _LONG[claim.project]) / 60 + 0.4
            heapq.heappush(self._ends, (minute + lasts, claim.job_id, claim.fence, claim.project))
        self.stage.store.promote_due(self.stage.clock.now())
        self._beat(busy)

    def _enqueue(self) -> None:
        project = self._draw.choice(["web", "web", "api", "docs"])
        priority = self._draw.choices(list(Priority), [1, 3, 8, 3])[0]
        new = NewJob(project, OWNERS[project], "shell", "Fix it", priority, retries=1)
        self.stage.store.enqueue([new], self.stage.clock.now())

    def _finish_due(self, minute: int) -> None:
        while self._ends and self._ends[0][0] <= minute:
            _, job_id, fence, _ = heapq.heappop(self._ends)
            chance = self._draw.random()
            end = AttemptEnd(Cause.EXITED, "exit code 0", 0)
            if chance < 0.25:
                end = AttemptEnd(*self._draw.choices(_REASONS, [6, 2, 1])[0])
            elif chance < 0.28:
                end = AttemptEnd(Cause.KILLED, "killed by hand")
            self.stage.store.finish(job_id, fence, end, self.stage.clock.now(), Backoff(jitter=0))

    def _beat(self, busy: float) -> None:
        counts = self.stage.store.counts()
        cpu = 0.08 + 0.22 * counts.slots_used + 0.25 * self._draw.random() * busy
        memory = 0.35 + 0.08 * counts.slots_used + 0.1 * busy
        load = load_of(cpu, memory, queue_share(sum(counts.pending.values()), 3), Weights())
        self.stage.store.beat("here", 3, self.stage.clock.now(), load)
