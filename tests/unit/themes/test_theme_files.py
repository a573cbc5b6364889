"""The shipped themes: Textual can use them, they name one another's variables, and their text can be read."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color

from cockpit.tui.theme import DEFAULT, PLAIN, find_theme, load_themes, own_variables, shipped_folder
from cockpit.tui.theme_file import STATES

FILES = sorted((Path(__file__).parents[3] / "themes").glob("*.toml"))
PAINTED = [file for file in FILES if file.stem != PLAIN]
READABLE, STRONG = 4.5, 7.0
"""Contrast of text against its background: WCAG 2 level AA, and AAA."""
GROUNDS = ("background", "surface", "panel")
TEXTS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground")


def load(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def luminance(color: str) -> float:
    channels = [value / 255 for value in Color.parse(color).rgb]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def by_file(file: Path) -> str:
    return file.stem


def test_there_are_enough_of_every_kind() -> None:
    themes = [load(file) for file in FILES]
    light = [theme["name"] for theme in themes if not theme["dark"]]
    assert len(themes) >= 8
    assert len(light) >= 2
    assert {"cockpit-dark", "cockpit-light", "contrast", "prism", "ansi"} <= {
        theme["name"] for theme in themes
    }
    assert all(theme["about"] for theme in themes)


def test_all_can_be_used() -> None:
    themes = load_themes(shipped_folder())
    assert themes.problems == ()
    assert sorted(themes.usable) == [file.stem for file in FILES]
    assert themes.names()[0] == DEFAULT


@pytest.mark.parametrize("file", PAINTED, ids=by_file)
def test_each_names_every_state(file: Path) -> None:
    assert {f"state-{state}" for state in STATES} | {"muted"} <= set(load(file)["variables"])


@pytest.mark.parametrize("file", PAINTED, ids=by_file)
def test_its_text_can_be_read(file: Path) -> None:
    theme = load(file)
    needed = STRONG if file.stem == "contrast" else READABLE
    variables = theme["variables"]
    grounds = {name: theme[name] for name in GROUNDS} | {"cursor": variables["block-cursor-background"]}
    texts = {name: theme[name] for name in TEXTS}
    texts |= {
        name: value for name, value in variables.items() if name.startswith("state-") or name == "muted"
    }
    poor = {
        (text, ground): round(found, 2)
        for text, color in texts.items()
        for ground, behind in grounds.items()
        if (found := contrast(color, behind)) < needed
    }
    assert poor == {}
    cursor = contrast(variables["block-cursor-foreground"], variables["block-cursor-background"])
    assert cursor >= needed


@pytest.mark.parametrize("file", PAINTED, ids=by_file)
def test_what_textual_makes_of_it_can_be_read(file: Path) -> None:
    """Titles of toasts, labels of buttons: colours that Textual derives."""
    theme = find_theme(file.stem, shipped_folder())[0]
    made = theme.to_color_system().generate()
    for name in ("text-primary", "text-warning", "text-error", "text-success", "text-accent"):
        assert contrast(made[name], made["surface"]) >= READABLE, name
    edge = own_variables(made | theme.variables)["edge"]
    assert contrast(theme.variables.get("edge", edge), made["background"]) >= 1.4, "frames can be seen"


_SEEN_BY = {  # how a colour looks without one kind of cone: Machado, Oliveira, Fernandes (2009), severity 1, linear RGB
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def oklab(linear: tuple[float, ...]) -> tuple[float, ...]:
    red, green, blue = (max(0.0, value) for value in linear)
    long, medium, short = (
        max(0.0, a * red + b * green + c * blue) ** (1 / 3)
        for a, b, c in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def distance(one: str, other: str, cones: tuple[tuple[float, ...], ...]) -> float:
    """How different they look, in OKLab: 0.02 is just noticeable side by side."""
    places = []
    for color in (one, other):
        channels = [value / 255 for value in Color.parse(color).rgb]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        places.append(oklab(tuple(sum(a * b for a, b in zip(row, linear, strict=True)) for row in cones)))
    return float(sum((a - b) ** 2 for a, b in zip(*places, strict=True)) ** 0.5)


@pytest.mark.parametrize("kind", _SEEN_BY)
def test_prism_tells_states_apart_for_colour_blind_eyes(kind: str) -> None:
    variables = load(next(file for file in FILES if file.stem == "prism"))["variables"]
    states = [variables[f"state-{state}"] for state in ("working", "blocked", "idle", "limited", "failed")]
    found = {pair: round(distance(*pair, _SEEN_BY[kind]), 3) for pair in combinations(states, 2)}
    assert min(found.values()) >= 0.07, found


def test_the_terminals_own_theme_names_only_the_terminals_colours() -> None:
    theme = load(next(file for file in FILES if file.stem == PLAIN))
    colours = [value for value in theme.values() if isinstance(value, str) and value.startswith("ansi_")]
    colours += [v for k, v in theme["variables"].items() if not k.endswith("-style")]
    assert len(colours) > 15
    assert all(Color.parse(value).ansi is not None for value in colours)
