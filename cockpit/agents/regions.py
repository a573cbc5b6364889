"""The parts of a screen that a rule can look at. Structure first: the transcript may say anything, the frame may not.

    title        the pane's title
    screen       every non-empty line
    bottom       the last non-empty lines (as many as the rule says)
    last_line    the last non-empty line
    cursor_line  the line in which the cursor stands, cut at the cursor, if nothing but blanks follows
    box          the composer: what stands in the agent's input field
    above_box    the last non-empty lines above the composer
    below_box    what stands below the composer: hints, or a dialog that has taken its place
    last_turn    the last non-empty lines between the person's last words and the composer

A profile says by `composer` what its composer looks like: between the last two `rules` across the screen, or from the
last line with the prompt `mark` on. A profile without a composer has the whole screen above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from cockpit.domain.profile import Profile, Region
from cockpit.domain.screen import Screen

LONGEST_LINE = 1000
"""Characters of a line that rules see; a screen is never wider, and a bad expression costs no more than this."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC: links, titles
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # strings
    r"|\x1b[ -/]*[0-~]|[\x00-\x08\x0e-\x1f\x7f]"
)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\t": " "})
_RULE = re.compile(r"^ ?[─━▀▄╭╰┌└]?[─━▀▄]{12,}.*$")


def clean(line: str) -> str:
    """Without escapes, with plain blanks (Claude prints a no-break one after its mark), stripped on the right."""
    line = line[: LONGEST_LINE * 8]
    if line.isascii() and line.isprintable():  # most lines of most screens
        return line[:LONGEST_LINE].rstrip()
    if not line.isprintable():
        line = _ESCAPES.sub("", line)
    return line.translate(_SPACES).rstrip()[:LONGEST_LINE]


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression, compiled once."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class View:
    """A screen as rules see it: clean lines, and where the composer stands (half-open range; empty if nowhere)."""

    lines: tuple[str, ...]
    title: str
    cursor: tuple[int, int]
    composer: tuple[int, int]
    turn: int
    found: dict[Region, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def region(self, name: Region, count: int) -> list[str]:
        """The non-empty lines of a region, from top to bottom, at most the last `count`."""
        if name not in self.found:  # twenty rules share a handful of regions
            self.found[name] = [line for line in _REGIONS[name](self) if line.strip()]
        return self.found[name][-count:]


def view(profile: Profile, screen: Screen) -> View:
    """Clean the screen and find its structure."""
    lines = tuple(clean(line) for line in screen.lines)
    composer = _composer(profile, lines)
    turn = _turn(profile, lines, composer[0])
    return View(lines, clean(screen.title), (screen.cursor_x, screen.cursor_y), composer, turn)


def _composer(profile: Profile, lines: tuple[str, ...]) -> tuple[int, int]:
    end = len(lines)
    if profile.composer == "rules":
        rules = [number for number, line in enumerate(lines) if _RULE.match(line)]
        if len(rules) >= 2:
            return rules[-2], rules[-1] + 1
        return (rules[0], rules[0] + 1) if rules else (end, end)
    if profile.composer == "mark" and profile.mark:
        marks = _matching(profile.mark, lines)
        if marks:
            below = next((n for n in range(marks[-1], end) if not lines[n].strip()), end)
            return marks[-1], below
    return end, end


def _turn(profile: Profile, lines: tuple[str, ...], top: int) -> int:
    """The line after the person's last words above the composer; 0 where they have scrolled away."""
    marks = _matching(profile.mark, lines[:top]) if profile.mark else []
    return marks[-1] + 1 if marks else 0


def _matching(pattern: str, lines: tuple[str, ...]) -> list[int]:
    search = compiled(pattern).search
    return [number for number, line in enumerate(lines) if search(line)]


def _cursor_line(view: View) -> list[str]:
    """A prompt waits where the cursor is, and nothing stands after it."""
    x, y = view.cursor
    if not 0 <= y < len(view.lines) or any(line.strip() for line in view.lines[y + 1 :]):
        return []
    line = view.lines[y]
    return [line] if len(line) <= x else []


_REGIONS: dict[Region, Callable[[View], list[str]]] = {
    "title": lambda view: [view.title],
    "screen": lambda view: list(view.lines),
    "bottom": lambda view: list(view.lines),
    "last_line": lambda view: [line for line in view.lines if line.strip()][-1:],
    "cursor_line": _cursor_line,
    "box": lambda view: list(view.lines[view.composer[0] : view.composer[1]]),
    "above_box": lambda view: list(view.lines[: view.composer[0]]),
    "below_box": lambda view: list(view.lines[view.composer[1] :]),
    "last_turn": lambda view: list(view.lines[view.turn : view.composer[0]]),
}
