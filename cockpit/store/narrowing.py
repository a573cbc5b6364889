"""A JobFilter as a part of SQL."""

from __future__ import annotations

from cockpit.domain.job import Priority, State
from cockpit.store.values import JobFilter

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_TEXT = "j.id || ' ' || j.user || ' ' || j.project || ' ' || j.agent || ' ' || j.state || ' ' || COALESCE(j.reason, '')"
_HEAD = "(SELECT substr(ltrim(t.prompt, char(9, 10, 13, 32)), 1, 160) FROM texts t WHERE t.seq = j.seq)"


def where(only: JobFilter) -> tuple[str, list[Any]]:
    """What a filter adds to WHERE over `jobs j` (each part with its AND), and the values in it."""
    parts: list[str] = []
    values: list[Any] = []
    for column, names in _names(only):
        if names:
            parts.append(
                f"j.{column} = ?" if len(names) == 1 else f"j.{column} IN ({', '.join('?' * len(names))})"
            )
            values += names
        else:
            parts.append("?")  # never; a plain 0 would leave INDEXED BY without an index to use
            values.append(0)
    for than, when in ((">=", only.finished_from), ("<", only.finished_before)):
        if when is not None:
            parts.append(f"j.finished_at {than} ?")
            values.append(when)
    for words in only.words:
        tests = [f"instr(lower({text}), ?)" for text in (_TEXT, _HEAD) for _ in words]
        parts.append(f"({' OR '.join(tests)})")
        values += [word.lower() for word in words] * 2
    return "".join(f" AND {part}" for part in parts), values


NOT_PENDING = "j.state <> 'pending'"
"""What the indexes of state, user and project are limited to; SQLite uses them only where this stands."""
PENDING = tuple(f"j.state = 'pending' AND j.priority = {priority:d}" for priority in Priority)
"""Pending jobs by priority: by age a range of `jobs_pending` each, a user's or project's one of `jobs_waiting_...`."""
PARTS = (NOT_PENDING, *PENDING)
"""All jobs, parted so that each part of a user's or a project's is a range of an index by age."""


def parts_of(only: JobFilter) -> Sequence[str]:
    """The parts of `PARTS` that a filter can find something in; all jobs as one part where no index helps."""
    if not only.states:
        return PARTS if (only.user or only.project) is not None else ("1",)
    parts = [f"{NOT_PENDING} AND j.state = '{state}'" for state in only.states if state is not State.PENDING]
    return [*parts, *PENDING] if State.PENDING in only.states else parts


def _names(only: JobFilter) -> list[tuple[str, Sequence[Any]]]:
    """Columns and the values that they may have."""
    fields: tuple[tuple[str, Sequence[Any] | None], ...] = (
        ("state", [state.value for state in only.states] or None),
        ("user", None if only.user is None else [only.user]),
        ("project", None if only.project is None else [only.project]),
        ("user", only.users),
        ("project", only.projects),
        ("agent", only.agents),
        ("priority", [int(priority) for priority in only.priorities] or None),
    )
    return [(column, names) for column, names in fields if names is not None]
