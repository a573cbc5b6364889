"""One shape for every benchmark's words: a table of what was measured, then each ratio beside its limit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limit:
    """A ratio (or a share) and the most it may be; `least` turns it round."""

    name: str
    value: float
    limit: float
    least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit


def report(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    limits: Sequence[Limit],
    *,
    as_json: bool = False,
) -> None:
    """Print a Markdown table and the limits; with `as_json` one JSON line instead."""
    if as_json:
        print(json.dumps({"title": title, "rows": [dict(zip(head, row, strict=True)) for row in rows],
                          "limits": [asdict(limit) | {"kept": limit.kept} for limit in limits]}))  # fmt: skip
        return
    print(f"### {title}\n")
    if rows:
        _table(head, rows)
        print()
    if limits:
        _table(
            ("ratio", "measured", "limit", ""),
            [(limit.name, f"{limit.value:.2f}", f"{'>=' if limit.least else '<='} {limit.limit:g}",
              "kept" if limit.kept else "MISSED") for limit in limits],
        )  # fmt: skip
    print()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    line = lambda cells: "| " + " | ".join(str(c).ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"  # noqa: E731
    print(line(head))
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        print(line(row))
