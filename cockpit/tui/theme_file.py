"""One theme file, read and checked: every mistake with file, line, key and what is allowed.

Textual takes a theme with a bad colour and falls over later, so nothing goes on from here that it could not paint.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from cockpit.config.lines import KeyPath
from cockpit.config.mistakes import Mistake, config_error, nearest, spell
from cockpit.config.sources import Source, read_file

STATES: dict[str, str] = {
    "working": "success",
    "blocked": "warning",
    "idle": "primary",
    "shell": "muted",
    "limited": "accent",
    "failed": "error",
    "exited": "muted",
    "unknown": "muted",
}
"""An agent's states, and which colour tells each where a theme names none."""
_OWN_STYLES = ("muted-text-style", "title-text-style", "cursor-text-style", "cursor-blurred-text-style")
OWN = frozenset({"muted", "edge", *_OWN_STYLES, *(f"state-{state}" for state in STATES)})
"""Variables of cockpit's own."""
_TERMINALS_OWN = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
_COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface", "panel",
    "boost",
)  # fmt: skip
_SWITCHES, _NUMBERS = ("dark", "ansi"), ("luminosity_spread", "text_alpha")
KEYS = (*_COLOURS, *_SWITCHES, *_NUMBERS, "about", "name", "variables")
_COLOUR = '"#rrggbb", "#rgb", "rgb(1,2,3)", "hsl(210,50%,50%)", a CSS name, or one of the terminal, such as "ansi_red"'


@dataclass(frozen=True, slots=True)
class FoundTheme:
    """A theme that can be used; `about` is a line for whoever chooses."""

    theme: Theme
    about: str
    path: str

    @property
    def name(self) -> str:
        return self.theme.name


def read_theme(path: str) -> FoundTheme:
    """The theme in one file. Raises ConfigError with every mistake in it."""
    source = read_file(path, ())
    if source is None:
        raise config_error([Mistake(path, 0, "", "is not there")])
    if isinstance(source, Mistake):
        raise config_error([source])
    if mistakes := list(_Check(source).mistakes()):
        raise config_error(mistakes)
    values = {key: value for key, value in source.data.items() if key != "about"}
    values["name"] = os.path.basename(path).removesuffix(".toml")
    if values.get("ansi"):  # Textual's stylesheets name these two, and nobody else gives them a value then
        values["variables"] = _TERMINALS_OWN | values.get("variables", {})
    theme = Theme(**values)
    theme.to_color_system().generate()
    return FoundTheme(theme, source.data.get("about", ""), path)


class _Check:
    """Finds the mistakes of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: list[Mistake] = []

    def mistakes(self) -> list[Mistake]:
        """All of them, in the order of the file's keys."""
        data = self._source.data
        for key, value in data.items():
            self._top(key, value)
        if "primary" not in data:
            self._tell((), f"'primary' is missing, the one colour that must be there: {_COLOUR}")
        name = os.path.basename(self._source.label).removesuffix(".toml")
        if data.get("name", name) != name:
            self._tell(("name",), f"must be the file's own name, '{name}'; leave it out, or rename the file")
        return self._found

    def _top(self, key: str, value: Any) -> None:
        if key in _COLOURS:
            self._colour((key,), value)
        elif key in _SWITCHES:
            self._must((key,), isinstance(value, bool), "must be true or false")
        elif key in _NUMBERS:
            right = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
            self._must((key,), right, "must be a number from 0 to 1")
        elif key in ("about", "name"):
            self._must((key,), isinstance(value, str), "must be text")
        elif key == "variables":
            self._variables(value)
        else:
            self._tell(
                (key,), f"unknown key{nearest(key, list(KEYS))}; allowed are {', '.join(sorted(KEYS))}"
            )

    def _variables(self, table: Any) -> None:
        if not isinstance(table, dict):
            self._tell(("variables",), "must be a table: [variables]")
            return
        known = variable_names()
        for key, value in table.items():
            path = ("variables", key)
            if key not in known:
                near = nearest(key, sorted(known)) or "; cockpit-dark.toml names those of cockpit"
                self._tell(path, f"unknown variable{near}")
            elif key.endswith("-style"):
                self._style(path, value)
            else:
                self._colour(path, value, _variable_colour)

    def _style(self, path: KeyPath, value: Any) -> None:
        try:
            Style.parse(value.replace("none", "")) if isinstance(value, str) else 1 / 0
        except (StyleSyntaxError, ZeroDivisionError):
            self._tell(path, 'must be words such as "bold", "underline", "reverse", "dim", or "none"')

    def _colour(self, path: KeyPath, value: Any, parse: Callable[[str], object] = Color.parse) -> None:
        try:
            right = isinstance(value, str) and parse(value) is not None
        except ColorParseError:
            right = False
        self._must(path, right, f"{value!r} is no colour; allowed is {_COLOUR}")

    def _must(self, path: KeyPath, right: bool, problem: str) -> None:
        if not right:
            self._tell(path, problem)

    def _tell(self, path: KeyPath, problem: str) -> None:
        self._found.append(Mistake(self._source.label, self._source.line(path), spell(path), problem))


def _variable_colour(value: str) -> object:
    """A colour, one with its opacity ("#ff0000 35%"), or what Textual works out itself ("auto 87%", "initial")."""
    words = value.split()
    if len(words) == 2 and words[1].endswith("%") and words[1][:-1].replace(".", "", 1).isdigit():
        words = words[:1]
    if len(words) == 1 and words[0] in ("auto", "initial", "transparent"):
        return words
    return Color.parse(" ".join(words))


@cache
def variable_names() -> frozenset[str]:
    """Every variable that a theme may set: cockpit's own, and those of Textual's stylesheets."""
    colours = {field.name for field in fields(Theme)}
    return OWN | (frozenset(Theme("any", primary="#808080").to_color_system().generate()) - colours)
