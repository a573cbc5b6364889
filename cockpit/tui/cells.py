"""How many cells a text takes, in a way that every terminal agrees with: else what stands behind it in its row shifts.

Terminals, tmux and libraries differ in what they make of an emoji with a variation selector (`❤️`: one cell or two), a
family joined of three people, a flag of two letters, a skin tone. So these are not drawn: `tame` leaves the base
character, which all of them measure alike. What can't be left out, the vowel signs of Indic scripts, is measured as
libc and tmux do (`agree_with_terminals`); Rich takes them for nothing. Every character was measured in tmux for that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import rich.cells
from rich.cells import CellTable, cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_JOINED = "\u200d[^\x00-\x7f]?"  # a joiner, and what it joins: the first one stays
_SELECTORS = (
    "\ufe00-\ufe0f\u180b-\u180d\U000e0000-\U000e01ef\u20e3"  # of a variant, of a region's flag, a key's frame
)
_UNSEEN = "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_TONES = "\U0001f3fb-\U0001f3ff"
_LETTERS = "\U0001f1e6-\U0001f1ff"  # two of them are a flag
_EMOJI = "\U0001f000-\U0001faff"  # those that this Python does not know yet, no terminal can be trusted with
_WILD = re.compile(f"{_JOINED}|[{_SELECTORS}{_UNSEEN}{_TONES}{_LETTERS}\u00ad{_EMOJI}]")
_UNKNOWN = "□ "
_MEASURED = (
    (0x2630, 0x2637, 1),
    (0x268A, 0x268F, 1),
    (0x302E, 0x302F, 2),
    (0x3164, 0x3164, 2),
    (0x3248, 0x324F, 2),
)


def tame(text: str) -> str:
    """The text as it is drawn. What is plain comes back as it is."""
    return text if text.isascii() else _WILD.sub(_tamed, text)


def tame_captured(text: str) -> str:
    """The same for what tmux has on its grid: up to 3.4, a skin tone takes two cells of its own there."""
    return text if text.isascii() else _WILD.sub(_tamed_captured, text)


def _tamed(found: re.Match[str]) -> str:
    wild = found[0]
    first = wild[0]
    if "\U0001f1e6" <= first <= "\U0001f1ff":
        return chr(ord("A") + ord(first) - 0x1F1E6)
    if first == "\u00ad":
        return "-"
    if first == "\u200d":
        return (
            wild[1:] if wild[1:] and unicodedata.category(wild[1:])[0] in "LM" else ""
        )  # how letters are written
    if first >= "\U0001f000" and not "\U0001f3fb" <= first <= "\U0001f3ff" and first < "\U000e0000":
        return first if unicodedata.category(first) != "Cn" else _UNKNOWN
    return ""


def _tamed_captured(found: re.Match[str]) -> str:
    return "  " if "\U0001f3fb" <= found[0] <= "\U0001f3ff" else _tamed(found)


class Tamed(LineFilter):
    """Over every line that is painted, for what no widget has tamed: fields that one types into, dialogs, toasts."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's
        return [_tamed_segment(each) for each in segments]


def _tamed_segment(segment: Segment) -> Segment:
    text, style, control = segment
    if control or text.isascii() or not _WILD.search(text):
        return segment
    return Segment(set_cell_size(tame(text), cell_len(text)), style)


def agree_with_terminals() -> None:
    """Let Rich, and Textual with it, measure as terminals do."""
    load = rich.cells.load_cell_table  # type: ignore[attr-defined]  # imported there
    if not hasattr(load, "agrees"):
        rich.cells.load_cell_table = _agreeing(load)  # type: ignore[attr-defined,assignment]
        rich.cells.get_character_cell_size.cache_clear()
        rich.cells.cached_cell_len.cache_clear()


def _agreeing(load: Callable[[str], CellTable]) -> Callable[[str], CellTable]:
    @lru_cache(maxsize=4)
    def agreeing(unicode_version: str = "auto") -> CellTable:
        table = load(unicode_version)
        widths = [each for entry in table.widths for each in _as_measured(*entry)]
        return CellTable(table.unicode_version, sorted([*widths, *_MEASURED]), frozenset())

    agreeing.agrees = True  # type: ignore[attr-defined]  # it need not be done twice
    return agreeing


def _as_measured(first: int, last: int, width: int) -> list[tuple[int, int, int]]:
    """A range of one width: without what `_MEASURED` knows, and signs that take a cell apart from those that don't."""
    if any(first <= end and start <= last for start, end, _ in _MEASURED):
        return [
            (code, code, width)
            for code in range(first, last + 1)
            if not any(start <= code <= end for start, end, _ in _MEASURED)
        ]
    if width or last >= 0x20000:
        return [(first, last, width)]
    found: list[tuple[int, int, int]] = []
    for code in range(first, last + 1):
        cells = int(unicodedata.category(chr(code)) == "Mc")
        if found and found[-1][2] == cells:
            found[-1] = (found[-1][0], code, cells)
        else:
            found.append((code, code, cells))
    return found
