"""How loaded a node is: one score out of processors, memory and queue, and the level that it stands for.

Every part is a share from 0 (nothing to do) to 1 (all that there is). The score is their weighted mean, so that it is
one, too, whatever the weights add up to.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cockpit.base.records import dataclass

PER_SLOT = 10
"""So many jobs that wait for each slot count as a full queue."""


class Level(StrEnum):
    """What a score means; CRITICAL is what nothing should be started on."""

    LOW = "LOW"
    MODERATE = "MODERATE"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


_BOUNDS = ((0.40, Level.LOW), (0.60, Level.MODERATE))
_CRITICAL_ABOVE = 0.80


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportions do. All 0: each counts the same."""

    cpu: float = 0.40
    memory: float = 0.35
    queue: float = 0.25


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured, as shares, and the score that the weights of that moment made of it."""

    cpu: float
    memory: float
    queue: float
    score: float

    @property
    def level(self) -> Level:
        return level_of(self.score)


@dataclass(frozen=True, slots=True)
class Sample:
    """One minute of a node: `minute` since the epoch, the mean load in it, and the last counts.

    `pending` are the jobs that waited, by priority, critical first.
    """

    minute: int
    load: Load
    slots: int
    slots_used: int
    running: int
    pending: Sequence[int]


def queue_share(pending: int, slots: int) -> float:
    """The queue's depth as a share: 1 from `PER_SLOT` waiting jobs per slot on."""
    return clamped(pending / (max(1, slots) * PER_SLOT))


def load_of(cpu: float, memory: float, queue: float, weights: Weights) -> Load:
    """The load made of three shares; what is out of 0..1 is taken for the nearer end."""
    parts = (clamped(cpu), clamped(memory), clamped(queue))
    return Load(*parts, score_of(parts, (weights.cpu, weights.memory, weights.queue)))


def score_of(parts: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted mean of shares."""
    total = sum(weights)
    if total <= 0:
        return sum(parts) / len(parts)
    return clamped(sum(part * (weight / total) for part, weight in zip(parts, weights, strict=True)))


def level_of(score: float) -> Level:
    """LOW below 0.40, MODERATE below 0.60, HIGH up to 0.80, CRITICAL above."""
    for bound, level in _BOUNDS:
        if score < bound:
            return level
    return Level.CRITICAL if score > _CRITICAL_ABOVE else Level.HIGH


def slots_open(slots: int, load: Load | None, ceiling: float) -> int:
    """So many of `slots` may be in use: all, or one while the load is above the ceiling, so that work never stands.

    Nothing is held back before the load was measured. A job that runs is left alone.
    """
    return slots if load is None or load.score <= ceiling else min(slots, 1)


def clamped(share: float) -> float:
    """Into 0..1; what is no number (a reading that failed) is 0."""
    return min(1.0, max(0.0, share)) if share == share else 0.0  # noqa: PLR0124  NaN is what differs from itself
