"""A page of docs/ that is made from the code: written anew, or with --check compared with the one that stands there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(page: str, reference: Callable[[], str], arguments: list[str]) -> int:
    """Write what `reference` returns to `page` (a path from the top); with --check 1 when it is stale."""
    path, text = os.path.join(TOP, page), reference()
    if "--check" not in arguments:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    try:
        with open(path, encoding="utf-8") as file:
            stands = file.read()
    except FileNotFoundError:
        stands = ""
    if stands != text:
        print(f"{page} is stale; run python tools/{os.path.basename(sys.argv[0])}", file=sys.stderr)
    return int(stands != text)
