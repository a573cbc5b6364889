"""The demo's history of yesterday, in a real store."""

from __future__ import annotations

import time

from cockpit.base.times import SECOND
from cockpit.demo.fleet import YESTERDAY
from cockpit.demo.yesterday import write_yesterday
from cockpit.domain.job import State
from tests.ui.stage import Stage


def test_it_has_ended_on_the_day_before_with_one_failure(stage: Stage) -> None:
    write_yesterday(stage.context, stage.store)
    jobs = stage.store.jobs(limit=99)
    assert len(jobs) == len(YESTERDAY)
    assert sorted(job.state for job in jobs if job.state is not State.COMPLETED) == [State.FAILED]
    day = time.localtime(stage.clock.now() // SECOND - 24 * 3600)[:3]
    assert {time.localtime((job.finished_at or 0) // SECOND)[:3] for job in jobs} == {day}
    assert not stage.store.locks()
