"""How many agents' screens are seen at once, in how many columns, and which stands where. Pure.

Order is worth more than being up to date: who watches nine screens knows where each is. So a tile changes its place
only when an agent begins or ceases to need a person, or when one asks for it; who comes takes the place of who went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.base.records import dataclass
from cockpit.domain.job import Job
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui.agent_words import needs_person

FEWEST, MOST = 2, 9
_FULL = (80, 20)  # columns and rows in which an agent's screen is easily read
_LEGIBLE = 0.7  # the part of that which will do
_LEAST = (24, 5)  # columns and rows below which nothing can be read
_LIVELY = {PaneState.WORKING: 0, PaneState.UNKNOWN: 1}


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns and rows of tiles."""

    columns: int
    rows: int

    def tile(self, room: tuple[int, int]) -> tuple[int, int]:
        """The size of one tile."""
        return room[0] // self.columns, room[1] // self.rows


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where one is in the grid: how many `agents` there are, how many are seen `at_once`, for how many there is
    `room_for`, which `page` (from 0) of how many `pages`."""

    agents: int = 0
    at_once: int = FEWEST
    room_for: int = MOST
    page: int = 0
    pages: int = 1


NO_TILES = Tiles()


def shape(count: int, room: tuple[int, int]) -> Shape:
    """The arrangement of `count` tiles in `room` (columns, rows) that cuts off the least."""
    shapes = [Shape(columns, -(-count // columns)) for columns in range(1, max(1, count) + 1)]
    return max(shapes, key=lambda one: (_legible(one.tile(room)), -one.columns * one.rows))


def _legible(tile: tuple[int, int]) -> float:
    """1.0: an agent's screen is easily read."""
    return min(tile[0] / _FULL[0], tile[1] / _FULL[1])


def fitting(room: tuple[int, int]) -> int:
    """How many tiles can be read well in `room`: two at least, nine at most."""
    return next(
        (n for n in range(MOST, FEWEST, -1) if _legible(shape(n, room).tile(room)) >= _LEGIBLE), FEWEST
    )


def at_most(room: tuple[int, int]) -> int:
    """How many tiles there can be at all."""
    for count in range(MOST, 1, -1):
        width, height = shape(count, room).tile(room)
        if width >= _LEAST[0] and height >= _LEAST[1]:
            return count
    return 1


class Order:
    """The jobs in the order of their tiles."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._needing: list[str] = []

    def update(self, jobs: Sequence[Job], states: Mapping[str, AgentState], page: int) -> list[str]:
        """Take what runs now. `page`: tiles at a time; what stands beyond them may fill a gap."""
        ids = {job.id for job in jobs}
        fresh = [job.id for job in lively_first(jobs, states) if job.id not in self.ids]
        self.ids = _filled(self.ids, ids, fresh, page)
        needing = [job.id for job in jobs if needs_person(job, states.get(job.id))]
        if set(needing) != set(self._needing):
            first = sorted(needing, key=lambda job_id: states[job_id].since)
            self.ids = first + [job_id for job_id in self.ids if job_id not in needing]
            self._needing = needing
        return self.ids

    def sort(self, jobs: Sequence[Job], states: Mapping[str, AgentState]) -> list[str]:
        """Begin anew: those that need a person, those that work, the rest."""
        self.ids = [job.id for job in lively_first(jobs, states)]
        self._needing = [job.id for job in jobs if needs_person(job, states.get(job.id))]
        return self.ids


def lively_first(jobs: Sequence[Job], states: Mapping[str, AgentState]) -> list[Job]:
    """Those that need a person (whoever has waited longest first), those that work, the rest."""

    def rank(job: Job) -> tuple[int, int]:
        seen = states.get(job.id)
        if seen is not None and needs_person(job, seen):
            return (0, seen.since)
        return (1 + (1 if seen is None else _LIVELY.get(seen.state, 2)), 0)

    return sorted(jobs, key=rank)


def _filled(was: Sequence[str], now: set[str], fresh: list[str], page: int) -> list[str]:
    """`was` without those that are gone: in their places who is new, then who stood beyond the page."""
    slots: list[str | None] = [job_id if job_id in now else None for job_id in was]
    coming = list(fresh)
    for index, job_id in enumerate(slots):
        if job_id is None and coming:
            slots[index] = coming.pop(0)
    for index in range(min(page, len(slots))):
        if slots[index] is None:
            beyond = next((at for at in range(len(slots) - 1, page - 1, -1) if slots[at] is not None), None)
            if beyond is None:
                break
            slots[index], slots[beyond] = slots[beyond], None
    return [job_id for job_id in slots if job_id is not None] + coming
