"""The person's keys, for all words that name one: whoever writes "press e" asks here what to write.

One keymap for the process, as there is one person before it; the app sets it whenever the configuration is read, and
the registry of actions tells the usual keys when it is made (reasons that it holds name keys themselves). A
sentence takes a key by `key_for("enqueue")`; a constant names the action in braces, and is told through `with_keys`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "full_stop": ".",
    "comma": ",",
}
_NAMED = re.compile(r"\{(\w+)\}")
_usual: dict[str, str] = {}
_own: dict[str, str] = {}


def usual_keys(keys: Mapping[str, str]) -> None:
    """The keys of every action, by its id, for a person who has set none."""
    _usual.update(keys)


def use_keys(keymap: Mapping[str, str]) -> None:
    """These are the person's own keys from now on, by the action's id, as Textual names them."""
    _own.clear()
    _own.update(keymap)


def raw_keys(name: str, default: str = "") -> list[str]:
    """The keys of an action as Textual names them; `default` are those that a screen gives it."""
    return _own.get(name, default or _usual[name]).split(",")


def key_word(key: str) -> str:
    """How a key is told: `/`, `^p`, `esc`."""
    if key.startswith("ctrl+"):
        return f"^{_SHOWN.get(key[5:], key[5:])}"
    return _SHOWN.get(key, key)


def key_for(name: str) -> str:
    """The key of an action, as told: the first, where it has several."""
    return key_word(raw_keys(name)[0])


def with_keys(text: str) -> str:
    """The text, with a key in place of each action's id in braces."""
    return _NAMED.sub(lambda found: key_for(found[1]), text)
