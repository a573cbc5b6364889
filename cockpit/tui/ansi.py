"""What agents write to their terminal, as lines that can be drawn: colours kept, every other escape dropped.

A small parser of our own because `rich.Text.from_ansi` is eight times slower, and because a log comes in pieces that
may end anywhere, inside an escape too. It knows lines, carriage returns (a progress bar that draws itself again) and
colours; whoever moves the cursor about the screen is shown by its pane, not by its log.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cockpit.tui.cells import tame

_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]*)m"
    r"|(?P<csi>\x1b\[[0-?]*[ -/]*[@-~])"
    r"|(?P<osc>\x1b[\]PX^_].*?(?:\x07|\x1b\\))"
    r"|(?P<esc>\x1b(?:[ -/]+[0-~]|[0-OQ-WYZ\\`-~]))"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])",
    re.DOTALL,
)
_LONGEST_ESCAPE = 4096  # what is longer is no escape but a stray character
_TAB = 8
# characters; a log without line ends (dots, a bar that never ends) goes on in the next one
_LONGEST_LINE = 16_384

Pen = tuple[str | int | None, str | int | None, frozenset[str]]
"""Foreground, background (`#rrggbb`, a number of the 256, or None) and attributes."""

PLAIN: Pen = (None, None, frozenset())
_ATTRIBUTES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",), 29: ("strike",)}


@lru_cache(maxsize=1024)
def style_of(pen: Pen) -> Style:
    """The drawing style of a pen."""
    foreground, background, attributes = pen
    return Style(color=_color(foreground), bgcolor=_color(background), **dict.fromkeys(attributes, True))  # type: ignore[arg-type]


def _color(value: str | int | None) -> Color | None:
    if value is None:
        return None
    return Color.from_ansi(value) if isinstance(value, int) else Color.parse(value)


@lru_cache(maxsize=512)
def change_pen(pen: Pen, parameters: str) -> Pen:
    """The pen after `ESC [ parameters m`; unknown numbers change nothing."""
    foreground, background, attributes = pen
    codes = [int(part) if part else 0 for part in _plain_parameters(parameters).split(";")]
    position = 0
    while position < len(codes):
        code = codes[position]
        position += 1
        if code == 0:
            foreground, background, attributes = PLAIN
        elif code in _ATTRIBUTES:
            attributes = attributes | {_ATTRIBUTES[code]}
        elif code in _OFF:
            attributes = attributes.difference(_OFF[code])
        elif code in (38, 48):
            color, position = _extended(codes, position)
            foreground, background = (color, background) if code == 38 else (foreground, color)
        else:
            foreground, background = _basic(code, foreground, background)
    return foreground, background, attributes


def _plain_parameters(parameters: str) -> str:
    """Without sub-parameters: every kind of underline is one, its own colour (58) is left out."""
    if ":" not in parameters:
        return parameters
    parts = []
    for part in parameters.split(";"):
        kind, *rest = part.split(":")
        if kind == "4":
            parts.append("24" if rest[:1] == ["0"] else "4")
        elif kind in ("38", "48"):  # 38:2:SPACE:R:G:B, the colour space may be missing
            parts.append(";".join([kind, "2", *rest[-3:]] if rest[:1] == ["2"] else [kind, *rest]))
        elif kind != "58":
            parts.append(kind)
    return ";".join(parts) if parts else "59"


def _basic(
    code: int, foreground: str | int | None, background: str | int | None
) -> tuple[str | int | None, ...]:
    """30-37, 39, 90-97 and the same for the background."""
    if code == 39:
        return None, background
    if code == 49:
        return foreground, None
    for start, shift in ((30, 0), (90, 8)):
        if start <= code < start + 8:
            return code - start + shift, background
        if start + 10 <= code < start + 18:
            return foreground, code - start - 10 + shift
    return foreground, background


def _extended(codes: list[int], position: int) -> tuple[str | int | None, int]:
    """`5;N` or `2;R;G;B` at `position`; the position behind it."""
    kind = codes[position] if position < len(codes) else None
    if kind == 5 and position + 1 < len(codes):
        return min(255, codes[position + 1]), position + 2
    if kind == 2 and position + 3 < len(codes):
        red, green, blue = (min(255, value) for value in codes[position + 1 : position + 4])
        return f"#{red:02x}{green:02x}{blue:02x}", position + 4
    return None, len(codes)


class AnsiLines:
    """Turns text that comes in pieces into strips, one per line."""

    def __init__(self, pen: Pen = PLAIN) -> None:
        self._pen = pen
        self._parts: list[tuple[str, Pen]] = []
        self._length = 0
        self._return = False
        self._rest = ""

    @property
    def pen(self) -> Pen:
        """How the next character would be drawn."""
        return self._pen

    def feed(self, text: str) -> list[Strip]:
        """The lines that `text` completes."""
        text = self._rest + text
        self._rest = ""
        done: list[Strip] = []
        position = 0
        for token in _TOKEN.finditer(text):
            if token.start() > position:
                self._print(text[position : token.start()], done)
            position = token.end()
            if token.lastgroup == "sgr":
                self._pen = change_pen(self._pen, token["sgr"])
            elif token.lastgroup == "control":
                control = token["control"]
                if control == "\x1b" and len(text) - token.start() < _LONGEST_ESCAPE:
                    self._rest = text[token.start() :]
                    return done
                self._control(control, done)
        self._print(text[position:], done)
        return done

    def last(self) -> Strip | None:
        """The line that has no end yet; None when it is empty."""
        return Strip([Segment(text, style_of(pen)) for text, pen in self._parts]) if self._parts else None

    def _print(self, text: str, done: list[Strip]) -> None:
        if not text:
            return
        text = tame(text)
        if self._return:
            self._clear()
        while self._length + len(text) > _LONGEST_LINE:
            room = _LONGEST_LINE - self._length
            self._parts.append((text[:room], self._pen))
            done.append(self.last() or Strip([]))
            self._clear()
            text = text[room:]
        self._parts.append((text, self._pen))
        self._length += len(text)

    def _control(self, control: str, done: list[Strip]) -> None:
        if control == "\n":
            done.append(self.last() or Strip([]))
            self._clear()
        elif control == "\r":
            self._return = True  # what follows is written over the line, unless it ends here
        elif control == "\t":
            self._print(" " * (_TAB - self._length % _TAB), done)
        elif control == "\b" and self._parts:
            text, pen = self._parts.pop()
            self._length -= 1
            if text[:-1]:
                self._parts.append((text[:-1], pen))

    def _clear(self) -> None:
        self._parts.clear()
        self._length = 0
        self._return = False
