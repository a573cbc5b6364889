"""Names of keys, and texts that may be typed.

tmux types a key name that it does not know as plain letters: `send-keys Entr` would answer a question with "Entr".
So names are checked here first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cockpit.base.errors import UsageError

_NAMED = frozenset(
    """Enter Escape Tab BTab Space BSpace Up Down Left Right Home End PageUp PgUp PPage PageDown PgDn NPage
    Insert IC Delete DC F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12""".split()  # noqa: SIM905  # a list is hard to read
)
_OTHER_NAMES = {"Esc": "Escape", "Return": "Enter", "Backspace": "BSpace"}
_MODIFIERS = {"Ctrl": "C", "Alt": "M", "Meta": "M", "Shift": "S"}
_KEY = re.compile(r"((?:(?:C|M|S|Ctrl|Alt|Meta|Shift)-)*)(.+)", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def key_name(key: str) -> str:
    """tmux's name for `C-c`, `Escape`, `M-Enter`, `F5`, `y`. Raises UsageError for anything else."""
    found = _KEY.fullmatch(key)
    modifiers = [_MODIFIERS.get(modifier, modifier) for modifier in found[1].split("-")[:-1]] if found else []
    name = _OTHER_NAMES.get(found[2], found[2]) if found else ""
    known = name in _NAMED or (len(name) == 1 and name.isprintable())
    if not known:
        raise UsageError(
            f"'{key}' is not a key; write C-c, M-x, Enter, Escape, Tab, Up, F5, or one character"
        )
    return "-".join([*modifiers, name])


def key_names(keys: Sequence[str]) -> list[str]:
    """All of them; nothing is sent when one is wrong."""
    return [key_name(key) for key in keys]


def typeable(text: str) -> str:
    """`text` as it may be typed: line ends are `\\n`, tabs stay, other control characters go.

    An escape character would reach the program as a key, and could end a bracketed paste before its time.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
