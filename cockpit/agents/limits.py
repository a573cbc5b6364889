"""When does a usage limit end? Reads the words of agents: "resets 3pm (Europe/Berlin)", "try again in 2 hours".

Pure: `now` is when the words were first seen and `zone` is where they were printed, so the same words always give the
same time. What can't be read gives None: the caller then waits by its own rule instead of guessing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from cockpit.base.clock import Micros
from cockpit.base.times import SECOND

SLACK = timedelta(minutes=10)
"""A clock time that passed less than this ago is meant as passed, not as tomorrow's: the screen was read late."""

HORIZON = timedelta(days=32)
"""Limits are hours, weeks, at most a month long; a time beyond that was misread."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AMOUNT = r"\d{1,6}(?:\.\d{1,6})?\s*(?:weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b"
_ABOUT = r"(?:about |approximately |~ ?)?"
_IN = re.compile(
    rf"\b(?:in|after|for|within)\s+{_ABOUT}"
    rf"((?:an?|one) (?:hour|minute|day|week)\b|{_AMOUNT}(?:(?:,|\s|and)*{_AMOUNT})*)",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhms])", re.IGNORECASE)
_GLUED = re.compile(r"(?<=\d)([wdhms])(?=\d)", re.IGNORECASE)
_EPOCH = re.compile(r"(?:\||\bat |\bresets?[ :=]+)(\d{10})(\d{3})?\b", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z\b|UTC\b|[+-]\d\d:?\d\d)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_CLOCK = re.compile(
    r"\b(?:(noon|midnight)|(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap])\.?m\b\.?|([01]?\d|2[0-3]):([0-5]\d)\b)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}})\b)?", re.IGNORECASE
)
_DATE_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+({'|'.join(_MONTHS)})[a-z]*\.?(?:,?\s+(\d{{4}})\b)?", re.IGNORECASE
)
_WEEKDAY = re.compile(rf"\b({'|'.join(_DAYS)})(?:[a-z]*day)?\b", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:resets?|reset|until|again|retry|available|renews?|refresh(?:es)?|back)\b", re.IGNORECASE
)
_OFFSET = re.compile(r"\b(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?(\d\d))?\b")
_NAMED = re.compile(r"\b([A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]*\d*){1,2})")
_SHORT = re.compile(r"\b(UTC|GMT|[ECMP][SD]T|CES?T|EES?T|WES?T|BST|MSK|IST|JST|KST|AE[SD]T|Z)\b")
_HOURS = {
    "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "WET": 0, "WEST": 1, "BST": 1, "MSK": 3, "IST": 5.5, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11,
}  # fmt: skip


def parse_reset(text: str, now: Micros, zone: tzinfo = UTC) -> Micros | None:
    """When the limit that `text` tells of ends, in microseconds since the epoch; None if it doesn't say.

    `zone` is used where the text names none. A time without a date is the next one. Never before `now` less SLACK
    and never after `now` plus HORIZON.
    """
    try:
        here = datetime.fromtimestamp(now / SECOND, UTC)
        when = (
            _epoch(text)
            or _iso(text, zone)
            or _relative(text, here)
            or _clock(text, here, _zone(text) or zone)
        )
        if when is None or not here - SLACK <= when <= here + HORIZON:
            return None
        return round(when.timestamp() * SECOND)
    except (ValueError, OverflowError):  # 31 February, the year 10000
        return None


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.search(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _iso(text: str, zone: tzinfo) -> datetime | None:
    found = _ISO.search(text)
    if not found:
        return None
    when = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    if not found[3]:
        return when.replace(tzinfo=_zone(text) or zone).astimezone(UTC)
    offset = "+00:00" if found[3] in ("Z", "UTC") else found[3]
    return datetime.fromisoformat(f"{when.isoformat()}{offset}")


def _relative(text: str, here: datetime) -> datetime | None:
    found = _IN.search(_GLUED.sub(r"\1 ", text))
    if not found:
        return None
    words = re.sub(r"^(?:an?|one) ", "1 ", found[1], flags=re.IGNORECASE)
    seconds = sum(float(amount) * _UNITS[unit.lower()] for amount, unit in _PART.findall(words))
    return here + timedelta(seconds=seconds)


def _clock(text: str, here: datetime, zone: tzinfo) -> datetime | None:
    """A time of day, with a date, a weekday or "tomorrow" beside it; only after a word that speaks of the reset."""
    cue = _CUE.search(text)
    if not cue:
        return None
    tail = text[cue.start() : cue.start() + 120]
    time = _CLOCK.search(tail)
    date = _date(tail)
    if not time and not date:
        return None
    hour, minute = _hour(time) if time else (0, 0)
    local = here.astimezone(zone)
    return (_on_date(date, local, hour, minute) if date else _next(tail, local, hour, minute)).astimezone(UTC)


def _hour(found: re.Match[str]) -> tuple[int, int]:
    if found[1]:
        return (12 if found[1].lower() == "noon" else 0), 0
    if found[4]:
        if not 1 <= int(found[2]) <= 12:
            raise ValueError(found[0])
        return int(found[2]) % 12 + (12 if found[4].lower() == "p" else 0), int(found[3] or 0)
    return int(found[5]), int(found[6])


def _date(text: str) -> tuple[int, int, int | None] | None:
    """(month, day, year or None)."""
    if found := _DATE.search(text):
        month, day, year = found[1], found[2], found[3]
    elif found := _DATE_FIRST.search(text):
        day, month, year = found[1], found[2], found[3]
    else:
        return None
    return _MONTHS.index(month.lower()[:3]) + 1, int(day), int(year) if year else None


def _on_date(date: tuple[int, int, int | None], local: datetime, hour: int, minute: int) -> datetime:
    month, day, year = date
    when = local.replace(
        year=year or local.year, month=month, day=day, hour=hour, minute=minute, second=0, microsecond=0
    )
    return when.replace(year=when.year + 1) if year is None and when < local - timedelta(days=180) else when


def _next(text: str, local: datetime, hour: int, minute: int) -> datetime:
    """The next such time of day, or the one of the weekday that is named."""
    when = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if re.search(r"\btomorrow\b", text, re.IGNORECASE):
        return when + timedelta(days=1)
    if day := _WEEKDAY.search(text):
        when += timedelta(days=(_DAYS.index(day[1].lower()) - when.weekday()) % 7)
        return when + timedelta(days=7) if when < local - SLACK else when
    return when + timedelta(days=1) if when < local - SLACK else when


def _zone(text: str) -> tzinfo | None:
    """The zone that the text names: UTC+2, Europe/Berlin, PST."""
    if found := _OFFSET.search(text):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset)
    if found := _NAMED.search(text):
        return _iana(found[1])
    if found := _SHORT.search(text):
        return timezone(timedelta(hours=_HOURS[found[1]]))
    return None


def _iana(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None
