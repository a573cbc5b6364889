"""Words and marks of the screen: ages by the minute, states, progress bars, waiting in short.

States are told by a mark and a word, never by colour alone. Nothing here counts seconds, so that an idle screen
does not change between two minutes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import CANCELLED as TAKEN_OUT
from cockpit.domain.job import Job, Priority, State
from cockpit.domain.load import Level
from cockpit.jobdir.progress import Progress
from cockpit.tui.cells import tame
from cockpit.tui.own_keys import key_for, with_keys

MARKS: dict[State, str] = {
    State.PENDING: "○",
    State.DELAYED: "◷",
    State.ASSIGNED: "◌",
    State.STARTING: "◔",
    State.RUNNING: "●",
    State.STALLED: "◆",
    State.COMPLETED: "✔",
    State.FAILED: "✖",
    State.KILLED: "■",
}
STYLES: dict[State, str] = {
    State.PENDING: "t--plain",
    State.DELAYED: "t--muted",
    State.ASSIGNED: "t--idle",
    State.STARTING: "t--idle",
    State.RUNNING: "t--working",
    State.STALLED: "t--blocked",
    State.COMPLETED: "t--working",
    State.FAILED: "t--failed",
    State.KILLED: "t--muted",
}
LEVELS: dict[Level, str] = {
    Level.LOW: "t--working",
    Level.MODERATE: "t--idle",
    Level.HIGH: "t--blocked",
    Level.CRITICAL: "t--failed",
}
PRIORITIES: dict[Priority, tuple[str, str]] = {
    Priority.CRITICAL: ("crit", "t--failed"),
    Priority.HIGH: ("high", "t--blocked"),
    Priority.NORMAL: ("norm", "t--plain"),
    Priority.LOW: ("low", "t--muted"),
}


def age(since: Micros | None, now: Micros) -> str:
    """`<1m`, `12m`, `1h 5m`; empty for None. As of the minute that has begun: between two, no age changes."""
    if since is None:
        return ""
    return _by_the_minute(_minute(now) - since)


def left(until: Micros, now: Micros) -> str:
    """`58m left`, or that it is over."""
    return "over" if until <= now else f"{_by_the_minute(until - _minute(now))} left"


def _minute(now: Micros) -> Micros:
    return now - now % (60 * SECOND)


def _by_the_minute(span: Micros) -> str:
    return "<1m" if span < 60 * SECOND else format_duration(span / SECOND)


def clock(now: Micros) -> str:
    """`10:42`, on the wall."""
    return time.strftime("%H:%M", time.localtime(now // SECOND))


def moment(when: Micros, now: Micros) -> str:
    """`10:42:16`, with the day where it is not today's."""
    then, today = time.localtime(when // SECOND), time.localtime(now // SECOND)
    return time.strftime("%H:%M:%S" if then[:3] == today[:3] else "%Y-%m-%d %H:%M:%S", then)


def bar(percent: int, width: int) -> str:
    """`█████░░░`: a bar of `width` cells."""
    full = round(width * min(100, max(0, percent)) / 100)
    return "█" * full + "░" * (width - full)


def progress(done: Progress, width: int = 8) -> str:
    """`█████░░░  62%`; empty when the agent named no percentage."""
    return "" if done.percent is None else f"{bar(done.percent, width)} {done.percent:3d}%"


CANCELLED = "cancelled"


def state_word(job: Job) -> str:
    """The state, or that its end was asked for."""
    return "ending" if job.wish is not None and job.grant is not None else ended_word(job.state, job.reason)


def ended_word(state: str, reason: str | None) -> str:
    """A state in one word: who was taken out of the queue before it ran was cancelled, not killed."""
    gone = state == State.KILLED and reason is not None and reason.startswith(TAKEN_OUT)
    return CANCELLED if gone else str(state)


def past(job: Job) -> str:
    """The end of a job in a sentence: `has completed`, `was killed`, `was cancelled`."""
    word = ended_word(job.state, job.reason)
    return f"was {word}" if word == "cancelled" else job.state.past


def here(why: str | None) -> str | None:
    """What a job waits for, as the cockpit tells it: with its keys in place of shell commands."""
    if why is None:
        return None
    why = why.replace("open cockpit or run 'cockpit daemon start'", "'cockpit daemon start' starts one")
    told, found, command = why.partition(" ('cockpit resume ")
    if not found:
        return why
    if command.startswith("--all"):
        return f"{told} ({key_for('hold_all')} resumes it)"
    return told if command.startswith("--") else f"{told} ({key_for('hold')} resumes it)"


def short_id(job_id: str) -> str:
    """The part of an id that tells jobs apart; every command takes it, too."""
    return job_id.rpartition("-")[2][:4]


_ROOM = 14  # cells that the queue has for it at least
_SHORT = {
    "a resume: the job is held": "held (press {hold})",
    "a resume: the whole queue is held": "queue held ({hold_all})",
    "a scheduler: none runs": "no scheduler",
}


def short_why(why: str | None) -> str:
    """What a list has room for: without the commands that the long form names."""
    for end in (" (", ";", ", held by", " of "):
        why = why.partition(end)[0] if why else ""
    why = (why or "").removesuffix(" to complete").replace("its time, in", "time: in")
    if why.startswith("a resume: ") and why not in _SHORT:
        return why.removeprefix("a resume: ").replace(" is held", " held")
    told = with_keys(_SHORT.get(why, "")) or why
    return told if len(told) <= _ROOM else told.replace("(press ", "(")


def plain(text: str) -> str:
    """One printable line out of any text."""
    return " ".join("".join(c if c.isprintable() else " " for c in tame(text)).split())


def cut(text: str, width: int) -> str:
    """Exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 job`, `3 jobs`, `12,000 jobs`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def named(jobs: Sequence[Job], *, capital: bool = False) -> str:
    """`job 113754-a2f5`, `3 jobs`."""
    one = "Job" if capital else "job"
    return f"{one} {jobs[0].id}" if len(jobs) == 1 else plural(len(jobs), "job")


def is_are(count: int) -> str:
    """The verb for so many."""
    return "is" if count == 1 else "are"
