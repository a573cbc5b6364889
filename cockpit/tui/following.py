"""Which job is meant: the one selected in the list that last had the focus, wherever it goes from there.

A job that starts leaves the queue for the agents, and comes back when it is retried; the selection goes with it. One
that has left every list stays selected, without a row, until the person moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

_JOBS = ("agents", "queue")  # lists of jobs, in the order in which one is looked for


class Followed(Protocol):
    """What a list has to have."""

    lost: str | None

    @property
    def chosen(self) -> str | None: ...
    def select_key(self, key: str) -> bool: ...


class Following:
    """`name` is the list that last had the focus."""

    def __init__(self, lists: Mapping[str, Followed]) -> None:
        self.name = "queue"
        self._lists = lists

    def chosen(self, *, filtered: bool) -> str | None:
        """The selected job, be it in a list or not; None among locks."""
        if self.name == "locks":
            return None
        chosen = self._lists[self.name].chosen
        if self.name == "queue" and chosen is None and not filtered:
            return self._lists["agents"].chosen  # an empty queue: the agents are what there is to see
        return chosen

    def wait_for(self, job_id: str) -> None:
        """Select this job as soon as it is in a list."""
        self.name = "queue" if self.name == "locks" else self.name
        self._lists[self.name].lost = job_id

    def follow(self, job_id: str | None, *, filtered: bool) -> bool:
        """The selection stays with this job: in the list where it is now, which is `name` then. False where it was."""
        for name in _JOBS:
            if name != self.name:
                self._lists[name].lost = None  # nobody looks at that one
        if job_id is None:
            return False
        if self.chosen(filtered=filtered) == job_id and self._lists[self.name].lost is None:
            return False
        for name in _JOBS:
            if self._lists[name].select_key(job_id):
                self.go_on_in(name)
                return True
        return False

    def go_on_in(self, name: str) -> None:
        """The selected job is in this list now."""
        was, self.name = self.name, name
        if was != name:
            self._lists[was].lost = None
