"""What is worth telling: one happening of one job, and several of a kind as one notice.

Pure: words, titles and the JSON that a command gets. What agents wrote (a question, a reason, a prompt) is cut to one
printable line, because it goes to terminals and desktops.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import rfc3339
from cockpit.domain.job import Job

EVENTS = ("task_queued", "task_dequeued", "task_started", "task_completed", "task_error", "needs_input")
OF_KIND = {
    "queued": "task_queued",
    "assigned": "task_dequeued",
    "running": "task_started",
    "completed": "task_completed",
    "failed": "task_error",
    "needs input": "needs_input",
}
"""The store's kinds of events that are told, and what they are called outside."""
_ONE = {
    "task_queued": "queued",
    "task_dequeued": "is next",
    "task_started": "started",
    "task_completed": "completed",
    "task_error": "failed",
    "needs_input": "needs you",
}
_MANY = {
    "task_queued": "{count:,} jobs queued",
    "task_dequeued": "{count:,} jobs are next",
    "task_started": "{count:,} jobs started",
    "task_completed": "{count:,} jobs completed",
    "task_error": "{count:,} jobs failed",
    "needs_input": "{count:,} agents need you",
}
_LONGEST = 160  # characters of a text
SAMPLES = 20
"""Jobs that one notice describes; of the others it only says how many they are."""


@dataclass(frozen=True, slots=True)
class Happening:
    """`event` came over `job` at `at`; `why` is the reason of an error or the question, `head` the prompt's start."""

    event: str
    at: Micros
    job: Job
    why: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """`count` happenings of one event (at least one); the first of them in `jobs`."""

    event: str
    count: int
    jobs: tuple[Happening, ...]

    @property
    def title(self) -> str:
        """`alice/web needs you`, `3 jobs completed`."""
        if self.count == 1 and self.jobs:
            return one_line(f"{_name(self.jobs[0].job)} {_ONE[self.event]}")
        return _MANY[self.event].format(count=self.count)

    @property
    def text(self) -> str:
        """What one job asks, why it failed or what it was to do; the names of several."""
        if self.count == 1 and self.jobs:
            one = self.jobs[0]
            why = one.why if self.event in ("task_error", "needs_input") else ""
            return one_line(why or one.head or one.job.id)
        names = list(dict.fromkeys(_name(each.job) for each in self.jobs))
        more = self.count - len(self.jobs)
        return one_line(", ".join(names) + (f" and {more:,} more" if more > 0 else ""))

    def document(self) -> dict[str, Any]:
        """What a command reads; jobs have the names that `cockpit jobs --json` gives them."""
        return {
            "event": self.event,
            "count": self.count,
            "title": self.title,
            "text": self.text,
            "jobs": [_document(each) for each in self.jobs],
        }


def one_line(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line, without control characters, at most `longest` characters."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"


def joined(notices: Sequence[Notice]) -> Notice:
    """Several notices of one event as one."""
    jobs = tuple(each for notice in notices for each in notice.jobs)[:SAMPLES]
    return Notice(notices[0].event, sum(notice.count for notice in notices), jobs)


def _name(job: Job) -> str:
    return job.project if job.user == job.project else f"{job.user}/{job.project}"


def _document(one: Happening) -> dict[str, Any]:
    job = one.job
    return {
        "job_id": job.id,
        "project": job.project,
        "user": job.user,
        "agent": job.agent,
        "priority": job.priority.label,
        "state": job.state.value,
        "attempt": job.attempt,
        "exit_code": job.exit_code,
        "why": one.why or None,
        "prompt": one.head or None,
        "at": rfc3339(one.at),
        "created_at": rfc3339(job.created_at),
        "started_at": _moment(job.started_at),
        "finished_at": _moment(job.finished_at),
    }


def _moment(when: Micros | None) -> str | None:
    return None if when is None else rfc3339(when)
