"""What a terminal is sent: bell, notifications (OSC 9 and OSC 777), its title. Pure: text in, escape sequences out.

Inside tmux a notification travels in a passthrough sequence, or tmux would swallow it (`allow-passthrough` must be on
from tmux 3.3 on). A title needs none: tmux has titles of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.notify.happening import Notice, one_line

BELL = "\a"
PUSH_TITLE, POP_TITLE = "\x1b[22;0t", "\x1b[23;0t"
"""XTWINOPS: the terminal keeps its title, and takes it back."""
_ST = "\x1b\\"
_SHORT = 120  # characters: some terminals drop what is longer


def osc9(notice: Notice) -> str:
    """The notification that iTerm2, kitty, WezTerm, Ghostty, Windows Terminal and ConEmu know."""
    return f"\x1b]9;{one_line(f'{notice.title}: {notice.text}', _SHORT)}\a"


def osc777(notice: Notice) -> str:
    """The notification of rxvt, foot and the VTE terminals; a title and a text, between them a semicolon."""
    title = one_line(notice.title, _SHORT).replace(";", ",")
    return f"\x1b]777;notify;{title};{one_line(notice.text, _SHORT)}\a"


def through_tmux(sequence: str) -> str:
    """`sequence` as tmux hands it on to the terminal that it runs in."""
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}{_ST}"


def notification(way: str, notice: Notice, environ: Mapping[str, str]) -> str:
    """What to write for `way` ("osc9" or "osc777"), wrapped where tmux stands between."""
    sequence = osc777(notice) if way == "osc777" else osc9(notice)
    return through_tmux(sequence) if environ.get("TMUX") else sequence


def title(text: str) -> str:
    """Sets the window's title."""
    return f"\x1b]2;{one_line(text)}\a"
