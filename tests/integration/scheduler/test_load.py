"""The scheduler measures its host at every beat, and says what it found."""

from __future__ import annotations

import psutil
import pytest

from cockpit.domain.job import State
from cockpit.scheduler.hostload import HostMeter, HostUse
from tests.desk import Desk

pytestmark = pytest.mark.tmux


async def test_the_load_comes_with_the_beat(desk: Desk) -> None:
    desk.configure(scheduler={"slots": 1, "beat": 0.05}, load={"cpu": 0, "memory": 0, "queue": 0.5})
    desk.queue.store.hold("all", "", desk.queue.context.clock.now())
    for _ in range(5):
        desk.add("web", "true")
    async with desk.running():
        await desk.appears(lambda: desk.queue.get_queue_status()["load"], "a load")
        load = desk.queue.get_queue_status()["load"]
        assert (load["queue"], load["score"], load["level"]) == (0.5, 0.5, "MODERATE")
        assert 0 <= load["cpu"] <= 1
        assert 0 < load["memory"] < 1
    (sample, *_) = desk.store.samples(0, 10**9)
    assert (sample.slots, sample.slots_used, sample.running, tuple(sample.pending)) == (1, 0, 0, (0, 0, 5, 0))
    assert desk.queue.get_queue_status()["load"] is None  # nobody measures any more


async def test_above_the_ceiling_one_job_runs_at_a_time(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The queue alone is the load here: 0.05 for each job that waits."""
    caplog.set_level("INFO", "cockpit.scheduler")
    load = {"cpu": 0, "memory": 0, "queue": 1, "ceiling": 0.05}
    desk.configure(scheduler={"slots": 2, "beat": 0.05}, load=load)
    desk.store.hold("all", "", desk.queue.context.clock.now())
    gates = [desk.gate(name) for name in ("one", "two", "three")]
    first, second, third = (
        desk.add(project, gate.waits) for project, gate in zip(("web", "api", "docs"), gates, strict=True)
    )
    status = desk.queue.get_queue_status
    async with desk.running():
        await desk.appears(lambda: (status()["load"] or {}).get("slots_open") == 1, "the load")
        desk.store.resume("all", "", desk.queue.context.clock.now())
        await desk.in_state(first, State.RUNNING)
        assert status()["active"]["slots_used"] == 1
        waits = "the load to fall (it is 0.10, above load.ceiling; until then one job runs at a time)"
        await desk.appears(lambda: desk.queue.jobs.why(desk.job(second)) == waits, "the reason")
        await desk.appears(gates[0].has_somebody, "its end")
        await desk.in_state(second, State.RUNNING)  # one always may
        await desk.in_state(third, State.RUNNING)  # one waits: that is not above the ceiling
        for gate in gates[1:]:
            await desk.appears(gate.has_somebody, "their end")
        await desk.ended(first, second, third)
    assert "the load is 0.15: 1 of 2 slots are open" in caplog.text


def test_a_host_is_measured_in_shares() -> None:
    meter = HostMeter()
    sum(range(2_000_000))
    for _ in range(3):
        use = meter.read()
        assert 0 <= use.cpu <= 1
        assert 0 < use.memory < 1


def test_a_host_that_hides_its_load_is_no_reason_not_to_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden() -> None:
        raise PermissionError(13, "Permission denied", "/proc/stat")

    with monkeypatch.context() as patch:
        patch.setattr(psutil, "cpu_times", hidden)
        patch.setattr(psutil, "virtual_memory", hidden)
        meter = HostMeter()
        assert meter.read() == HostUse(0.0, 0.0)
    assert 0 <= meter.read().cpu <= 1
