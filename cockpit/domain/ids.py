"""Job ids: `113754-a2f5` is the UTC time of day (HHMMSS) and random hex digits.

Ids stay unique for ever; on a collision the hex part grows. `agent:<project>:<id>`, as enqueue prints it, names the
same job, and so does any part of an id that fits only one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container

from cockpit.base.clock import Micros

_DIGITS = (4, 6, 8, 12)


def clock_part(now: Micros) -> str:
    """`113754` for 11:37:54 UTC."""
    return time.strftime("%H%M%S", time.gmtime(now // 1_000_000))


def _random_bits(count: int) -> int:
    """`count` random bits (a multiple of 8); the module `random` costs more to import than all ids together."""
    return int.from_bytes(os.urandom(count // 8), "big")


def new_id(now: Micros, taken: Container[str], bits: Callable[[int], int] | None = None) -> str:
    """An id that is not in `taken`: four digits while that works, then longer."""
    bits = bits or _random_bits
    prefix = clock_part(now)
    for digits in _DIGITS:
        for _ in range(3):
            candidate = f"{prefix}-{bits(digits * 4):0{digits}x}"
            if candidate not in taken:
                return candidate
    raise AssertionError("48 random bits collided nine times")


def bare_id(text: str) -> str:
    """The id (or part of one) in what a person typed or pasted."""
    return text.strip().rpartition(":")[2].lower()
