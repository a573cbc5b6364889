"""The shipped themes: Textual can use them, they name one another's variables, and their text can be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color
from textual.theme import Theme

FILES = sorted((Path(__file__).parents[3] / "themes").glob("*.toml"))
READABLE = 4.5
"""Contrast of text against its background, WCAG 2 level AA."""
DISTINGUISHABLE = 3.0
"""Contrast that WCAG 2 asks of marks and of large text."""


def load(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def luminance(color: str) -> float:
    channels = [value / 255 for value in Color.parse(color).rgb]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_there_is_a_dark_and_a_light_one() -> None:
    assert {load(file)["dark"] for file in FILES} == {True, False}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_textual_can_use_it(file: Path) -> None:
    theme = load(file)
    assert theme["name"] == file.stem
    Theme(**theme).to_color_system().generate()


def test_all_themes_set_the_same_variables() -> None:
    variables = {file.stem: set(load(file)["variables"]) for file in FILES}
    expected = variables["cockpit-dark"]
    assert all(names == expected for names in variables.values()), variables


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_text_can_be_read(file: Path) -> None:
    theme = load(file)
    states = {name: value for name, value in theme["variables"].items() if name.startswith("state-")}
    colors = {name: theme[name] for name in ("primary", "warning", "error", "success", "foreground")} | states
    for name, color in colors.items():
        assert contrast(color, theme["background"]) >= READABLE, name
        assert contrast(color, theme["panel"]) >= READABLE, name
        assert contrast(color, theme["variables"]["block-cursor-background"]) >= DISTINGUISHABLE, name
    cursor = theme["variables"]
    assert contrast(cursor["block-cursor-foreground"], cursor["block-cursor-background"]) >= READABLE
