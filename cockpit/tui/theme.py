"""Themes: TOML files that came along and the person's own, found by name; see theme_file.py for what is in one.

At the start only the wanted one is read: a dozen files cost more than the whole first paint. All of them are read when
somebody chooses, and the person's own a moment after the start, so that a mistake in one is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from rich.color import Color as RichColor
from textual.app import App
from textual.color import Color, ColorParseError
from textual.theme import Theme

from cockpit.base.errors import ConfigError
from cockpit.base.records import dataclass
from cockpit.tui.theme_file import STATES, FoundTheme, read_theme

DEFAULT = "cockpit-dark"
PLAIN = "ansi"
"""The theme that needs no colour at all: marks, words, bold and reversed lines tell everything."""
_SHORT = {"cockpit": DEFAULT}


@dataclass(frozen=True, slots=True)
class Themes:
    """What was found: the themes that can be used by name, and one line for each file that can't."""

    usable: dict[str, FoundTheme]
    problems: tuple[str, ...]

    def names(self) -> list[str]:
        """The dark ones first, cockpit's own before all."""
        return sorted(self.usable, key=lambda name: (name != DEFAULT, not self.usable[name].theme.dark, name))


def shipped_folder() -> str:
    """The folder of the themes that came along: in the package, or beside it in a source tree."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "themes")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "themes")


def load_themes(*folders: str) -> Themes:
    """The themes of `folders`; a later folder wins where names are the same, if its theme can be used."""
    usable: dict[str, FoundTheme] = {}
    problems: list[str] = []
    for folder in folders:
        for file in _toml_files(folder):
            try:
                found = read_theme(os.path.join(folder, file))
                usable[found.name] = found
            except ConfigError as error:
                problems.append(str(error))
    return Themes(usable, tuple(problems))


def find_theme(wanted: str, *folders: str) -> tuple[Theme, str | None]:
    """The theme for the setting `wanted`, and what to tell if it is another one; the last folder is asked first."""
    name = _SHORT.get(wanted, wanted)
    problem = None
    for folder in reversed(folders):
        path = os.path.join(folder, f"{name}.toml")
        if os.sep not in name and os.path.exists(path):
            try:
                return read_theme(path).theme, problem
            except ConfigError as error:
                problem = problem or str(error)
    known = ", ".join(dict.fromkeys(names_in(*folders)))
    told = problem or f"no theme '{wanted}'; there are: {known}"
    fallback = Theme(name=DEFAULT, primary="#7aa2f7", background="#12141d")
    return (find_theme(DEFAULT, *folders)[0] if name != DEFAULT else fallback), told


def names_in(*folders: str) -> Iterable[str]:
    """The names of the files, good or bad."""
    return (file.removesuffix(".toml") for folder in folders for file in _toml_files(folder))


def _toml_files(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".toml") and name[0] != ".")
    except OSError:
        return []


def own_variables(variables: dict[str, str]) -> dict[str, str]:
    """Cockpit's own variables, worked out of a theme's colours where the theme does not set them."""
    try:
        text, ground = Color.parse(variables["foreground"]), Color.parse(variables["background"])
        muted, edge = ground.blend(text, 0.62).hex, ground.blend(text, 0.22).hex
    except (KeyError, ColorParseError):
        muted, edge = "#888888", "#555555"
    known = {"muted": muted, **variables}
    states = {f"state-{state}": known.get(other, muted) for state, other in STATES.items()}
    return {"muted": muted, "edge": edge} | states


def colour_of(app: App[Any], variable: str) -> str:
    """A colour of the worn theme as rich's texts take it; empty for what is none.

    The two spell colours differently ("ansi_red", "red"), some only one of them knows, and rich raises for those.
    """
    colour = rich_colour(app.theme_variables.get(variable, ""))
    return "" if colour is None else colour.name


def rich_colour(value: str) -> RichColor | None:
    """A colour as a theme writes it, as Rich has it; None for what is no colour, or one that is not seen."""
    try:
        colour = Color.parse(value) if value else None
    except ColorParseError:
        return None
    return colour.rich_color if colour is not None and colour.a else None
