"""What is done to each agent while it is recorded: its settings, its environment, and takes that end in shots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import record_aider
import record_claude
import record_codex
import record_gemini
import record_opencode
import record_shell

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


NPM = "node_modules/.bin"
AGENTS = (
    Agent("claude", f"{NPM}/claude", record_claude.TAKES, record_claude.environment, record_claude.settled),
    Agent(
        "codex",
        f"{NPM}/codex",
        record_codex.TAKES,
        record_codex.environment,
        record_codex.settled,
        ("--no-daemon",),
    ),
    Agent(
        "aider", "bin/aider", record_aider.TAKES, record_aider.environment, arguments=record_aider.ARGUMENTS
    ),
    Agent("opencode", f"{NPM}/opencode", record_opencode.TAKES, settings=record_opencode.settled),
    Agent("gemini", f"{NPM}/gemini", record_gemini.TAKES, record_gemini.environment, record_gemini.settled),
    Agent("shell", "", record_shell.TAKES),
)
