"""A heart that falls silent: stalled, back, or lost; time is the test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cockpit.base.clock import ManualClock
from cockpit.config.settings import Watchdog
from cockpit.jobdir.layout import AttemptFolder
from cockpit.scheduler.heartbeat import Heartbeat


class Patient:
    """A heartbeat under a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.told: list[str] = []
        self.clock = ManualClock()
        self.folder = folder
        self.heart = Heartbeat(
            self.clock,
            Watchdog(stalled_after=300, failed_after=60),
            AttemptFolder(str(folder)),
            stalled=self.told.append,
            back=lambda: self.told.append("back"),
            lost=lambda reason: self.told.append(f"lost: {reason}"),
        )
        self.heart.start()

    def later(self, seconds: float) -> None:
        """Time goes by, and the timer that was set rings."""
        self.clock.advance(seconds)
        self.heart._due()

    def beats(self, at: int) -> None:
        path = self.folder / "heartbeat"
        path.touch()
        os.utime(path, (at, at))
        self.heart.look()


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Patient]:
    made = Patient(tmp_path)
    yield made
    made.heart.stop()


async def test_silence_stalls_then_loses(patient: Patient) -> None:
    patient.later(299)
    assert patient.told == []
    patient.later(1)
    assert patient.told == ["no heartbeat for 5m"]
    patient.later(59)
    assert len(patient.told) == 1
    patient.later(1)
    assert patient.told[1:] == ["lost: no heartbeat for 6m"]


async def test_each_beat_begins_anew(patient: Patient) -> None:
    for beat in range(1, 6):
        patient.later(200)
        patient.beats(beat)
    patient.later(299)
    assert patient.told == []
    patient.later(2)
    assert len(patient.told) == 1


async def test_a_beat_that_nobody_told_is_seen_when_the_timer_rings(patient: Patient) -> None:
    patient.beats(1)
    patient.clock.advance(300)
    os.utime(patient.folder / "heartbeat", (2, 2))
    patient.heart._due()
    assert patient.told == []


async def test_back_from_stalled_and_silent_again(patient: Patient) -> None:
    patient.beats(1)
    patient.later(301)
    patient.beats(2)
    patient.later(299)
    assert patient.told[1:] == ["back"]
    patient.later(2)
    patient.later(60)
    assert [each.split(":")[0] for each in patient.told] == [
        "no heartbeat for 5m",
        "back",
        "no heartbeat for 5m",
        "lost",
    ]


async def test_a_clock_set_back_makes_nobody_stalled(patient: Patient) -> None:
    """Only that the file changed counts, not which time it carries."""
    patient.beats(1_000_000)
    patient.later(200)
    patient.beats(5)
    patient.later(200)
    assert patient.told == []


async def test_real_timers_ring(tmp_path: Path) -> None:
    lost = asyncio.Event()
    heart = Heartbeat(
        patient_clock := ManualClock(),
        Watchdog(stalled_after=0.01, failed_after=0.01),
        AttemptFolder(str(tmp_path)),
        stalled=lambda _: patient_clock.advance(1),
        back=lambda: None,
        lost=lambda _: lost.set(),
    )
    heart.start()
    patient_clock.advance(1)
    async with asyncio.timeout(10):
        await lost.wait()
    heart.stop()
