"""The environment that tmux gets: clean and small.

The server keeps the environment of whoever started it first and hands it to every window: an agent must not see the
first starter's secrets, virtualenv or terminal. What an attempt needs comes from its own file instead.
"""

from __future__ import annotations

import os
import sys

_KEPT = ("PATH", "HOME", "SHELL", "USER", "LOGNAME")
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def clean_environment() -> dict[str, str]:
    """PATH, HOME, SHELL, USER, LOGNAME, TERM and a UTF-8 locale; nothing else of ours."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": _DEFAULT_PATH, "HOME": "/", "TERM": "xterm-256color", **kept, "LANG": _utf8_locale()}


def _utf8_locale() -> str:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = os.environ.get(name, "")
        if "utf-8" in value.lower() or "utf8" in value.lower():
            return value
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
