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

    __slots__ = ("agents", "paths", "projects", "retries", "timeout")

    def __init__(
        self,
        projects: dict[str, tuple[str, str]],
        agents: dict[str, tuple[int, bool]],
        retries: int,
        timeout: float,
        paths: dict[str, str],
    ) -> None:
        self.projects = projects
        self.agents = agents
        self.retries = retries
        """`retry.limit`."""
        self.timeout = timeout
        """`scheduler.timeout` in seconds; 0 for none."""
        self.paths = paths


def facts_of(settings: Settings) -> list[Any]:
    """The facts as JSON."""
    projects = {name: [project.user, project.agent] for name, project in settings.projects.items()}
    agents = {name: [agent.slots, agent.takes_prompt_argument] for name, agent in settings.agents.items()}
    paths = {name: project.path for name, project in settings.projects.items()}
    return [projects, agents, settings.retry.limit, settings.scheduler.timeout, paths]


def facts_path(places: Places) -> str:
    """Where the facts are cached."""
    return f"{places.cache}/facts.json"


def cached_facts(places: Places, environ: Mapping[str, str]) -> EnqueueFacts | None:
    """The facts that hold now; None where nobody has read the configuration since it was changed."""
    try:
        with open(facts_path(places), encoding="utf-8") as file:
            stored = json.load(file)
        return revived(stored["facts"]) if stored["key"] == key_of(places, environ) else None
    except Exception:  # whatever stands in that file, it is only a cache
        return None


def revived(facts: list[Any]) -> EnqueueFacts:
    """What `facts_of` has written."""
    projects, agents, retries, timeout, paths = facts
    return EnqueueFacts(
        {name: (user, agent) for name, (user, agent) in projects.items()},
        {name: (slots, argument) for name, (slots, argument) in agents.items()},
        retries,
        timeout,
        paths,
    )
