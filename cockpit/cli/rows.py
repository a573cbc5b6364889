"""Jobs as people see them: states with a sign and a colour, a progress bar, ages, tables."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.times import SECOND, format_duration
from cockpit.cli.output import clean, paint
from cockpit.domain.job import Job, State
from cockpit.jobdir.progress import Progress

_LEAST = 20  # columns of a last cell
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


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    limits: Sequence[int] = (),
    *,
    width: int = 0,
    spill: bool = False,
) -> list[str]:
    """Columns as wide as their widest cell; cells are cleaned, and cut where a column has a limit (0: none).

    In a terminal of `width` columns (0: nobody looks) the last cell gets what the others leave; with `spill` one that
    does not fit there gets the line below for itself.
    """
    cut = [*limits, *[0] * (len(head) - len(limits))]
    cells = [[_cut(clean(cell), cut[n]) for n, cell in enumerate(row)] for row in rows]
    widths = [max([len(name), *(len(row[n]) for row in cells)]) for n, name in enumerate(head)]
    room = max(_LEAST, width - sum(widths[:-1]) - 2 * (len(head) - 1)) if width else 0
    first, *_ = _row(head, widths, 0)
    return [paint(first, "bold"), *(line for row in cells for line in _row(row, widths, room, width * spill))]


def _row(row: Sequence[str], widths: Sequence[int], room: int, below: int = 0) -> list[str]:
    """One line; two where the last cell has no `room` and there are `below` columns for it on the next one."""
    *front, last = row
    spills = bool(below and room < len(last))
    padded = [cell.ljust(width) for cell, width in zip(front, widths, strict=False)]
    line = "  ".join([*padded, "" if spills else _cut(last, room)]).rstrip()
    return [line, f"    {_cut(last, below - 4)}"] if spills else [line]


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
