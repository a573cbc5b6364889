"""What a filter means: terms joined by `and`, each with values joined by `or`, over anything that looks like a job.

The words that a person types become a Filter in filter_parser.py; `str` of a Filter is what would be typed for it.
Pure: what depends on the time of day is told when a filter is made a test (`Filter.test`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Protocol

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, parse_duration
from cockpit.domain.job import ACTIVE, ENDED, WAITING, Priority, State
from cockpit.tui.words import CANCELLED, ended_word

TEXTS = ("user", "project", "agent", "reason", "id", "ref")
CHOICES = ("state", "pri", "day")
TIMES = ("age", "waited", "ran", "ended")
FIELDS = (*TEXTS[:3], *CHOICES, "reason", "id", "ref", *TIMES)
"""All fields, in the order in which they are told."""

STATES = (*(state.value for state in State), CANCELLED)
"""States as they are told: the store knows what was cancelled as killed."""

GROUPS: dict[str, frozenset[str]] = {
    "waiting": frozenset(WAITING),
    "active": frozenset(ACTIVE),
    "ended": frozenset({*ENDED, CANCELLED}),
    "done": frozenset({State.COMPLETED}),
}
DAYS = ("today", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BARE = re.compile(r"[\w./@#+~%*=-]+", re.ASCII)
_WITHIN = ("reason", "id", "ref")  # these are looked for anywhere in the value, the others from its beginning


class Filterable(Protocol):
    """What can be asked: a job, or an event with the job that it belongs to."""

    @property
    def id(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def project(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def ref(self) -> str | None: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def state(self) -> State: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def created_at(self) -> Micros: ...
    @property
    def started_at(self) -> Micros | None: ...
    @property
    def finished_at(self) -> Micros | None: ...


Head = Callable[[str], str]
Test = Callable[[Filterable], bool]


def no_head(_: str) -> str:
    """No first line of a prompt is looked at."""
    return ""


@dataclass(frozen=True, slots=True)
class Term:
    """`user:alice,bob`, `age>1h`, a word (no field); `negated` with `!` before it. Values are lower case."""

    field: str
    values: tuple[str, ...]
    op: str = ":"
    negated: bool = False

    def __str__(self) -> str:
        mark = "!" if self.negated else ""
        return f"{mark}{self.field}{self.op if self.field else ''}{','.join(map(quoted, self.values))}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Nothing in it: everything fits."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    @property
    def states(self) -> frozenset[State]:
        """The states that are left by what it says of states; empty where it says nothing of them."""
        told = self._told_states
        return frozenset() if told is None else frozenset(_stored(each) for each in told)

    @property
    def states_alone(self) -> bool:
        """Does `states` tell all that it says of states? A part of what was killed it can't."""
        told = self._told_states
        return told is None or (State.KILLED in told) is (CANCELLED in told)

    @property
    def _told_states(self) -> frozenset[str] | None:
        named = [term for term in self.terms if term.field == "state"]
        left = frozenset(STATES)
        for term in named:
            left = left - states_of(term.values) if term.negated else left & states_of(term.values)
        return left if named else None

    def test(self, now: Micros, head: Head = no_head) -> Test:
        """A function that says whether something fits; `head` gives the first line of a job's prompt."""
        tests = [_negated(term, _test(term, now, head)) for term in self.terms]
        return lambda job: all(test(job) for test in tests)

    def matches(self, job: Filterable, now: Micros = 0, head: Head = no_head) -> bool:
        """Does this one fit?"""
        return self.test(now, head)(job)

    def fits_user(self, user: str) -> bool:
        """Do the terms about users let `user` through?"""
        lowered = user.lower()
        return all(
            lowered.startswith(term.values) is not term.negated for term in self.terms if term.field == "user"
        )


def quoted(value: str) -> str:
    """A value as it has to be typed."""
    if _BARE.fullmatch(value) and value[0] != "-":
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def states_of(words: tuple[str, ...]) -> frozenset[str]:
    """The states, as they are told, that these words begin to name; a word that names none is left out."""
    found: frozenset[str] = frozenset()
    for word in words:
        found |= {state for state in STATES if state.startswith(word)}
        found = found.union(*(states for name, states in GROUPS.items() if name.startswith(word)))
    return found


def _stored(told: str) -> State:
    return State.KILLED if told == CANCELLED else State(told)


def priorities_of(words: tuple[str, ...]) -> frozenset[Priority]:
    """The priorities that these words begin to name."""
    return frozenset(p for p in Priority if any(p.label.startswith(word) for word in words))


def days_of(words: tuple[str, ...], now: Micros) -> list[tuple[Micros, Micros]]:
    """The days that these words name, each from its beginning to before its end, on this place's clock."""
    return [_day(word, now) for word in words if known_day(word)]


def known_day(word: str) -> bool:
    """Does it begin to name a day: today, yesterday, a day of the week, or one as 2026-01-14?"""
    return any(day.startswith(word) for day in DAYS) or parse_date(word) is not None


def parse_date(word: str) -> tuple[int, int, int] | None:
    """Year, month and day of `2026-01-14`."""
    try:
        then = time.strptime(word, "%Y-%m-%d")
        time.mktime(then)
    except (ValueError, OverflowError):
        return None
    return then[:3]


def _day(word: str, now: Micros) -> tuple[Micros, Micros]:
    date = parse_date(word)
    if date is None:
        today = time.localtime(now // SECOND)
        name = next(day for day in DAYS if day.startswith(word))
        back = DAYS.index(name) if name in DAYS[:2] else (today.tm_wday - DAYS.index(name) + 2) % 7
        date = (today.tm_year, today.tm_mon, today.tm_mday - back)
    return midnight(*date), midnight(date[0], date[1], date[2] + 1)


def midnight(year: int, month: int, day: int) -> Micros:
    """When a day begins on this place's clock; days beyond the ends of a month are those of its neighbours."""
    return int(time.mktime((year, month, day, 0, 0, 0, 0, 0, -1))) * SECOND


def day_began(when: Micros) -> Micros:
    """When the day of `when` began on this place's clock."""
    return midnight(*time.localtime(when // SECOND)[:3])


def _negated(term: Term, test: Test) -> Test:
    return (lambda job: not test(job)) if term.negated else test


def _test(term: Term, now: Micros, head: Head) -> Test:
    field, values = term.field, term.values
    if not field:
        return _words(values, head)
    if field == "state":
        states = states_of(values)
        return lambda job: ended_word(job.state, job.reason) in states
    if field == "pri":
        priorities = priorities_of(values)
        return lambda job: job.priority in priorities
    if field == "day":
        days = days_of(values, now)
        return lambda job: any(start <= (job.finished_at or job.created_at) < end for start, end in days)
    if field in TIMES:
        return _time(term, now)
    if field in _WITHIN:
        return lambda job: any(value in (getattr(job, field) or "").lower() for value in values)
    return lambda job: getattr(job, field).lower().startswith(values)


def _words(values: tuple[str, ...], head: Head) -> Test:
    """The first line of the prompt is read only where the rest does not say it."""

    def test(job: Filterable) -> bool:
        text = f"{job.id} {job.user} {job.project} {job.agent} {job.state} {job.reason or ''}".lower()
        if any(word in text for word in values):
            return True
        first = head(job.id).lower()
        return bool(first) and any(word in first for word in values)

    return test


def _time(term: Term, now: Micros) -> Test:
    measure = _MEASURES[term.field]
    limit = parse_duration(term.values[0]) * SECOND

    def test(job: Filterable) -> bool:
        span = measure(job, now)
        return span is not None and (span > limit if term.op == ">" else span < limit)

    return test


def _age(job: Filterable, now: Micros) -> Micros | None:
    return now - job.created_at


def _waited(job: Filterable, now: Micros) -> Micros | None:
    return (job.started_at or job.finished_at or now) - job.created_at


def _ran(job: Filterable, now: Micros) -> Micros | None:
    return None if job.started_at is None else (job.finished_at or now) - job.started_at


def _ended(job: Filterable, now: Micros) -> Micros | None:
    return None if job.finished_at is None else now - job.finished_at


_MEASURES: dict[str, Callable[[Filterable, Micros], Micros | None]] = {
    "age": _age,
    "waited": _waited,
    "ran": _ran,
    "ended": _ended,
}
