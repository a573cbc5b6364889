"""The window that waits for the next attempt: used once, and never left behind."""

from __future__ import annotations

import os
from glob import glob
from pathlib import Path

import pytest

from cockpit.controller.engine import make_sites
from cockpit.domain.job import State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


async def spares(desk: Desk) -> list[str]:
    return [window.name for window in await desk.tmux.list_windows() if window.name == "spare"]


async def test_a_spare_that_nobody_reads_is_closed(desk: Desk) -> None:
    sites = make_sites(desk.queue.context)
    await sites.here.client.start()
    sites.here.spare.refill()
    await desk.appears(lambda: sites.here.spare._ready, "the spare window")
    (fifo,) = glob(f"{desk.places.run}/spare.*/fifo")
    os.unlink(fifo)
    os.mkfifo(fifo)
    assert await sites.here.spare.take("113754-a2f5", "/tmp/x/run.sh", "/tmp/x/output.log") is None
    assert await spares(desk) == []
    assert glob(f"{desk.places.run}/spare.*") == []
    await sites.close()


async def test_a_spare_whose_log_nobody_writes_yet_is_closed(desk: Desk) -> None:
    """Renamed before tmux had opened it, it stayed empty: whatever the agent said was lost."""
    sites = make_sites(desk.queue.context)
    await sites.here.client.start()
    sites.here.spare.refill()
    await desk.appears(lambda: sites.here.spare._ready, "the spare window")
    (log,) = glob(f"{desk.places.home}/spare.*.log")
    await desk.appears(lambda: os.path.getsize(log), "somebody who writes it")
    os.truncate(log, 0)
    assert await sites.here.spare.take("113754-a2f5", "/tmp/x/run.sh", "/tmp/x/output.log") is None
    assert await spares(desk) == []
    assert not os.path.exists(log)
    await sites.close()


async def test_one_after_many_jobs_and_none_after_the_scheduler(desk: Desk) -> None:
    jobs = [desk.add(project, "echo x") for project in ("web", "api", "docs") * 3]
    left = Path(desk.places.home, "spare.1.abc.log")  # of a scheduler that was killed
    left.touch()
    async with desk.running():
        ended = await desk.ended(*jobs)
        assert len(await spares(desk)) <= 1
    assert not left.exists()
    assert {(job.state, job.attempt) for job in ended} == {(State.COMPLETED, 1)}
    assert await spares(desk) == []
    assert glob(f"{desk.places.run}/spare.*") == []
