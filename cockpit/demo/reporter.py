"""Tells what happens as it happens, and resumes the job that is held: a thread beside the scheduler."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

from cockpit.base.times import SECOND, format_duration
from cockpit.base.wakeup import WakeListener, wake_all
from cockpit.controller.context import Context
from cockpit.controller.jobs import Jobs
from cockpit.controller.opening import open_store
from cockpit.domain.events import Event
from cockpit.domain.job import Job, State
from cockpit.store.base import Store

_SILENT = (State.ASSIGNED.value, State.STARTING.value)
_MOST = 10_000  # events; the story has about a hundred


class Reporter(threading.Thread):
    """Calls `say(line)` for each event of the home. Reads by wake-ups, with a net of a second."""

    def __init__(
        self,
        context: Context,
        say: Callable[[str], None],
        *,
        resume: str,
        when_done: str,
        patience: float,
    ) -> None:
        """`resume` is the held job, let go when `when_done` has completed; after `patience` seconds the demo stops."""
        super().__init__(name="demo-reporter", daemon=True)
        self._context, self._say = context, say
        self._resume, self._when_done = resume, when_done
        self._deadline = time.monotonic() + patience
        self._stopped = threading.Event()
        self._seen = 0
        self._running_since: dict[str, int] = {}
        self.late = False
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._report()
        except Exception as error:  # told by whoever waits for the scheduler, which must not go on for nobody
            self.error = error
            os.kill(os.getpid(), signal.SIGTERM)

    def _report(self) -> None:
        store = open_store(self._context.places)
        try:
            with WakeListener(self._context.places.wake) as listener:
                while not self._stopped.is_set():
                    self._look(store)
                    self._mind_the_time()
                    listener.wait(1.0)
            self._look(store)
        finally:
            store.close()

    def stop(self) -> None:
        """Tell the rest and end. Raises what ended it before its time."""
        self._stopped.set()
        wake_all(self._context.places.wake)
        self.join(timeout=10)
        if self.error is not None:
            raise self.error

    def _look(self, store: Store) -> None:
        events = [event for event in store.events(limit=_MOST) if event.number > self._seen]
        for event in events:
            self._seen = event.number
            if event.kind not in _SILENT:
                self._say(self._line(event, store.get(event.job_id)))
            if (event.job_id, event.kind) == (self._when_done, State.COMPLETED):
                Jobs(self._context, store).resume("job", self._resume)

    def _line(self, event: Event, job: Job) -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(event.at / SECOND))
        return f"{clock} {job.user + '/' + job.project:<12} {job.id} {self._words(event, job)}"

    def _words(self, event: Event, job: Job) -> str:
        if event.kind == State.RUNNING:
            self._running_since[job.id] = event.at
            return f"started (attempt {event.attempt})"
        if event.kind == State.COMPLETED:
            took = (event.at - self._running_since.get(job.id, event.at)) / SECOND
            return f"completed in {format_duration(took)}"
        if event.kind == "queued":
            return f"queued, {job.priority.label}" + (f" ({event.reason})" if event.reason else "")
        if event.kind == State.PENDING:
            return "is due"
        if event.kind == State.DELAYED:
            return f"attempt {event.attempt} failed ({event.reason}), and will be tried again"
        return event.kind + (f": {event.reason}" if event.reason else "")

    def _mind_the_time(self) -> None:
        """A demo that hangs ends itself, in good order: the scheduler takes SIGTERM as its end."""
        if time.monotonic() > self._deadline and not self.late:
            self.late = True
            os.kill(os.getpid(), signal.SIGTERM)
