"""Why jobs wait, as the store stands at one moment: what the rows of a screen have in common is read once for all."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.controller.context import Context
from cockpit.domain.job import WAITING, Job, State
from cockpit.domain.lane import Lock
from cockpit.domain.load import slots_open
from cockpit.domain.policy import Situation, gate, why_waiting
from cockpit.store.base import Store


class Whys:
    """To be made anew after every change of the store."""

    def __init__(self, context: Context, store: Store) -> None:
        self._store = store
        node = store.node()
        settings = context.settings
        self._now = context.clock.now()
        self._runs = node is not None and node.running()
        self._slots = node.slots if node is not None and self._runs else settings.scheduler.slots
        load = node.load if node is not None and self._runs else None
        held_back = slots_open(self._slots, load, settings.load.ceiling) < self._slots
        self._load = load.score if load is not None and held_back else None
        self._used = store.counts().slots_used
        self._holds = store.holds()
        self._serialize = settings.per_user_serialization.enabled
        self._locks: dict[str, Sequence[Lock]] = {}

    def of(self, job: Job) -> str | None:
        """What a job that waits is waiting for, in words; None when it does not wait."""
        if job.state not in WAITING:
            return None
        needs = self._store.needs(job.id) if job.waits_for else []
        unfinished = [id_ for id_, state in needs if state is not State.COMPLETED]
        locks = self._locks_of(job.user)
        stands = job.state is State.PENDING and not locks and not unfinished and self._runs
        situation = Situation(
            now=self._now,
            holds=self._holds,
            lock=locks[0] if locks else None,
            slots_used=self._used,
            slots_max=self._slots,
            # Counting is the dear part: only where it is what will be told.
            ahead=self._store.ahead(job) if stands and gate(job, self._holds) is None else 0,
            unfinished=unfinished,
            scheduler_runs=self._runs,
            load=self._load,
        )
        return why_waiting(job, situation)

    def _locks_of(self, user: str) -> Sequence[Lock]:
        if not self._serialize:
            return ()
        if user not in self._locks:
            self._locks[user] = self._store.locks_of(user)
        return self._locks[user]
