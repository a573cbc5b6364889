"""CPU and memory of running agents, wherever they run; one meter for each, kept between readings."""

from __future__ import annotations

from typing import Protocol

from cockpit.base.errors import CockpitError
from cockpit.controller.context import Context
from cockpit.domain.job import Job
from cockpit.domain.usage import Usage
from cockpit.store.base import Store


class _Meter(Protocol):
    def read(self) -> Usage | None: ...


class Usages:
    """`read` blocks for some milliseconds: call it off the event loop, with a store of its own thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._meters: dict[tuple[str, int], _Meter] = {}

    def read(self, jobs: list[Job], store: Store) -> dict[str, Usage]:
        """What each of these active jobs uses, by job id; those that can't be measured are left out."""
        keys = {(job.id, job.attempt) for job in jobs}
        self._meters = {key: meter for key, meter in self._meters.items() if key in keys}
        found = {}
        for job in jobs:
            meter = self._meters.get((job.id, job.attempt)) or self._meter(job, store)
            usage = meter.read() if meter is not None else None
            if meter is not None and usage is not None:
                self._meters[job.id, job.attempt] = meter
                found[job.id] = usage
        return found

    def _meter(self, job: Job, store: Store) -> _Meter | None:
        attempt = store.attempt(job.id, job.attempt)
        if attempt is None:
            return None
        if attempt.process is not None:
            from cockpit.scheduler.usage import TreeMeter  # psutil is not for the first picture

            return TreeMeter(attempt.process)
        if not attempt.site:
            return None
        from cockpit.scheduler.containers import container_meter

        try:
            return container_meter(self._context.places, self._context.settings, job, attempt.site)
        except CockpitError:
            return None
