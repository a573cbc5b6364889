"""The first line: counts, slots, who is the scheduler if not this cockpit, and the time by the minute."""

from __future__ import annotations

from cockpit.domain.job import State
from cockpit.tui.overview import Overview
from cockpit.tui.widgets.painting import Line, Part
from cockpit.tui.words import age, clock


class Header(Line):
    """Draws an overview; the same overview twice draws nothing."""

    def tell(self, now: Overview) -> None:
        """Show it."""
        self.show([(" cockpit ", "t--title"), *_counts(now)], [*_scheduler(now), *_slots(now), *_clock(now)])


def _counts(now: Overview) -> list[Part]:
    states = now.counts.states
    parts: list[Part] = [
        (f"  {len(now.active):,} running", "t--working" if now.active else "t--muted"),
        (f"  {states[State.PENDING]:,} queued", "t--strong" if now.waiting else "t--muted"),
    ]
    if states[State.DELAYED]:
        parts.append((f"  {states[State.DELAYED]:,} delayed", "t--muted"))
    if needing := len(now.needing):
        parts.append((f"  ◆ {needing} need{'s' if needing == 1 else ''} you", "t--blocked"))
    stalled = sum(job.state is State.STALLED for job in now.active)
    if stalled:
        parts.append((f"  ◆ {stalled} stalled", "t--blocked"))
    if states[State.FAILED]:
        parts.append((f"  ✖ {states[State.FAILED]:,} failed", "t--failed"))
    if now.held:
        parts.append(("  ‖ queue held", "t--blocked"))
    return parts


def _scheduler(now: Overview) -> list[Part]:
    """Nothing where all is well and we are it."""
    if now.node is not None and now.silent:
        return [(f"scheduler silent {age(now.node.beat_at, now.now)}  ", "t--failed")]
    if now.role == "scheduler":
        return []
    if now.node is not None and now.node_runs:
        return [(f"scheduler: {now.node.kind}, pid {now.node.process.pid}  ", "t--muted")]
    return [("no scheduler runs  ", "t--blocked")]


def _slots(now: Overview) -> list[Part]:
    full = now.counts.slots_used >= now.slots
    return [(f"slots {now.counts.slots_used}/{now.slots}", "t--blocked" if full else "t--plain")]


def _clock(now: Overview) -> list[Part]:
    return [(f"  {clock(now.now)} ", "t--muted")]
