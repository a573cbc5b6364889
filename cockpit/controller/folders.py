"""Job folders as commands meet them: a broken status.json is made anew from the store, which is the truth."""

from __future__ import annotations

import json

from cockpit.base.errors import CockpitError
from cockpit.base.files import read_text
from cockpit.controller.context import Context
from cockpit.domain.job import Job
from cockpit.jobdir.layout import job_folder


def mend_status(context: Context, job: Job) -> bool:
    """Write status.json anew where it is missing, no JSON, or says another state; True when it was.

    A folder that was pruned stays away, and a disk that is full is no reason to fail.
    """
    folder = job_folder(context.places.jobs, job.id)
    if not job.attempt or not folder.exists() or _agrees(folder.status, job):
        return False
    from cockpit.scheduler.folder import write_status

    try:
        write_status(context.places, job, context.clock.now())
    except (OSError, CockpitError):
        return False
    return True


def _agrees(path: str, job: Job) -> bool:
    try:
        found = json.loads(read_text(path) or "")
        return bool(found["state"] == job.state.value and found["fence"] == job.fence)
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
