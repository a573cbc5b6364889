"""Job ids: `113754-a2f5` is the UTC time of day (HHMMSS) and random hex digits.

Ids stay unique for ever; on a collision the hex part grows. `agent:<project>:<id>`, as enqueue prints it, names the
same job, and so does any part of an id that fits only one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Set

from cockpit.base.clock import Micros

_DIGITS = (4, 4, 4, 6, 6, 6, 8, 8, 8, 12, 12, 12)


def clock_part(now: Micros) -> str:
    """`113754` for 11:37:54 UTC."""
    return time.strftime("%H%M%S", time.gmtime(now // 1_000_000))


def new_ids(
    now: Micros,
    count: int,
    taken: Callable[[Set[str]], Set[str]],
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> list[str]:
    """`count` ids that nobody has: four digits while that works, then longer.

    `taken` is asked about many candidates at once and returns those of them that are in use.
    """
    prefix = clock_part(now)
    ids: list[str] = []
    for digits in _DIGITS:
        drawn = random_bytes((count - len(ids)) * digits // 2).hex()
        candidates = {f"{prefix}-{drawn[i : i + digits]}" for i in range(0, len(drawn), digits)}
        candidates.difference_update(ids)
        ids += candidates - taken(candidates)
        if len(ids) == count:
            return ids
    raise AssertionError("48 random bits collided three times")


def bare_id(text: str) -> str:
    """The id (or part of one) in what a person typed or pasted."""
    return text.strip().rpartition(":")[2].lower()
