"""What the dashboard's panels say: each a function of a report, what is so now, and the room that there is.

A panel is drawn as lines of parts; plots share one shape: a label with its number on the left, columns on the right,
and the time below them all. Each number stands there as text, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import Priority
from cockpit.domain.load import level_of
from cockpit.domain.statistics import DAY, HOUR, MINUTE, Group, Report, Spread
from cockpit.tui import plotting
from cockpit.tui.overview import Overview
from cockpit.tui.own_keys import with_keys
from cockpit.tui.parts import Lines, Part
from cockpit.tui.plotting import Values
from cockpit.tui.words import LEVELS, cut, plain, plural

LABEL = 17
_PRIORITIES = {
    Priority.CRITICAL: "t--failed",
    Priority.HIGH: "t--blocked",
    Priority.NORMAL: "t--plain",
    Priority.LOW: "t--muted",
}


@dataclass(frozen=True, slots=True)
class Range:
    """A length of time that can be looked at: its name, how it is told, how it is asked for."""

    name: str
    words: str
    length: Micros
    width: Micros


RANGES = (
    Range("1 h", "the last hour", HOUR, MINUTE),
    Range("24 h", "the last 24 hours", DAY, 5 * MINUTE),
    Range("7 d", "the last 7 days", 7 * DAY, 30 * MINUTE),
)


@dataclass(frozen=True, slots=True)
class Series:
    """One row of columns or more: `values` up to `top`; `notes` go below the label where there is room."""

    label: str
    number: str
    values: Values
    top: float
    pen: str | Callable[[float], str]
    merge: Callable[[Sequence[float]], float]
    notes: tuple[str, ...] = ()
    weight: int = 1


def load_lines(report: Report, now: Overview, width: int, height: int) -> Lines:
    """Load over time: the score tall, what it is made of in a row each."""
    course = report.course
    score = _last(course.score)
    if score is None:
        return _empty(_no_load(now), width, height)
    known = [value for value in course.score if value is not None]
    parts = (("cpu", course.cpu), ("memory", course.memory), ("queue", course.queue))
    notes = (level_of(score).value, f"most {max(known):.2f}")
    return plot(
        [
            Series("load", f"{score:.2f}", course.score, 1, _level_pen, plotting.mean, notes, 4),
            *(
                Series(name, f"{_last(values) or 0:.0%}", values, 1, "t--plain", plotting.mean)
                for name, values in parts
            ),
        ],
        report, width, height,
    )  # fmt: skip


def queue_lines(report: Report, now: Overview, width: int, height: int) -> Lines:
    """Slots in use, and how many jobs waited, by priority; all priorities on one scale."""
    course, used = report.course, now.counts.slots_used
    if _last(course.slots) is None:
        return _empty(_no_load(now), width, height)
    slots = max(now.slots, *(value or 0 for value in course.slots))
    deepest = max((value or 0 for values in course.pending for value in values), default=0)
    busy = max((value or 0 for value in course.slots_used), default=0)
    pen = "t--blocked" if used >= now.slots else "t--working"
    return plot(
        [
            Series("slots", f"{used}/{now.slots}", course.slots_used, slots, pen, max, (f"most {busy}",), 2),
            *(
                Series(
                    priority.label, f"{now.counts.pending[priority]:,}", values, deepest, _PRIORITIES[priority], max,
                    (f"most {max(value or 0 for value in values):,}",),
                )
                for priority, values in zip(Priority, course.pending, strict=True)
            ),
        ],
        report, width, height,
    )  # fmt: skip


def ends_lines(report: Report, words: str, width: int, height: int) -> Lines:
    """Throughput: how many jobs completed, failed, were killed and, if there are such, cancelled."""
    ends, total = report.ends, report.total
    if not (total.completed or total.failed or total.killed or total.cancelled):
        return _empty(
            f"No job has ended in {words}. {with_keys(_NEXT)}",
            width,
            height,
        )
    hours = (report.window.until - report.window.since) / HOUR
    wanted = [
        ("completed", ends.completed, total.completed, "t--working", 4),
        ("failed", ends.failed, total.failed, "t--failed", 1),
        ("killed", ends.killed, total.killed, "t--muted", 1),
    ]
    if total.cancelled:
        wanted.append(("cancelled", ends.cancelled, total.cancelled, "t--muted", 1))
    top = _highest([values for _, values, *_ in wanted], report, width)
    return plot(
        [
            Series(name, f"{count:,}", values, top, pen, plotting.sums, _rate(count, hours), weight)
            for name, values, count, pen, weight in wanted
        ],
        report, width, height,
    )  # fmt: skip


def _rate(count: int, hours: float) -> tuple[str, ...]:
    rate = count / hours
    return (f"{rate:,.0f} an hour" if rate >= 10 or not rate else f"{rate:.1f} an hour",)


def failure_lines(report: Report, words: str, width: int, height: int) -> Lines:
    """How many failed and were tried again, and why, the most frequent first."""
    total = report.total
    if not (total.failed or total.retries):
        return _empty(f"Nothing failed in {words}, and nothing was tried again.", width, height)
    failed = (plural(total.failed, "job") + " failed", "t--failed" if total.failed else "t--muted")
    lines: Lines = [[failed, (f"   {plural(total.retries, 'retry', 'retries')}", "t--plain")]]
    most = max((count for _, count in report.reasons), default=1)
    bar = max(6, min(24, width // 4))
    for reason, count in report.reasons:
        full = max(1, round(count / most * bar))
        lines.append(
            [(f"{count:>6,} ", "t--strong"), ("█" * full, "t--failed"), (" " * (bar - full + 1), ""),
             (cut(plain(reason) or "no reason", max(0, width - bar - 8)), "t--plain")]
        )  # fmt: skip
    return _shortened(lines, height, "reason")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table; where it is too narrow, the one with the highest `drop` goes first."""

    title: str
    width: int
    cell: Callable[[Group], str]
    drop: int = 0


_CANCELLED = Column("cancelled", 11, lambda group: f"{group.cancelled:,}", 4)
_COLUMNS = (
    Column("done", 8, lambda group: f"{group.completed:,}"),
    Column("failed", 8, lambda group: f"{group.failed:,}"),
    Column("killed", 8, lambda group: f"{group.killed:,}", 2),
    _CANCELLED,
    Column("retries", 9, lambda group: f"{group.retries:,}", 1),
    Column("waited", 10, lambda group: _median(group.waiting)),
    Column("95 %", 9, lambda group: _p95(group.waiting)),
    Column("ran", 10, lambda group: _median(group.running)),
    Column("95 %", 9, lambda group: _p95(group.running)),
    Column("in all", 10, lambda group: span(group.running.total) if group.running.count else "-", 3),
)
_NAME = 12
_NEXT = "Press {enqueue} to enqueue one, {range_longer} to look further back."


def times_lines(report: Report, by: str, words: str, width: int, height: int) -> Lines:
    """Waiting and running times, all together and by project or user; a bar shows who had the most."""
    if not report.groups:
        text = f"No job has started or ended in {words}. {with_keys(_NEXT)}"
        return _empty(text, width, height)
    columns = [column for column in _COLUMNS if column is not _CANCELLED or report.total.cancelled]
    while (
        len(columns) > 1 and _NAME + sum(column.width for column in columns) > width and _droppable(columns)
    ):
        columns.remove(max(columns, key=lambda column: column.drop))
    taken = sum(column.width for column in columns)
    name = max(_NAME, min(24, width - taken))
    bar = min(30, width - taken - name - 2)
    longest = max(group.running.total for group in report.groups) or 1
    header = cut(by, name) + "".join(f"{column.title:>{column.width}}" for column in columns)
    lines: Lines = [[(header, "t--muted")], _row("all", report.total, columns, name, "t--strong")]
    for group in report.groups:
        line = _row(plain(group.name), group, columns, name, "t--plain")
        full = round(group.running.total / longest * bar * 8) if bar >= 8 else 0
        lines.append([*line, ("  " + "█" * (full // 8) + " ▏▎▍▌▋▊▉"[full % 8], "t--idle")] if full else line)
    return _shortened(lines, height, by)


def _droppable(columns: Sequence[Column]) -> bool:
    return any(column.drop for column in columns)


def _row(title: str, group: Group, columns: Sequence[Column], name: int, pen: str) -> list[Part]:
    cells = "".join(f"{column.cell(group):>{column.width}}" for column in columns)
    return [(cut(title, name), pen), (cells, pen)]


def _median(spread: Spread) -> str:
    return span(spread.median) if spread.count else "-"


def _p95(spread: Spread) -> str:
    return span(spread.p95) if spread.count else "-"


def span(micros: Micros) -> str:
    """`<1s`, `12s`, `3m 5s`, `1h 5m`, `2d 3h`."""
    seconds = micros / SECOND
    if 0 < seconds < 1:
        return "<1s"
    if 60 <= seconds < 600:
        minutes, rest = divmod(int(seconds), 60)
        return f"{minutes}m {rest}s" if rest else f"{minutes}m"
    return format_duration(seconds)


# drawing


def plot(series: Sequence[Series], report: Report, width: int, height: int) -> Lines:
    """Labels, columns, and the time below."""
    fitted = plotting.fit(report.window.count, max(1, width - LABEL))
    shown, label = fitted.narrowed(report.window), max(LABEL, width - fitted.cells)
    rows = plotting.share_out(max(1, height - 1), [each.weight for each in series])
    lines = [
        line
        for each, count in zip(series, rows, strict=True)
        if count
        for line in _drawn(each, fitted, count, label)
    ]
    below = cut(f"column = {span(shown.width)}", label) + plotting.axis(shown, fitted.cells)
    return [*lines, [(below, "t--muted")]][:height]


def _drawn(series: Series, fitted: plotting.Fit, rows: int, width: int) -> Lines:
    values = plotting.merged(series.values, fitted.factor, series.merge)
    drawn = plotting.columns(values, series.top, rows, fitted.each)
    pens = [_pen_of(series, value) for value in values]
    labels = [
        (f"{series.label:<9}{series.number:>7} ", "t--plain"),
        *((f"  {note}", "t--muted") for note in series.notes),
    ]
    lines: Lines = []
    for row, text in enumerate(drawn):
        label, pen = labels[row] if row < len(labels) else ("", "")
        lines.append([(cut(label, width), pen), *_coloured(text, pens, fitted.each)])
    return lines


def _coloured(text: str, pens: Sequence[str], each: int) -> list[Part]:
    """The cells of one row, those of one pen together."""
    parts: list[Part] = []
    for place, pen in enumerate(pens):
        cells = text[place * each : (place + 1) * each]
        if parts and parts[-1][1] == pen:
            parts[-1] = (parts[-1][0] + cells, pen)
        else:
            parts.append((cells, pen))
    return parts


def _pen_of(series: Series, value: float | None) -> str:
    if not value:
        return "t--muted"
    return series.pen if isinstance(series.pen, str) else series.pen(value)


def _level_pen(score: float) -> str:
    return LEVELS[level_of(score)]


def _last(values: Values) -> float | None:
    """The newest that there is."""
    return next((value for value in reversed(values) if value is not None), None)


def _highest(all_values: Sequence[Values], report: Report, width: int) -> float:
    factor = plotting.fit(report.window.count, max(1, width - LABEL)).factor
    return max(
        (value or 0 for values in all_values for value in plotting.merged(values, factor, plotting.sums)),
        default=0,
    )


def _no_load(now: Overview) -> str:
    if now.node_runs:
        return "The first minute is being measured; from then on a column is added every minute."
    return (
        "Nothing was measured: no scheduler ran in this time. This cockpit becomes it when no other is there."
    )


def _shortened(lines: Lines, height: int, one: str) -> Lines:
    """Those that fit; the last line says how many do not."""
    if len(lines) <= height:
        return lines
    more = len(lines) - height + 1
    return [*lines[: max(0, height - 1)], [(f"… and {plural(more, one)} more", "t--muted")]]


def _empty(text: str, width: int, height: int) -> Lines:
    """A sentence in the middle."""
    folded = wrap(text, max(10, width - 4))
    above: Lines = [[] for _ in range(max(0, (height - len(folded)) // 2))]
    return [*above, *([(f"  {line}", "t--muted")] for line in folded)]
