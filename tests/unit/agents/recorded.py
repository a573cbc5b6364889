"""The shipped profiles and the recorded screens, read once."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter

from cockpit.domain.profile import Profile
from cockpit.domain.screen import PaneState, Screen

SCREENS = Path(__file__).parents[2] / "fixtures/screens"
NAMES = ("aider", "claude", "codex", "gemini", "opencode", "project-manager", "shell")


@dataclass(frozen=True)
class Recorded:
    """One fixture: what a real agent showed, and the state that it was in."""

    name: str
    agent: str
    state: PaneState
    plain: Screen
    coloured: Screen


@cache
def profile(name: str) -> Profile:
    """The shipped profile in its interactive mode, if it has one: that is what screens were recorded of."""
    raw = tomllib.loads((files("cockpit.agents") / "profiles" / f"{name}.toml").read_text("utf-8"))
    return TypeAdapter(Profile).validate_python({"mode": "interactive", **raw, "name": name})


@cache
def recordings() -> tuple[Recorded, ...]:
    return tuple(_load(path) for path in sorted(SCREENS.glob("*/*.json")))


def _load(path: Path) -> Recorded:
    raw = json.loads(path.read_text("utf-8"))

    def screen(lines: list[str]) -> Screen:
        x, y = raw["cursor"]
        size = (raw["columns"], raw["rows"])
        return Screen(tuple(lines), raw["title"], x, y, *size, dead=raw["dead"])

    name = f"{path.parent.name}/{path.stem}"
    return Recorded(name, raw["agent"], PaneState(raw["state"]), screen(raw["text"]), screen(raw["ansi"]))
