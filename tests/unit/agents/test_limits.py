"""When a usage limit ends: the words that agents print, and whatever else may stand there."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.agents.limits import HORIZON, SLACK, parse_reset

NOW = datetime(2026, 11, 20, 23, 35, tzinfo=UTC)  # a Friday


def micros(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You've hit your session limit · resets 2:31am (UTC)", at(2026, 11, 21, 2, 31)),
        ("5-hour limit reached ∙ resets 3pm", at(2026, 11, 21, 15)),
        ("You've hit your limit · resets 3am (America/New_York)", at(2026, 11, 21, 8)),
        ("You've hit your weekly limit · resets Nov 24 at 5pm (Europe/Berlin)", at(2026, 11, 24, 16)),
        ("weekly limit · resets Nov 24, 5:30pm (UTC)", at(2026, 11, 24, 17, 30)),
        ("resets Mon 9am", at(2026, 11, 23, 9)),
        ("resets 12am", at(2026, 11, 21)),
        ("resets 12pm", at(2026, 11, 21, 12)),
        ("resets at midnight UTC", at(2026, 11, 21)),
        ("Claude AI usage limit reached|1795231200", at(2026, 11, 21, 3, 20)),
        ("You've hit your usage limit. Try again at 2:44 AM.", at(2026, 11, 21, 2, 44)),
        ("try again at Nov 25th, 2026 3:04 PM.", at(2026, 11, 25, 15, 4)),
        ("Try again in 2 hours 15 minutes.", at(2026, 11, 21, 1, 50)),
        ("Try again in 3 days 1 hour.", at(2026, 11, 24, 0, 35)),
        ("limit resets in 2 hours", at(2026, 11, 21, 1, 35)),
        ("try again in an hour", at(2026, 11, 21, 0, 35)),
        ("Please retry in 3h20m10s.", at(2026, 11, 21, 2, 55, 10)),
        ("Please retry in 35.5s.", NOW + timedelta(seconds=35.5)),
        ("Usage limit reached. Access resets at 4:30 PM PST.", at(2026, 11, 21, 0, 30)),
        ("resets at 14:30", at(2026, 11, 21, 14, 30)),
        ("available again at 2026-11-21T10:00:00Z", at(2026, 11, 21, 10)),
        ("resets 2026-11-21 10:00 UTC", at(2026, 11, 21, 10)),
        ("resets at 2026-11-21T10:00:00+02:00", at(2026, 11, 21, 8)),
        ("resets 3am (UTC+2)", at(2026, 11, 21, 1)),
        ("resets tomorrow at 3pm", at(2026, 11, 21, 15)),
        ("try again on 24 November at 8am", at(2026, 11, 24, 8)),
    ],
)
def test_reads_the_words_of_agents(text: str, expected: datetime) -> None:
    assert parse_reset(text, micros(NOW)) == micros(expected)


@pytest.mark.parametrize(
    "text",
    ["", "no limit here", "resets soon", "resets 25pm", "it is 3pm", "resets Feb 31 at 3pm", "took 3 hours",
     "resets at 2031-01-01T00:00:00Z", "try again in 99999 weeks", "resets 99:99"],
)  # fmt: skip
def test_what_says_no_time_gives_none(text: str) -> None:
    assert parse_reset(text, micros(NOW)) is None


def test_the_zone_of_the_machine_is_used_where_none_is_named() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert parse_reset("resets 3am", micros(NOW), berlin) == micros(at(2026, 11, 21, 2))
    assert parse_reset("resets 3am (UTC)", micros(NOW), berlin) == micros(at(2026, 11, 21, 3))


def test_an_unknown_zone_falls_back_to_the_machines() -> None:
    zone = timezone(timedelta(hours=1))
    assert parse_reset("resets 3am (Nowhere/Atlantis)", micros(NOW), zone) == micros(at(2026, 11, 21, 2))


def test_a_time_that_has_just_passed_is_not_tomorrows() -> None:
    assert parse_reset("resets 11:30pm", micros(NOW)) == micros(at(2026, 11, 20, 23, 30))
    assert parse_reset("resets 11:20pm", micros(NOW)) == micros(at(2026, 11, 21, 23, 20))


def test_a_date_without_a_year_may_be_next_years() -> None:
    now = datetime(2026, 12, 30, 12, tzinfo=UTC)
    assert parse_reset("resets Jan 2 at 9am", micros(now)) == micros(at(2027, 1, 2, 9))


def test_clocks_that_change_in_between_are_minded() -> None:
    now = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the night in which Berlin loses an hour
    assert parse_reset("resets 4am (Europe/Berlin)", micros(now)) == micros(at(2026, 3, 29, 2))


CUES = ["resets", "try again", "in", "at", "Mon", "Oct 9", "31 Feb", "|"]
TIMES = ["3pm", "13pm", "hours", "99", "9999999999", "2026-13-45T99:99Z", "0000-00-00 00:00"]
ZONES = ["(UTC)", "(Europe/Berlin)", "UTC+99"]
WORDS = st.sampled_from([*CUES, *TIMES, *ZONES])


@given(st.one_of(st.text(), st.lists(WORDS, max_size=8).map(" ".join)), st.integers(0, 4_000_000_000_000_000))
def test_any_text_gives_none_or_a_time_within_reach(text: str, now: int) -> None:
    found = parse_reset(text, now)
    if found is not None:
        assert now - SLACK / timedelta(microseconds=1) <= found <= now + HORIZON / timedelta(microseconds=1)
