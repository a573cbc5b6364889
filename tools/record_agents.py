"""What is done to each agent while it is recorded: its settings, its environment, and takes that end in shots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import record_claude

S = Any  # record_screens.Session; the modules would import each other


def no_environment(_url: str) -> dict[str, str]:
    """Nothing to set."""
    return {}


def no_settings(_home: Path, _url: str) -> None:
    """Nothing to prepare."""


@dataclass(frozen=True)
class Agent:
    """An agent to record: `binary` below its folder of --agents-dir, and `takes`, each starting from nothing."""

    name: str
    binary: str
    takes: tuple[Callable[[S], None], ...]
    environment: Callable[[str], dict[str, str]] = no_environment
    settings: Callable[[Path, str], None] = no_settings
    arguments: tuple[str, ...] = ()


AGENTS = (Agent("claude", "node_modules/.bin/claude", record_claude.TAKES, record_claude.environment),)
