"""Times and durations as people and scripts write them.

Times leave as RFC 3339, UTC, with microseconds and `Z`. Durations are `90`, `90s`, `10m`, `2h`, `1d`, `1h30m`.
"""

from __future__ import annotations

import re
import time

from cockpit.base.clock import Micros
from cockpit.base.errors import UsageError

SECOND: Micros = 1_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DAY = re.compile(r"(today|tomorrow)\s+(\d{1,2}):(\d{2})", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def rfc3339(when: Micros) -> str:
    """`2026-01-14T10:42:16.000000Z` for microseconds since the epoch."""
    seconds, micros = divmod(when, SECOND)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{micros:06d}Z"


def rfc3339_or_none(when: Micros | None) -> str | None:
    """As `rfc3339`; None stays None."""
    return None if when is None else rfc3339(when)


def parse_duration(text: str) -> float:
    """Seconds for `90`, `90s`, `10m`, `2h`, `1d` or a sum like `1h30m`.

    Raises UsageError for anything else, and for negative values.
    """
    stripped = text.strip().lower()
    try:
        seconds = float(stripped)
    except ValueError:
        parts = _PART.findall(stripped)
        if not parts or "".join(n + u for n, u in parts) != stripped:
            raise _bad_duration(text) from None
        seconds = sum(float(n) * _UNITS[u] for n, u in parts)
    if not 0 <= seconds < 1e10:
        raise _bad_duration(text)
    return seconds


def _bad_duration(text: str) -> UsageError:
    return UsageError(f"'{text}' is not a duration; write 90, 90s, 10m, 2h or 1d")


def format_duration(seconds: float) -> str:
    """The largest two units: `45s`, `12m`, `1h 5m`, `2d 3h`."""
    left = max(0, int(seconds))
    if left < 60:
        return f"{left}s"
    if left < 3600:
        return f"{left // 60}m"
    big, small, size = ("d", "h", 86400) if left >= 86400 else ("h", "m", 3600)
    rest = (left % size) // (size // 24 if big == "d" else 60)
    return f"{left // size}{big}" + (f" {rest}{small}" if rest else "")


def parse_time(text: str, now: Micros) -> Micros:
    """Microseconds for an RFC 3339 time, `2026-01-14 10:42`, `tomorrow 9:00`, or the next `10:42` on the local clock.

    Raises UsageError for anything else.
    """
    from datetime import datetime, timedelta

    stripped = text.strip()
    # Without a zone: a day ahead is the same time on the wall, also across the change to summer time.
    local_now = datetime.fromtimestamp(now / SECOND).astimezone().replace(tzinfo=None)
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", stripped):
            hour, minute = map(int, stripped.split(":"))
            when = local_now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            when += timedelta(days=1) if when <= local_now else timedelta(0)
        elif day := _DAY.fullmatch(stripped):
            when = local_now.replace(hour=int(day[2]), minute=int(day[3]), second=0, microsecond=0)
            when += timedelta(days=1) if day[1].lower() == "tomorrow" else timedelta(0)
        else:
            when = datetime.fromisoformat(stripped)
        when = when if when.tzinfo else when.astimezone()
    except (ValueError, OverflowError):  # the second for a local time at the end of all time
        raise UsageError(
            f"'{text}' is not a time; write 10:42, tomorrow 9:00, 2026-01-14 10:42 or 2026-01-14T10:42:16Z"
        ) from None
    return round(when.timestamp() * SECOND)
