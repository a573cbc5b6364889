"""The first line: counts, slots, who is the scheduler if not this cockpit, and the time by the minute."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from cockpit.base.records import dataclass
from cockpit.domain.job import State
from cockpit.tui.overview import Overview
from cockpit.tui.parts import Part
from cockpit.tui.plotting import spark
from cockpit.tui.widgets.painting import Line
from cockpit.tui.words import LEVELS, age, clock


@dataclass(frozen=True, slots=True)
class Told:
    """One part; where the line is too narrow, the one with the highest `drop` goes first, or gets `short`."""

    text: str
    pen: str
    drop: int = 0
    short: str = ""
    right: bool = False


class Header(Line):
    """Draws an overview; the same overview twice draws nothing."""

    _now: Overview | None = None

    def tell(self, now: Overview) -> None:
        """Show it, as far as there is room."""
        self._now = now
        parts = fitting([*_counts(now), *_right(now)], self.size.width or 10_000)
        self.show(
            *([(part.text, part.pen) for part in parts if part.right is right] for right in (False, True))
        )

    def on_resize(self) -> None:
        if self._now is not None:
            self.tell(self._now)


def fitting(parts: Iterable[Told], width: int) -> list[Told]:
    """The parts that fit into `width` cells, shortened and left out in the order of their `drop`."""
    left = list(parts)
    for part in sorted((part for part in left if part.drop), key=lambda part: -part.drop):
        if sum(cell_len(each.text) for each in left) <= width:
            break
        place = left.index(part)
        left[place : place + 1] = [Told(part.short, part.pen, right=part.right)] if part.short else []
    return left


def _counts(now: Overview) -> list[Told]:
    """What is amiss is never left out."""
    states = now.counts.states
    stalled = sum(job.state is State.STALLED for job in now.active)
    needing, failed = len(now.needing), states[State.FAILED]
    counts: list[tuple[int, Part, int, str]] = [
        (1, (f"  {len(now.active):,} running", "t--working" if now.active else "t--muted"), 0, ""),
        (1, (f"  {states[State.PENDING]:,} queued", "t--strong" if now.waiting else "t--muted"), 0, ""),
        (states[State.DELAYED], (f"  {states[State.DELAYED]:,} delayed", "t--muted"), 5, ""),
        (needing, (f"  ◆ {needing} need{'s' if needing == 1 else ''} you", "t--blocked"), 0, ""),
        (stalled, (f"  ◆ {stalled} stalled", "t--blocked"), 0, ""),
        (failed, (f"  ✖ {failed:,} failed", "t--failed"), 2, f"  ✖ {failed:,}"),
        (now.held, ("  ‖ queue held", "t--blocked"), 1, "  ‖ held"),
        (now.held_back, ("  ‖ held back by load", "t--blocked"), 2, "  ‖ load"),
    ]
    told = [Told(*part, drop, short) for count, part, drop, short in counts if count]
    return [Told(" cockpit ", "t--title", 4), *told]


def _right(now: Overview) -> list[Told]:
    full = now.counts.slots_used >= now.slots
    used = f"{now.counts.slots_used}/{now.slots}"
    return [
        *_scheduler(now),
        *_load(now),
        Told(f"  slots {used}", "t--blocked" if full else "t--plain", 3, f"  {used}", right=True),
        Told(f"  {clock(now.now)} ", "t--muted", 6, right=True),
    ]


def _load(now: Overview) -> list[Told]:
    """`load 0.42 MODERATE ▂▃▅▃▂`: of the last minute that is over, and of those before it."""
    if not now.loads:
        return []
    load = now.loads[-1].load
    return [
        Told(f"  load {load.score:.2f}", "t--plain", 8, right=True),
        Told(f" {load.level}", LEVELS[load.level], 9, right=True),
        Told(f" {spark([each.load.score for each in now.loads], 1)}", "t--muted", 10, right=True),
    ]


def _scheduler(now: Overview) -> list[Told]:
    """Nothing where all is well and we are it."""
    if now.node is not None and now.silent:
        return [
            Told(f"  scheduler silent {age(now.node.beat_at, now.now)}", "t--failed", 1, "  silent", True)
        ]
    if now.role == "scheduler":
        return []
    if now.node is not None and now.node_runs:
        text = f"  scheduler: {now.node.kind}, pid {now.node.process.pid}"
        return [Told(text, "t--muted", 7, f"  {now.node.kind}", True)]
    return [Told("  no scheduler runs", "t--blocked", 1, "  no scheduler", True)]
