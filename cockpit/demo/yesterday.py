"""What the demo's fleet did yesterday: written through the store's own calls, with yesterday's clock.

So that history, log and dashboard have something to show at once. Only ever in the demo's own home.
"""

from __future__ import annotations

import os
import time

from cockpit.base import process
from cockpit.base.clock import Micros
from cockpit.base.times import SECOND
from cockpit.controller.context import Context
from cockpit.demo.fleet import REPOSITORIES, SLOTS, YESTERDAY, Past
from cockpit.domain.job import NewJob, Priority
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.jobdir.layout import job_folder
from cockpit.store.base import Store

_MINUTE = 60 * SECOND
_LEASE = 3600.0


def write_yesterday(context: Context, store: Store) -> None:
    """Jobs that have ended, one after the other; the queue must be empty yet."""
    users = {each.name: each.user for each in REPOSITORIES}
    for past in YESTERDAY:
        _write(context, store, past, users[past.project], _at(context.clock.now(), past))


def _at(now: Micros, past: Past) -> Micros:
    day = time.localtime(now // SECOND)
    then = (day.tm_year, day.tm_mon, day.tm_mday - 1, past.hour, past.minute, 0, 0, 0, -1)
    return int(time.mktime(then)) * SECOND


def _write(context: Context, store: Store, past: Past, user: str, began: Micros) -> None:
    new = NewJob(past.project, user, past.agent, past.title, Priority.NORMAL)
    job_id = store.enqueue([new], began - _MINUTE)[0].job_id
    claim = store.claim(SLOTS, _LEASE, began)
    assert claim is not None  # nothing else waits
    folder = job_folder(context.places.jobs, job_id).attempt(claim.attempt).path
    os.makedirs(folder)
    with open(f"{folder}/output.log", "w", encoding="utf-8") as file:
        file.write(f"{past.title}\r\n{'2 of 14 tests fail' if past.code else 'done'}\r\n")
    store.starting(
        job_id, claim.fence, began, window="", pane="", process=process.current(), server_pid=os.getpid()
    )
    store.running(job_id, claim.fence, began)
    end = AttemptEnd(Cause.EXITED, f"exit code {past.code}", past.code)
    store.finish(job_id, claim.fence, end, began + past.took * _MINUTE)
