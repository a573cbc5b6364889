"""One job per line: which lines of a text are jobs, and whether a pasted text looks like a list of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile(r"\s*(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,4}[.)]\s+)(?=\S)")


def job_lines(text: str) -> list[str]:
    """The lines that say something. Where each begins with the mark of a list (`-`, `*`, `1.`), it is left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marks = [_MARK.match(line) for line in lines]
    if len(lines) > 1 and all(marks):
        return [line[mark.end() :] for line, mark in zip(lines, marks, strict=True) if mark is not None]
    return lines


def looks_like_list(text: str) -> bool:
    """Would a person who pastes this perhaps mean several jobs? Several lines, none indented, none very long."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or len(lines) > 10_000:
        return False
    marked = all(_MARK.match(line) for line in lines)
    return marked or _plain(lines)


def _plain(lines: Sequence[str]) -> bool:
    """No code, no prose that was wrapped: short lines at the margin that begin like a sentence."""
    return all(
        len(line) <= 160
        and not line[0].isspace()
        and line[0].isalnum()
        and not line.rstrip().endswith((",", "{"))
        for line in lines
    )
