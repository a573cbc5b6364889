"""The filter language: any text is taken, what it prints is what it reads, errors say what is allowed."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.times import SECOND
from cockpit.domain.job import Failed, Job, Killed, Pending, Priority, State
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.filter_words import completions, hint
from cockpit.tui.filters import CHOICES, FIELDS, TIMES, Filter, Term, day_began, days_of, midnight
from cockpit.tui.finding import by_index_alone

NOON = midnight(2026, 1, 14) + 12 * 3600 * SECOND  # a Wednesday, on this place's clock
HOUR = 3600 * SECOND
JOB = Job(
    id="113754-a2f5", seq=1, project="web", user="Alice", agent="claude", priority=Priority.HIGH,
    status=Pending(), slots=1, held=False, waits_for=0, attempt=0, failures=0, losses=0, retries=0, timeout=None,
    created_at=NOON - 2 * HOUR, started_at=None, finished_at=None, exit_code=None, fence=None, ref="acme/web#14",
    wish=None,
)  # fmt: skip
DONE = replace(
    JOB, status=Failed(NOON - HOUR // 2, "exit code 3"), started_at=NOON - HOUR, finished_at=NOON - HOUR // 2
)
SOMETHING = st.text(alphabet='abuserstateagepri:<>,"\\!- \t1h.#é', max_size=40)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("ali", True),
        ("ALI web", True),
        ("ali api", False),
        ("api,web", True),
        ("user:alice project:w", True),
        ("user:bob,ali", True),
        ("user:bob", False),
        ("!user:bob", True),
        ("-user:a", False),
        ("-api", True),
        ("state:pend", True),
        ("state:running,waiting", True),
        ("state:ended", False),
        ("!state:ended,active", True),
        ("pri:h a2f5", True),
        ("pri:low,crit", False),
        ("id:a2f", True),
        ("ref:#14", True),
        ("agent:cla reason:x", False),
        ("age>1h", True),
        ("age>=1h age<3h", True),
        ("age>2h", False),
        ("waited>90m", True),
        ("ran<1h", False),
        ("day:today", True),
        ("day:yesterday", False),
        ("day:2026-01-14,mon", True),
        ('"alice web"', True),
        ('"web alice"', False),
        ("flaky", True),
        ("!flaky", False),
    ],
)
def test_a_job_that_waits(text: str, fits: bool) -> None:
    wanted, problem = parse_filter(text)
    assert problem is None
    assert wanted.matches(JOB, NOON, lambda _: "Fix the Flaky test") is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("state:failed", True),
        ("state:done", False),
        ('reason:"code 3"', True),
        ("code 3", True),
        ("ran<31m ran>29m", True),
        ("waited<61m waited>59m", True),
        ("ended<1h", True),
        ("ended>1h", False),
        ("day:wed", True),
        ("day:tue", False),
    ],
)
def test_a_job_that_has_ended(text: str, fits: bool) -> None:
    assert parse_filter(text)[0].matches(DONE, NOON) is fits


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "stat:x",
            "no field 'stat', but state: user project agent state pri day reason id ref with :, age waited",
        ),
        ("zzz:x", "no field 'zzz': user project"),
        ("agee>1h", "no field 'agee', but age: user"),
        ("state:nope", "no state 'nope'; there are pending, delayed,"),
        ("pri:7", "no priority '7'; there are critical, high, normal, low"),
        ("day:2026-13-01", "no day '2026-13-01'; there are today, yesterday"),
        ("user:", "'user:' wants a value"),
        ("age:1h", "'age' is a time: write age>1h or age<30m"),
        ("age>", "'age>' wants one duration"),
        ("age>1y", "'1y' is not a duration: write 30s, 10m, 1h30m or 2d"),
        ("user>3", "'user' has no < and >"),
        ('"open', "the quote is not closed"),
        ("web !", "nothing behind the '!'"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(text: str, told: str) -> None:
    wanted, problem = parse_filter(f"alice {text}")
    assert told in (problem or "")
    assert wanted.terms[0] == Term("", ("alice",))


@given(st.one_of(st.text(max_size=60), SOMETHING))
def test_any_text_is_a_filter_that_prints_what_it_reads(text: str) -> None:
    wanted, _ = parse_filter(text)
    assert parse_filter(str(wanted)) == (wanted, None)
    wanted.matches(DONE, NOON)
    assert wanted.states <= set(State)


_VALUES = st.text(min_size=1, max_size=12).map(str.lower).filter(lambda text: text == text.lower())
_TERMS = st.one_of(
    st.builds(
        Term,
        st.sampled_from(["", "user", "reason", "id"]),
        st.tuples(_VALUES, _VALUES),
        st.just(":"),
        st.booleans(),
    ),
    st.builds(Term, st.sampled_from(TIMES), st.just(("90m",)), st.sampled_from("<>"), st.booleans()),
    st.builds(Term, st.just("state"), st.just(("failed", "waiting")), st.just(":"), st.booleans()),
)


@given(st.lists(_TERMS, max_size=4))
def test_any_filter_can_be_typed(terms: list[Term]) -> None:
    wanted = Filter(tuple(terms))
    assert parse_filter(str(wanted)) == (wanted, None)


@given(SOMETHING, st.integers(0, 45))
def test_a_completion_is_never_worse_than_what_was_typed(text: str, cursor: int) -> None:
    for offered in completions(text, min(cursor, len(text)), lambda _: ("alice", "bob b")):
        assert offered.word in offered.text
        assert 0 <= offered.cursor <= len(offered.text)
    hint(text, min(cursor, len(text)))


def known(field: str) -> tuple[str, ...]:
    return {"user": ("alice", "albert", "bob b"), "project": ("web",), "agent": ("claude",)}[field]


@pytest.mark.parametrize(
    ("typed", "words", "first"),
    [
        ("us", ["user:"], "user:"),
        ("a", ["agent:", "age>"], "agent:"),
        ("user:", ["alice", "albert", '"bob b"'], "user:alice "),
        ("user:al", ["alice", "albert"], "user:alice "),
        ("user:alice,b", ['"bob b"'], 'user:alice,"bob b" '),
        ("!state:f", ["failed"], "!state:failed "),
        ("pri:", ["critical", "high", "normal", "low"], "pri:critical "),
        ("web day:y", ["yesterday"], "web day:yesterday "),
        ("user:alice", [], ""),
        ("zzz", [], ""),
        ("web ", [], ""),
    ],
)
def test_fields_and_known_values_are_offered(typed: str, words: list[str], first: str) -> None:
    offered = completions(typed, len(typed), known)
    assert [each.word for each in offered] == words
    if offered:
        assert (offered[0].text, offered[0].cursor) == (first, len(first))


def test_in_the_middle_the_rest_stays() -> None:
    offered = completions("user:al project:web", 7, known)
    assert (offered[0].text, offered[0].cursor) == ("user:alice project:web", len("user:alice "))


def test_every_field_says_what_is_allowed() -> None:
    assert all(hint(f"{field}:", len(field) + 1) for field in FIELDS)
    assert set(CHOICES) | set(TIMES) <= set(FIELDS)


def test_days_are_those_of_this_place() -> None:
    for word, date in (
        ("today", (1, 14)),
        ("yest", (1, 13)),
        ("mon", (1, 12)),
        ("wed", (1, 14)),
        ("thu", (1, 8)),
    ):
        ((start, end),) = days_of((word,), NOON)
        then = time.localtime(start // SECOND)
        assert (then.tm_mon, then.tm_mday, then.tm_hour) == (*date, 0)
        assert start < end <= start + 25 * HOUR
    assert day_began(NOON) == midnight(2026, 1, 14)


def test_states_left_by_a_filter() -> None:
    assert parse_filter("web")[0].states == frozenset()
    assert parse_filter("state:done,fail")[0].states == {State.COMPLETED, State.FAILED}
    assert parse_filter("state:ended !state:failed,done")[0].states == {State.KILLED}
    killed = replace(JOB, status=Killed(NOON, "by hand"), finished_at=NOON)
    assert parse_filter("!state:done state:ended by")[0].matches(killed, NOON)
    cancelled = replace(killed, status=Killed(NOON, "cancelled by hand"))
    for words, fits in (
        ("state:killed", (True, False)),
        ("state:cancelled", (False, True)),
        ("state:killed,canc", (True, True)),
        ("!state:cancelled", (True, False)),
        ("!state:killed", (False, True)),
        ("state:ended", (True, True)),
        ("state:c", (False, True)),
    ):
        wanted = parse_filter(words)[0]
        assert (wanted.matches(killed, NOON), wanted.matches(cancelled, NOON)) == fits, words
        assert State.KILLED in wanted.states, "the store knows one as the other"
        assert by_index_alone(wanted) is (fits == (True, True)), "and so does its index"
    assert parse_filter("user:alice !user:al web")[0].fits_user("alice") is False
