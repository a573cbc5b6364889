"""The window that waits for the next attempt: used once, and never left behind."""

from __future__ import annotations

import os
from functools import partial
from glob import glob
from pathlib import Path
from types import SimpleNamespace

import pytest

from cockpit.controller.engine import make_sites
from cockpit.domain.job import State
from cockpit.jobdir.layout import AttemptFolder
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.recovery import survey
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


async def spares(desk: Desk) -> list[str]:
    return [window.name for window in await desk.tmux.list_windows() if window.name.startswith("spare")]


async def test_a_spare_that_nobody_reads_is_closed(desk: Desk) -> None:
    sites = make_sites(desk.queue.context)
    await sites.here.client.start()
    sites.here.spare.refill()
    await desk.appears(lambda: sites.here.spare._ready, "the spare window")
    (fifo,) = glob(f"{desk.places.run}/spare.*/fifo")
    os.unlink(fifo)
    os.mkfifo(fifo)
    assert await sites.here.spare.take("113754-a2f5", AttemptFolder("/tmp/x")) is None
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
    assert await sites.here.spare.take("113754-a2f5", AttemptFolder("/tmp/x")) is None
    assert await spares(desk) == []
    assert not os.path.exists(log)
    await sites.close()


async def test_whoever_looks_for_strays_leaves_it_and_closes_all_those_before(desk: Desk) -> None:
    """A job that nobody watched for a moment cost the next one its quick start."""
    sites = make_sites(desk.queue.context)
    await sites.here.client.start()
    for _ in range(2):  # of schedulers that were killed
        await sites.here.client.open_window(
            "spare", desk.places.run, ["sleep", "60"], f"{desk.places.run}/log"
        )
    sites.here.spare.refill()
    await desk.appears(lambda: sites.here.spare._ready, "the spare window")
    assert len(await spares(desk)) == 3
    engine = SimpleNamespace(store=desk.store, sites=sites, close_window=partial(Engine.close_window, None))
    assert await survey(engine) == []  # type: ignore[arg-type]
    assert len(await spares(desk)) == 1
    assert sites.here.spare.owns(sites.here.spare._ready.window)  # type: ignore[union-attr]
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
