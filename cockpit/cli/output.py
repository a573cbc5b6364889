"""How answers are printed: one JSON document, or text for people, coloured on a terminal only."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STYLES = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
}  # fmt: skip


def emit(document: Any) -> None:
    """Print one JSON document on one line; characters that the terminal's encoding lacks are escaped."""
    import json

    plain = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not plain)
    print(text.encode("utf-8", "replace").decode() if plain else text)


def say(text: str) -> None:
    """Print text for a person; what the encoding lacks becomes `?`."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))


def clean(text: str) -> str:
    """`text` on one line and without control characters: what agents write must not command the terminal."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """`text` with a space for every control character, tabs and newlines included."""
    return "".join(char if char.isprintable() else " " for char in text)


def coloured() -> bool:
    """Is colour wanted: a terminal, no NO_COLOR, not a dumb one?"""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, *styles: str) -> str:
    """`text` in `styles` where colour is wanted."""
    if not styles or not coloured():
        return text
    return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"


def confirm(question: str, *, yes: bool) -> bool:
    """Ask on the terminal, unless `yes`. Raises UsageError where there is no terminal to ask on."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        from cockpit.base.errors import UsageError

        raise UsageError(f"{question} there is no terminal to ask on: give --yes; nothing was done")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
