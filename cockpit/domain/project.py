"""A project: whose work it is, where it lies, who works on it and where that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

_STRICT: dict[str, Any] = {"extra": "forbid"}
"""Read by pydantic at the border: a key that is not here is a mistake to tell."""

_SUFFIX = "_project"


def owner_of(name: str, configured: str = "") -> str:
    """The user of project `name`: the configured one; else `alice_project` is alice's; else the project is its own."""
    if configured:
        return configured
    return name.removesuffix(_SUFFIX) or name


@dataclass(frozen=True, slots=True)
class Container:
    """Where a project's agents run when not on this host: exactly one of `image` and `container` is given."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    image: str = ""
    """Image that cockpit makes a container from and keeps, one per project and user."""
    container: str = ""
    """Name of an existing container that is used as it is, and never removed."""
    cpus: float = 0.0
    """Limit in processor cores; 0 for none."""
    memory: str = ""
    """Limit such as `"512m"` or `"2g"`; empty for none."""
    mounts: tuple[str, ...] = ()
    """Volumes and folders besides the project and the jobs, each `"source:target"` or `"source:target:ro"`."""
    env: tuple[str, ...] = ()
    """The container's own environment, each `"NAME=value"`."""
    env_from: tuple[str, ...] = ()
    """Names of variables that are taken from cockpit's own environment: the place for secrets."""
    workdir: str = ""
    """The project's path inside the container; empty: the same path as outside."""
    network: str = ""
    """Network of the made container; empty: the engine's default."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder in which agents work."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    """The section's name, as in `[projects.NAME]`."""
    path: str
    """Its folder; a relative one starts at the folder of this file."""
    user: str = ""
    """Whose work it is; one job per user runs at a time. If missing: `alice_project` is alice's, any other its own."""
    agent: str = "shell"
    """The profile that its jobs get unless told otherwise."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment of its agents."""
    env_from: tuple[str, ...] = ()
    """Names of variables that are taken from cockpit's own environment: the place for secrets."""
    git: Literal["auto", "required", "off"] = "auto"
    """Snapshots and commits: where the folder is a repository; refuse to run where it is not; never."""
    worktree: bool = False
    """Give every job a git worktree of its own."""
    docker: Container | None = None
    """Run its agents in a container; a table of its own: `[projects.NAME.docker]`."""
