"""Themes: TOML files that came along and the person's own, each checked before the app may use it.

Textual takes a theme with a bad colour and falls over later, so every file is tried out here; one that won't do is
told, and another takes its place.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields

from textual.color import Color, ColorParseError
from textual.theme import Theme

DEFAULT = "cockpit-dark"
_SHORT = {"cockpit": DEFAULT}
_KEYS = frozenset(field.name for field in fields(Theme))
_STATES = {
    "working": "success",
    "blocked": "warning",
    "idle": "primary",
    "shell": "muted",
    "limited": "accent",
    "failed": "error",
    "exited": "muted",
    "unknown": "muted",
}


@dataclass(frozen=True, slots=True)
class Themes:
    """What was found: the themes that can be used by name, and one line for each file that can't."""

    usable: dict[str, Theme]
    problems: tuple[str, ...]

    def choose(self, wanted: str) -> tuple[str, str | None]:
        """The name to use for the setting `wanted`, and what to tell if it is not that one."""
        name = _SHORT.get(wanted, wanted)
        if name in self.usable:
            return name, None
        return DEFAULT, f"no theme '{wanted}'; there are: {', '.join(sorted(self.usable))}"


def shipped_folder() -> str:
    """The folder of the themes that came along: in the package, or beside it in a source tree."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "themes")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "themes")


def load_themes(*folders: str) -> Themes:
    """The themes of `folders`; a later folder wins where names are the same."""
    usable: dict[str, Theme] = {}
    problems: list[str] = []
    for folder in folders:
        for file in _toml_files(folder):
            try:
                theme = read_theme(os.path.join(folder, file))
                usable[theme.name] = theme
            except (ValueError, OSError) as error:
                problems.append(f"theme {os.path.join(folder, file)}: {error}")
    usable.setdefault(DEFAULT, Theme(name=DEFAULT, primary="#7aa2f7", background="#12141d"))
    return Themes(usable, tuple(problems))


def _toml_files(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".toml"))
    except OSError:
        return []


def read_theme(path: str) -> Theme:
    """The theme in one file. Raises ValueError with a line for a person, OSError."""
    with open(path, "rb") as file:
        values = tomllib.load(file)
    values.setdefault("name", os.path.basename(path).removesuffix(".toml"))
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise ValueError(f"unknown key '{unknown[0]}'; allowed: {', '.join(sorted(_KEYS))}")
    if not isinstance(values.get("primary"), str):
        raise ValueError("'primary' is missing: the one colour that must be there")  # noqa: TRY004  # a file's mistake, not a caller's
    try:
        theme = Theme(**values)
        theme.to_color_system().generate()
        for name in (
            "primary",
            "secondary",
            "accent",
            "warning",
            "error",
            "success",
            "foreground",
            "background",
        ):
            if values.get(name) is not None:
                Color.parse(values[name])
        for name, value in theme.variables.items():
            if name.startswith("state-"):
                Color.parse(value)
    except ColorParseError as error:
        raise ValueError(plain_error(error)) from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"a value has the wrong type: {error}") from None
    return theme


def plain_error(error: Exception) -> str:
    """The first line of an error."""
    return str(error).partition("\n")[0]


def own_variables(variables: dict[str, str]) -> dict[str, str]:
    """Cockpit's own variables, worked out of a theme's colours where the theme does not set them."""
    try:
        text, ground = Color.parse(variables["foreground"]), Color.parse(variables["background"])
        muted = ground.blend(text, 0.62).hex
    except (KeyError, ColorParseError):
        muted = "#888888"
    known = {"muted": muted, **variables}
    return {"muted": muted} | {f"state-{state}": known.get(other, muted) for state, other in _STATES.items()}
