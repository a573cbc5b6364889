"""Takes that every agent shares: it is started just as its shipped profile says, headless and interactive."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

S = Any  # record_screens.Session
PROFILES = Path(__file__).parent.parent / "cockpit/agents/profiles"
PROMPT = "Say hello"


def words_of(s: S, key: str) -> list[str]:
    """The profile's `command` or `interactive` with the prompt in it, and what loopback needs behind the name."""
    profile = tomllib.loads((PROFILES / f"{s.agent.name}.toml").read_text("utf-8"))
    file = s.home / "prompt.md"
    file.write_text(PROMPT)
    filled = [w.replace("{prompt_file}", str(file)).replace("{prompt}", PROMPT) for w in profile[key]]
    if s.agent.name == "aider":  # its model is an argument, not a setting
        filled[1:1] = s.agent.arguments
    return filled


def headless(s: S) -> None:
    s.fresh()
    s.start(words=words_of(s, "command"))
    s.until(r"scripted model", 60)
    s.until(r"Pane is dead \(status 0", 60)
    s.shot("exited", "headless")


def interactive(s: S) -> None:
    s.fresh()
    s.start(words=words_of(s, "interactive"))
    if s.agent.name == "aider":  # typed once it is ready
        s.until(r"Add \.aider", 60)
        s.keys("n", "Enter")
        s.until(r"^> ?$", 60)
        s.calm()
        s.say(PROMPT)
    s.until(r"scripted model", 60)
    s.calm(2)
    s.shot("idle", "by-profile")


TAKES = (headless, interactive)
