"""What a pane shows at one moment, and the questions that one screen can answer. Pure.

A capture that failed or came back crippled is a `StaleCapture`: it never looks like an empty or a quiet screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.errors import Unavailable
from cockpit.base.records import dataclass

PROMPT_MARKS = "$#%>❯➜λ"
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[@-Z\\-_=>])|[\x0e\x0f]"
)
_BOXES = re.compile(r"[\s\u00a0\u2500-\u259f]+")  # white space, and the lines that boxes are drawn with

# Three lines: the name of the process and the title may hold anything but a line end.
STATE_FORMAT = (
    "#{pid} #{pane_width} #{pane_height} #{cursor_x} #{cursor_y} #{cursor_flag} #{alternate_on} #{pane_in_mode}"
    " #{history_size} #{pane_dead} #{pane_pid} #{window_id} #{pane_tty}\n#{pane_current_command}\n#{pane_title}"
)


class StaleCapture(Unavailable):
    """The pane could not be read just now: what was known of it is old, and nothing new is known."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One capture. `lines` hold no line ends; positions count from 0, left and top."""

    pane_id: str
    window_id: str
    lines: tuple[str, ...]
    title: str
    command: str  # name of the foreground process, as tmux guesses it
    cursor: tuple[int, int]  # column, row of the visible part
    cursor_shown: bool
    size: tuple[int, int]  # columns, rows
    alternate: bool  # the alternate screen, as full-screen programs use it
    in_mode: bool  # a person scrolls back: keys would go to tmux, not to the program
    history: int  # lines above the visible ones
    pid: int
    tty: str  # the pane's terminal, a path on its host
    dead: bool
    escapes: bool  # do the lines hold SGR escapes?
    taken_at: Micros

    @property
    def text(self) -> str:
        """The lines, stripped on the right, empty last ones dropped."""
        return "\n".join(trimmed(self.lines))

    @property
    def plain(self) -> str:
        """`text` without escapes."""
        return strip_escapes(self.text) if self.escapes else self.text

    @property
    def digest(self) -> str:
        """A hash of what a person reads: two screens with the same digest say the same."""
        import hashlib  # half a megabyte, for those who compare screens

        return hashlib.blake2b(self.plain.encode("utf-8", "replace"), digest_size=16).hexdigest()

    def before_cursor(self) -> str:
        """What stands up to the cursor; only for captures of the visible screen."""
        column, row = self.cursor
        upper = [strip_escapes(line) for line in self.lines[: row + 1]]
        current = upper.pop() if len(upper) > row else ""
        return "\n".join([*upper, _first_columns(current, column)])

    def at_shell_prompt(self, marks: str = PROMPT_MARKS) -> bool:
        """Does the cursor stand right behind one of the prompt's last characters, with nothing after it?"""
        if self.alternate or self.dead or self.cursor[1] >= len(self.lines):
            return False
        line = self.before_cursor().rpartition("\n")[2].replace("\u00a0", " ")
        stripped = line.rstrip(" ")
        rest = strip_escapes(self.lines[self.cursor[1]])[len(line) :].strip()
        return bool(stripped) and stripped[-1] in marks and len(line) - len(stripped) <= 1 and not rest


def parse_screen(
    pane_id: str, captured: str, state: str, *, taken_at: Micros, escapes: bool, wanted: int | None
) -> tuple[Screen, int]:
    """The screen in tmux's two answers, and the pid of the server that gave them.

    `wanted`: the last so many lines, scrollback included; None for what is visible. Raises StaleCapture when the
    answers don't belong together.
    """
    try:
        numbers, command, title = state.split("\n", 2)
        *fields, window_id, tty = numbers.split(" ")
        server_pid, width, height, x, y, shown, alternate, in_mode, history, dead, pid = (
            int(field or 0) for field in fields
        )
    except ValueError:
        raise StaleCapture(f"tmux did not say what pane {pane_id} is like") from None
    lines = captured.split("\n")
    if len(lines) < height or (wanted is None and len(lines) != height):
        raise StaleCapture(f"tmux gave {len(lines)} lines of pane {pane_id}, which has {height}")
    if wanted is not None:
        lines = trimmed(lines[-height:] if alternate else lines)[-wanted:]
    screen = Screen(
        pane_id, window_id, tuple(lines), title, command, (x, y), bool(shown), (width, height), bool(alternate),
        bool(in_mode), history, pid, tty, bool(dead), escapes, taken_at,
    )  # fmt: skip
    return screen, server_pid


def trimmed(lines: Sequence[str]) -> list[str]:
    """Lines stripped on the right, without the empty ones at the end."""
    stripped = [line.rstrip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def strip_escapes(text: str) -> str:
    """`text` without SGR, OSC 8 and other escapes."""
    return _ESCAPES.sub("", text) if "\x1b" in text or "\x0e" in text or "\x0f" in text else text


def squashed(text: str) -> str:
    """`text` without white space and box lines: the same whether a composer wraps and frames it or not."""
    return _BOXES.sub("", text)


def _first_columns(line: str, columns: int) -> str:
    """The characters in the first `columns` cells; combining ones stay with what they are combined with."""
    if line.isascii():
        return line[:columns]
    used = 0
    for index, character in enumerate(line):
        used += _cells(character)
        if used > columns:
            return line[:index]
    return line


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
