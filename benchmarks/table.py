"""How every benchmark tells its result: a table with ratio and limit for people, one line of JSON for scripts."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; `ratio` is held against `limit` where there is one.

    `at_most` says on which side of the limit it has to be.
    """

    what: str
    value: str
    ratio: float | None = None
    limit: float | None = None
    at_most: bool = True

    @property
    def holds(self) -> bool | None:
        if self.ratio is None or self.limit is None:
            return None
        return self.ratio <= self.limit if self.at_most else self.ratio >= self.limit


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The parser that all benchmarks share: `--json`."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of the table")
    return parser


def tell(title: str, rows: Sequence[Row], *, as_json: bool) -> int:
    """Print the result; returns the exit code: 1 when a limit is missed."""
    if as_json:
        print(json.dumps({"title": title, "rows": [{**asdict(row), "holds": row.holds} for row in rows]}))
    else:
        print(_table(title, rows), flush=True)
    return int(any(row.holds is False for row in rows))


def _table(title: str, rows: Sequence[Row]) -> str:
    cells = [("", "measured", "ratio", "limit", "")]
    for row in rows:
        sign = "<=" if row.at_most else ">="
        cells.append((
            row.what,
            row.value,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            "" if row.limit is None else f"{sign} {row.limit:g}",
            {None: "", True: "ok", False: "MISSED"}[row.holds],
        ))  # fmt: skip
    widths = [max(len(cell[i]) for cell in cells) for i in range(5)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip()
        for cell in cells
    ]
    return "\n".join([title, "-" * len(title), *lines, ""])


def microseconds(function: Callable[[], object], times: int) -> float:
    """The median of `times` calls, in microseconds."""
    return statistics.median(_once(function) for _ in range(times)) * 1e6


def _once(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start
