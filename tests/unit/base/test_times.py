"""Times and durations: what is written is read back the same, and nonsense is told."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.errors import UsageError
from cockpit.base.times import (
    SECOND,
    format_duration,
    parse_duration,
    parse_time,
    rfc3339,
    rfc3339_or_none,
)

YEAR_2100 = 4_102_444_800 * SECOND
moments = st.integers(0, YEAR_2100)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Central European time, as a rule: it needs no time zone files."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def utc(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[misc,arg-type]


def test_rfc3339_has_microseconds_and_z() -> None:
    assert rfc3339(utc(2026, 1, 14, 10, 42, 16) + 7) == "2026-01-14T10:42:16.000007Z"
    assert rfc3339_or_none(None) is None
    assert rfc3339_or_none(0) == "1970-01-01T00:00:00.000000Z"


@given(moments)
def test_a_written_time_is_read_back_to_the_microsecond(when: int) -> None:
    assert parse_time(rfc3339(when), now=0) == when


@given(moments, moments)
def test_written_times_sort_as_the_times_do(one: int, other: int) -> None:
    assert (rfc3339(one) < rfc3339(other)) == (one < other)


@given(moments, st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_the_next_one_on_the_local_clock(now: int, hour: int, minute: int) -> None:
    when = parse_time(f"{hour}:{minute:02d}", now)
    assert now < when <= now + 86_400 * SECOND
    local = time.localtime(when // SECOND)
    assert (local.tm_hour, local.tm_min, local.tm_sec) == (hour, minute, 0)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 3, 28, 21, 0), utc(2026, 3, 29, 8, 42)),  # the night summer time begins
        (utc(2026, 10, 24, 20, 0), utc(2026, 10, 25, 9, 42)),  # the night it ends
        (utc(2026, 7, 1, 8, 41), utc(2026, 7, 1, 8, 42)),
        (utc(2026, 7, 1, 8, 42), utc(2026, 7, 2, 8, 42)),
    ],
)
def test_a_time_of_day_holds_across_summer_time(now: int, expected: int) -> None:
    assert parse_time("10:42", now) == expected


@pytest.mark.usefixtures("berlin")
def test_a_time_without_a_zone_is_local() -> None:
    assert parse_time("2026-01-14 10:42", now=0) == utc(2026, 1, 14, 9, 42)
    assert parse_time(" 2026-07-14T10:42:16+00:00 ", now=0) == utc(2026, 7, 14, 10, 42, 16)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "10:60", "2026-13-01", "10m", "1736851336"])
def test_what_is_no_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time; write 10:42"):
        parse_time(text, now=utc(2026, 1, 1))


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31 23:59:59"])
def test_the_ends_of_the_calendar_are_a_time_or_told(text: str) -> None:
    try:
        parse_time(text, now=0)
    except UsageError:
        pass


@given(st.text(max_size=30))
def test_no_text_makes_parse_time_fail_in_another_way(text: str) -> None:
    try:
        parse_time(text, now=utc(2026, 1, 1))
    except UsageError:
        pass


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        (" 1.5H ", 5400),
        ("0", 0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from("smhd")), min_size=1, max_size=4))
def test_a_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    assert parse_duration("".join(f"{n}{unit}" for n, unit in parts)) == sum(n * UNITS[u] for n, u in parts)


@pytest.mark.parametrize("text", ["", "-5", "-5m", "nan", "inf", "1e11", "m", "5x", "5 m", "1h-30m", "ten"])
def test_what_is_no_duration_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=f"'{re.escape(text)}' is not a duration; write 90"):
        parse_duration(text)


@given(st.text(max_size=20))
def test_any_text_is_a_usable_duration_or_a_usage_error(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except UsageError:
        return
    assert 0 <= seconds < 1e10


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (3900, "1h 5m"),
        (86399, "23h 59m"),
        (86400, "1d"),
        (183600, "2d 3h"),
    ],
)
def test_shown_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.integers(0, 10**8))
def test_a_shown_duration_is_right_to_its_last_unit(seconds: int) -> None:
    shown = format_duration(seconds)
    grain = 1 if seconds < 60 else 60 if seconds < 86400 else 3600
    assert 0 <= seconds - parse_duration(shown.replace(" ", "")) < grain
