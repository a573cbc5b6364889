"""How words reach tmux unharmed: as arguments of a process, and as targets.

tmux reads an argument that ends in `;` as the end of a command, expands `#{...}` and `%` in names, folders and shell
commands, and gives `.` and `:` a meaning in targets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAFE_PATH = re.compile(r"[A-Za-z0-9/_.-]+")
_SAFE_NAME = re.compile(r"[A-Za-z0-9_-]+")
_ID = re.compile(r"[@%$]\d+")


def process_argument(word: str) -> str:
    """`word` as one argument of a tmux process: a `;` at its end would end the command."""
    return word[:-1] + "\\;" if word.endswith(";") else word


def command_sequence(commands: Sequence[Sequence[str]]) -> list[str]:
    """Several commands as the arguments of one tmux process."""
    words = [word for command in commands for word in (*map(process_argument, command), ";")]
    return words[:-1]


def window_command(argv: Sequence[str]) -> list[str]:
    """`argv` for new-window, run without a shell in between.

    One word alone would be read by a shell, so it goes through `sh -c 'exec "$0"'`. Raises ValueError when empty.
    """
    if not argv:
        raise ValueError("a window needs a command")
    return list(argv) if len(argv) > 1 else ["/bin/sh", "-c", 'exec "$0"', argv[0]]


def safe_path(path: str) -> str:
    """`path`, which tmux and a shell may read as it stands. Raises ValueError for any other character."""
    if not _SAFE_PATH.fullmatch(path):
        raise ValueError(f"not a path that tmux can be given: {path!r}")
    return path


def safe_name(name: str) -> str:
    """`name`, which means nothing special in a tmux target. Raises ValueError otherwise."""
    if not _SAFE_NAME.fullmatch(name):
        raise ValueError(f"not a name for a tmux window: {name!r}")
    return name


def tmux_id(text: str) -> str:
    """`@3`, `%5` or `$1`. Raises ValueError for anything else: a target by name can hit the wrong thing."""
    if not _ID.fullmatch(text):
        raise ValueError(f"not a tmux id: {text!r}")
    return text


def control_argument(word: str) -> str:
    """`word` as one argument of a control-mode line, which tmux parses like its configuration file.

    Single quotes hold everything but themselves and line ends. Raises ValueError for NUL, which tmux can't take.
    """
    if "\0" in word:
        raise ValueError("tmux can't be given a NUL character")
    quoted = word.replace("'", "'\\''")
    return "'" + quoted.replace("\n", "'\"\\n\"'").replace("\r", "'\"\\r\"'") + "'"


def control_line(*commands: Sequence[str]) -> bytes:
    """Commands as control mode reads them, carried out without a pause in between; the newline included."""
    line = " ; ".join(" ".join(control_argument(word) for word in words) for words in commands)
    return line.encode("utf-8", "surrogateescape") + b"\n"
