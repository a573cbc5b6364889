"""The scheduler measures its host at every beat, and says what it found."""

from __future__ import annotations

import psutil
import pytest

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
