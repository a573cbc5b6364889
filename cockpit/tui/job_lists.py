"""What the lists of queue and agents show: which jobs fit, how they are sorted, and under which headings they stand.

Everything that waits is a window into the store, whatever its order or groups; what was searched for and what runs
are short lists that are sorted here. A sort that no index has does not exist for what waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.domain.job import ENDED, Job, State
from cockpit.store.base import Store
from cockpit.store.values import Counts, Order
from cockpit.tui.filters import Filter
from cockpit.tui.finding import MOST, Finding
from cockpit.tui.grouped import Group, Grouped, Heading, Source, groups_of
from cockpit.tui.sources import Held, Queue

GROUPS = {"": "no groups", "user": "user", "project": "project", "state": "state"}
SORTS = {"": "priority", "age": "age", "user": "user", "project": "project", "state": "state"}
_ORDERS = {"age": Order.AGE, "user": Order.USER, "project": Order.PROJECT}
_SHARE = 20  # counting groups may take a twentieth of the time


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How rows are sorted and grouped; `back`: the other way round. In a group jobs stand as they are taken."""

    group: str = ""
    sort: str = ""
    back: bool = False

    def told(self) -> str:
        """` by user, age ↑`: what stands behind a title; empty where nothing is arranged."""
        parts = [f"by {self.group}"] if self.group else []
        if self.sort or self.back:
            parts.append(f"{SORTS[self.sort]} {'↓' if self.back else '↑'}")
        return f" {', '.join(parts)}" if parts else ""

    def sorted_by(self, sort: str) -> Arrangement:
        """Sorted by this; the second time the other way round."""
        return (
            replace(self, back=not self.back) if sort == self.sort else replace(self, sort=sort, back=False)
        )


class JobLists:
    """The rows of queue and agents, for one screen. `take` after every change of store, filter or arrangement."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._finding = Finding(store)
        self._waiting = Queue(store)
        self._found: Held[Job] = Held(lambda job: job.id)
        self._agents: Held[Job] = Held(lambda job: job.id)
        self._grouped = {name: Grouped(rows) for name, rows in self._sources().items()}
        self._counted = 0.0  # when groups were counted, and how long that took
        self._cost = 0.0
        self._groups: list[Group] = []
        self._ended = 0
        self.filter = Filter()
        self.arranged = Arrangement()

    def _sources(self) -> dict[str, Source[Job]]:
        return {"waiting": self._waiting, "found": self._found, "agents": self._agents}

    @property
    def queue(self) -> Source[Job | Heading]:
        """What the queue's list shows."""
        return self._rows("found" if self.filter else "waiting")

    @property
    def agents(self) -> Source[Job | Heading]:
        """What the agents' list shows."""
        return self._rows("agents")

    @property
    def running(self) -> Sequence[Job]:
        """The rows of the agents' list without headings."""
        return self._agents.rows

    @property
    def ended(self) -> int:
        """How many of these have ended."""
        return self._ended

    def _rows(self, name: str) -> Source[Job | Heading]:
        return self._grouped[name] if self.arranged.group else self._sources()[name]

    def title(self) -> str:
        """Of the queue's list: the filter and how it is arranged."""
        if not self.filter:
            return f"Queue{self.arranged.told()}"
        many = " the first" if len(self._found) >= MOST else ""
        return f"Queue  {self.filter} ·{self.arranged.told()}{many}"

    def take(self, counts: Counts, agents: Sequence[Job]) -> float:
        """Read again. Returns in how many seconds to do so once more, for counts that are not fresh; else 0."""
        self._set_held("agents", self._agents, agents)
        self._ended = sum(job.state in ENDED for job in agents)
        if self.filter:
            return 0.0
        arranged, pending, delayed = self.arranged, counts.states[State.PENDING], counts.states[State.DELAYED]
        by = arranged.group if arranged.group in _ORDERS else "" if arranged.group else arranged.sort
        self._waiting.arrange(_ORDERS.get(by, Order.TAKEN), back=arranged.back)
        self._waiting.delayed_first = arranged.back and "state" in (arranged.sort, arranged.group)
        late = self._waiting.reload(pending, delayed)
        return max(late, self._regroup(pending)) if arranged.group else late

    def _regroup(self, pending: int) -> float:
        rest = self._counted + _SHARE * self._cost - time.monotonic()
        late = 0.0
        if rest > 0 and self._cost > 0.002 and self._groups:
            late = rest
        else:
            begun = time.perf_counter()
            self._groups = self._count(pending)
            self._cost, self._counted = time.perf_counter() - begun, time.monotonic()
        delayed = Group("delayed", "delayed", self._waiting.delayed)
        groups = [delayed, *self._groups] if self._waiting.delayed_first else [*self._groups, delayed]
        self._grouped["waiting"].regroup(groups)
        return late

    def _count(self, pending: int) -> list[Group]:
        group = self.arranged.group
        if group == "state":
            return [Group("pending", "pending", pending)]
        groups = [Group(name, name, count) for name, count in self._store.waiting_by(group)]
        return groups[::-1] if self.arranged.back else groups

    async def search(self, now: Micros) -> bool:
        """Look for what fits the filter, in small steps; False when the filter became another one meanwhile."""
        wanted = self.filter
        found = await self._finding.find(wanted, now, still=lambda: self.filter == wanted)
        if self.filter != wanted:
            return False
        self._set_held("found", self._found, found)
        return True

    def forget_found(self) -> None:
        """The filter or the arrangement is another one: nothing is found and nothing counted yet."""
        self._groups = []
        self._set_held("found", self._found, ())

    def rearrange_found(self) -> None:
        """What was found, sorted and grouped anew."""
        self._groups = []
        self._set_held("found", self._found, self._found.rows)

    def _set_held(self, name: str, held: Held[Job], jobs: Sequence[Job]) -> None:
        arranged = self.arranged
        rows = list(jobs)
        if arranged.sort or arranged.back:
            key = _KEYS[arranged.sort] if arranged.sort or name == "found" else None
            rows = rows[::-1] if key is None else sorted(rows, key=key, reverse=arranged.back)
        if arranged.group:
            rows.sort(key=_GROUP_KEYS[arranged.group])
        held.set(rows)
        if arranged.group:
            self._grouped[name].regroup(groups_of(rows, lambda job: str(getattr(job, arranged.group))))


_STATES = list(State)
_KEYS: dict[str, Callable[[Job], tuple[object, ...]]] = {
    "": lambda job: (job.priority, job.seq),
    "age": lambda job: (job.created_at, job.seq),
    "user": lambda job: (job.user, job.priority, job.seq),
    "project": lambda job: (job.project, job.priority, job.seq),
    "state": lambda job: (_STATES.index(job.state), job.priority, job.seq),
}
_GROUP_KEYS: dict[str, Callable[[Job], str | int]] = {
    "user": lambda job: job.user,
    "project": lambda job: job.project,
    "state": lambda job: _STATES.index(job.state),
}
