"""Jobs as people see them: states with a sign and a colour, a progress bar, ages, tables."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.times import SECOND, format_duration
from cockpit.cli.output import clean, paint
from cockpit.domain.job import Job, State
from cockpit.jobdir.progress import Progress

_STATES = {
    State.PENDING: ("·", "cyan"),
    State.DELAYED: ("~", "blue"),
    State.ASSIGNED: ("»", "yellow"),
    State.STARTING: ("»", "yellow"),
    State.RUNNING: ("●", "green"),
    State.STALLED: ("!", "magenta"),
    State.COMPLETED: ("✓", "green"),
    State.FAILED: ("✗", "red"),
    State.KILLED: ("■", "red"),
}


def state_text(state: State, width: int = 0) -> str:
    """`● running`, coloured; the sign and the word say the same as the colour."""
    sign, colour = _STATES[state]
    return paint(f"{sign} {state.value}".ljust(width), colour)


def bar(progress: Progress, width: int = 10) -> str:
    """`██████░░░░ 62%`; empty where the agent told no percentage."""
    if progress.percent is None:
        return ""
    full = progress.percent * width // 100
    return f"{'█' * full}{'░' * (width - full)} {progress.percent}%"


def age(job: Job, now: int) -> str:
    """How long it ran, has been running or has waited."""
    start = job.started_at or job.created_at
    return format_duration(((job.finished_at or now) - start) / SECOND)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], limits: Sequence[int] = ()) -> list[str]:
    """Columns as wide as their widest cell; cells are cleaned, and cut where a column has a limit (0: none)."""
    cut = [*limits, *[0] * (len(head) - len(limits))]
    cells = [[_cut(clean(cell), cut[n]) for n, cell in enumerate(row)] for row in rows]
    widths = [max([len(name), *(len(row[n]) for row in cells)]) for n, name in enumerate(head)]
    first, *lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *cells)
    ]
    return [paint(first, "bold"), *lines]


def _cut(text: str, limit: int) -> str:
    return text if not limit or len(text) <= limit else text[: limit - 1] + "…"


def colour_states(line: str) -> str:
    """Colour the one `sign state` in a table's line: cells are measured before they are coloured."""
    for state, (sign, colour) in _STATES.items():
        plain = f"{sign} {state.value}"
        if plain in line:
            return line.replace(plain, paint(plain, colour), 1)
    return line


def plain_state(state: State) -> str:
    """`● running` without colour, for a table's cell."""
    return f"{_STATES[state][0]} {state.value}"
