"""What `cockpit enqueue` asks of the configuration, and nothing else: read in a fifth of the time of the whole.

Defining the settings' dataclasses alone costs as much as starting python; a command that only wants to know a
project's user needs none of them. The facts lie in a cache file of their own, written with the settings' cache.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .places import Places
from .stamps import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .settings import Settings


class EnqueueFacts:
    """`projects`: name -> (user, agent). `agents`: name -> (slots, does the prompt travel as an argument?).

    `paths`: name of a project -> its folder.
    """

    __slots__ = ("agents", "paths", "projects", "retries", "serialized", "timeout")

    def __init__(
        self,
        projects: dict[str, tuple[str, str]],
        agents: dict[str, tuple[int, bool]],
        retries: int,
        timeout: float,
        *,
        serialized: bool,
        paths: dict[str, str],
    ) -> None:
        self.paths = paths
        self.projects = projects
        self.agents = agents
        self.retries = retries
        """`retry.limit`."""
        self.timeout = timeout
        """`scheduler.timeout` in seconds; 0 for none."""
        self.serialized = serialized
        """`per_user_serialization.enabled`."""


def enqueue_facts(places: Places, environ: Mapping[str, str]) -> EnqueueFacts:
    """The facts that hold now; raises ConfigError as `load_settings` does."""
    found = _cached(places, environ)
    if found is None:
        from .load import load_settings

        found = _revive(facts_of(load_settings(places, environ)))
    return found


def facts_of(settings: Settings) -> list[Any]:
    """The facts as JSON."""
    projects = {name: [project.user, project.agent] for name, project in settings.projects.items()}
    agents = {name: [agent.slots, agent.takes_prompt_argument] for name, agent in settings.agents.items()}
    enabled = settings.per_user_serialization.enabled
    paths = {name: project.path for name, project in settings.projects.items()}
    return [projects, agents, settings.retry.limit, settings.scheduler.timeout, enabled, paths]


def facts_path(places: Places) -> str:
    """Where the facts are cached."""
    return f"{places.cache}/facts.json"


def _cached(places: Places, environ: Mapping[str, str]) -> EnqueueFacts | None:
    try:
        with open(facts_path(places), encoding="utf-8") as file:
            stored = json.load(file)
        return _revive(stored["facts"]) if stored["key"] == key_of(places, environ) else None
    except Exception:  # whatever stands in that file, it is only a cache
        return None


def _revive(facts: list[Any]) -> EnqueueFacts:
    projects, agents, retries, timeout, serialized, paths = facts
    return EnqueueFacts(
        {name: (user, agent) for name, (user, agent) in projects.items()},
        {name: (slots, argument) for name, (slots, argument) in agents.items()},
        retries,
        timeout,
        serialized=serialized,
        paths=paths,
    )
