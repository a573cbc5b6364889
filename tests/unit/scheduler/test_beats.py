"""What is done every so often: due once in its time, the first time at its end, sooner when it is hastened."""

from __future__ import annotations

from cockpit.base.clock import ManualClock
from cockpit.scheduler.beats import Beats


def test_a_beat_is_due_once_in_its_time() -> None:
    clock = ManualClock(0)
    beats = Beats(clock, "prune")
    assert beats.due("prune", 3600)
    assert not beats.due("prune", 3600)
    assert not beats.due("beat", 10)
    assert sorted(beats.left()) == [10, 3600]
    clock.advance(10)
    assert beats.due("beat", 10)
    assert not beats.due("beat", 10)


def test_a_hastened_beat_comes_soon_and_then_in_its_time_again() -> None:
    clock = ManualClock(0)
    beats = Beats(clock)
    assert not beats.due("reconcile", 60)
    beats.hasten("reconcile", 1)
    beats.hasten("reconcile", 5)
    clock.advance(1)
    assert beats.due("reconcile", 60)
    assert beats.left() == [60]
