"""The question that an agent asks, as it stands on its screen. Pure.

A rule names one line; what a person has to read are the lines around it: the command above, the choices below.
"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.tui.cells import tame_captured

_ABOVE, _BELOW = 10, 6
_FRAME = " ─━│┃╭╮╰╯┌┐└┘├┤═║▔▁▏▕\u00a0"


def rows_of(lines: Sequence[str], line: str) -> range:
    """The rows of the question whose evidence is `line`: the lowest one that holds it, and those around it.

    Empty when it is not there. `lines` hold no escapes.
    """
    wanted = tame_captured(line).strip()
    row = next(
        (y for y in range(len(lines) - 1, -1, -1) if wanted and wanted in tame_captured(lines[y])), None
    )
    if row is None:
        return range(0)
    first = max(0, row - _ABOVE)
    last = min(len(lines) - 1, row + _BELOW)
    while last > row and not bare(lines[last]):
        last -= 1
    while first < row and not bare(lines[first]):
        first += 1
    return range(first, last + 1)


def bare(line: str) -> str:
    """A line without what boxes are drawn with."""
    return line.strip(_FRAME)


def words(lines: Sequence[str], line: str) -> tuple[str, ...]:
    """What a person reads of the question, frames left out: two of the same words ask the same."""
    return tuple(text for y in rows_of(lines, line) if (text := bare(tame_captured(lines[y]))))


def reach(line: str) -> int:
    """The number of characters up to the last one that says something."""
    return len(line.rstrip(_FRAME))
