"""Which job is meant: the one selected in the list that last had the focus.

No job takes the focus along: one that starts, ends or is retried by itself leaves the list under a person's hands as it
is. Where the job pane is seen it goes on showing that job, which stays meant without a row until the person moves; else
the row that took its place is meant, for that is what the person sees. Only what the person has just enqueued or
brought back is followed, to whatever list it is in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

_JOBS = ("agents", "queue")  # lists of jobs, in the order in which one is looked for
_FRESH = 3.0  # seconds for which what a person has just done may move the focus


class Followed(Protocol):
    """What a list has to have."""

    lost: str | None

    @property
    def chosen(self) -> str | None: ...
    def select_key(self, key: str) -> bool: ...
    def let_go(self) -> None: ...


class Following:
    """`name` is the list that last had the focus."""

    def __init__(self, lists: Mapping[str, Followed], now: Callable[[], float] = time.monotonic) -> None:
        self.name = "queue"
        self._lists = lists
        self._now = now
        self._own: tuple[str, float] = ("", 0.0)

    def chosen(self, *, alone: bool) -> str | None:
        """The selected job, be it in a list or not; None among locks.

        An empty queue means the selected agent, unless it stands `alone`: it is all that is seen, or filtered.
        """
        if self.name == "locks":
            return None
        chosen = self._lists[self.name].chosen
        if self.name == "queue" and chosen is None and not alone:
            return self._lists["agents"].chosen
        return chosen

    def wait_for(self, job_id: str) -> None:
        """The person has done something to this job: select it as soon as it is in a list."""
        self.name = "queue" if self.name == "locks" else self.name
        self._lists[self.name].lost = job_id
        self._own = job_id, self._now() + _FRESH

    def follow(self, job_id: str | None, *, seen: bool) -> bool:
        """Keep this job selected; `seen`: one sees it beside the lists. True where it took the focus to its list."""
        for name in _JOBS:
            if name != self.name:
                self._lists[name].let_go()  # nobody looks at that one
        if job_id is None or self.name == "locks":
            return False
        here = self._lists[self.name]
        if here.lost is None and here.chosen == job_id:
            return False
        own = here.lost == job_id == self._own[0] and self._now() < self._own[1]
        found = next((name for name in _JOBS if self._selects(name, job_id)), None)
        if found == self.name or (found is not None and own):
            here.let_go()
            self.name = found
            return True
        if not seen and not own:
            here.let_go()
        return False

    def _selects(self, name: str, job_id: str) -> bool:
        """Select it in this list; another one that has it selected is not scrolled back to it."""
        rows = self._lists[name]
        return (name != self.name and rows.chosen == job_id) or rows.select_key(job_id)
