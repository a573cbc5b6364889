"""Counts: digits before a key, as in `5j`."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

_MOST = 999_999_999


@runtime_checkable
class Counted(Protocol):
    """A screen that takes digits."""

    typed: Count


class Count:
    """What was typed so far; whoever does something takes it."""

    def __init__(self) -> None:
        self.value = 0

    def press(self, digit: str) -> bool:
        """Take a digit; False where it is none, or a zero that begins nothing."""
        if not (digit.isascii() and digit.isdigit()) or (digit == "0" and not self.value):
            return False
        self.value = min(_MOST, self.value * 10 + int(digit))
        return True

    def take(self) -> int:
        """The number, 0 where none was typed; it is used up."""
        value, self.value = self.value, 0
        return value


def take_count(screen: object) -> int:
    """The count that was typed on a screen, used up; 0 where there is none."""
    return screen.typed.take() if isinstance(screen, Counted) else 0
