"""First lines of prompts for lists that draw the same rows again and again: each is read once."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.tui.words import plain

_MOST = 500  # that are kept


class Heads:
    """`read` gives the first line of a job's prompt."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._kept: dict[str, str] = {}

    def of(self, job_id: str) -> str:
        """As it is told: printable, on one line."""
        if job_id not in self._kept:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[job_id] = plain(self._read(job_id))
        return self._kept[job_id]

    def forget(self) -> None:
        """Prompts may be other ones now."""
        self._kept.clear()
