"""What the screen knows of the store at one moment: small, read again after every change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND
from cockpit.controller.context import Context
from cockpit.domain.job import ACTIVE, ENDED, Job, State
from cockpit.domain.lane import Hold, Lock
from cockpit.domain.load import Sample, slots_open
from cockpit.domain.node import Node
from cockpit.domain.screen import AgentState
from cockpit.domain.statistics import MINUTE
from cockpit.store.base import Store
from cockpit.store.values import Counts, JobFilter
from cockpit.tui.agent_words import needs_person

_SILENT_BEATS = 3
_TREND = 6  # minutes


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts and short lists. `role` is ours: scheduler or standby; `node` whoever is the scheduler.

    `loads` are the last minutes that are over: they do not change before the next one is. `slots_open` of `slots` may
    be in use as loaded as the host is.
    """

    now: Micros
    counts: Counts
    active: Sequence[Job]
    locks: Sequence[Lock]
    holds: Sequence[Hold]
    node: Node | None
    node_runs: bool
    slots: int
    role: str
    beat: float
    screens: Mapping[str, AgentState]
    loads: Sequence[Sample] = ()
    slots_open: int = 10**9

    @property
    def held_back(self) -> bool:
        """Is the load above its ceiling, so that but one job is started?"""
        return self.slots_open < self.slots

    @property
    def needing(self) -> list[Job]:
        """Running jobs whose agent needs a person."""
        return [job for job in self.active if needs_person(job, self.screens.get(job.id))]

    @property
    def waiting(self) -> int:
        return self.counts.states[State.PENDING] + self.counts.states[State.DELAYED]

    @property
    def held(self) -> bool:
        """Is the whole queue held?"""
        return any(hold.scope == "all" for hold in self.holds)

    @property
    def silent(self) -> bool:
        """Did a scheduler that lives miss its beats?"""
        if self.node is None or not self.node_runs:
            return False
        return self.now - self.node.beat_at > _SILENT_BEATS * self.beat * SECOND


def read_overview(store: Store, context: Context, role: str, active: Sequence[Job]) -> Overview:
    """Read it: well under a millisecond."""
    node = store.node()
    runs = node is not None and node.running()
    scheduler = context.settings.scheduler
    slots = node.slots if node is not None and runs else scheduler.slots
    load = node.load if node is not None and runs else None
    return Overview(
        now=context.clock.now(),
        counts=store.counts(),
        active=active,
        locks=store.locks(),
        holds=store.holds(),
        node=node,
        node_runs=runs,
        slots=slots,
        role=role,
        beat=scheduler.beat,
        screens=store.agent_states() if active else {},
        loads=_loads(store, context.clock.now() // MINUTE) if runs else (),
        slots_open=slots_open(slots, load, context.settings.load.ceiling),
    )


def _loads(store: Store, minute: int) -> Sequence[Sample]:
    """Nothing where the newest is old: the scheduler does not measure any more, or not yet."""
    found = store.samples(minute - _TREND, minute)
    return found if found and found[-1].minute >= minute - 2 else ()


class Recent:
    """Jobs that ended lately, so that a job does not vanish the moment it ends.

    Failed ones stay for an hour, others for five minutes; at most `most` of them.
    """

    FAILED_FOR = 3600 * SECOND
    OTHERS_FOR = 300 * SECOND

    def __init__(self, store: Store, most: int = 6) -> None:
        self._store = store
        self._most = most
        self._ended: OrderedDict[str, Job] = OrderedDict()
        self._active: set[str] = set()
        self._failed = -1

    def look(self, active: Iterable[Job], failed: int, now: Micros) -> list[Job]:
        """The ended ones, the newest first, given the active ones and how many failed in all."""
        running = {job.id for job in active}
        gone = self._active - running
        self._active = running
        if failed != self._failed:
            self._failed = failed
            newest = self._store.jobs(JobFilter(states=(State.FAILED,)), limit=self._most)
            gone |= {job.id for job in newest}
        for job_id in gone | set(self._ended):
            self._ended.pop(job_id, None)
            job = self._store.get(job_id)
            if job.state in ENDED and job.state not in ACTIVE:
                self._ended[job_id] = job
        kept = [job for job in self._ended.values() if self._fresh(job, now)]
        kept.sort(key=lambda job: -(job.finished_at or 0))
        self._ended = OrderedDict((job.id, job) for job in kept[: self._most])
        return list(self._ended.values())

    def _fresh(self, job: Job, now: Micros) -> bool:
        keep = self.FAILED_FOR if job.state is State.FAILED else self.OTHERS_FOR
        return job.finished_at is not None and now - job.finished_at < keep
