"""What types can't say: names, references between sections, patterns; and the last touch (absolute paths, owners)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from cockpit.domain.profile import Profile
from cockpit.domain.project import Container, Project, owner_of

from .lines import KeyPath
from .mistakes import Mistake, nearest, one_of
from .settings import Settings

Problem = tuple[KeyPath, str]

_NAME = re.compile(r"\w[\w.@+-]{0,63}")
_MEMORY = re.compile(r"\d+[bkmg]?", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_and_finish(
    settings: Settings, folder: str, tell: Callable[[KeyPath, str], Mistake]
) -> tuple[Settings, list[Mistake]]:
    """`settings` with absolute paths (relative ones start at `folder`) and owners, and what is wrong in them."""
    mistakes = [tell(path, problem) for path, problem in _problems(settings)]
    projects = {name: _finished(project, folder) for name, project in settings.projects.items()}
    return replace(settings, projects=projects), mistakes


def _finished(project: Project, folder: str) -> Project:
    path = os.path.normpath(os.path.join(folder, os.path.expanduser(project.path)))
    return replace(project, path=path, user=owner_of(project.name, project.user))


def _problems(settings: Settings) -> Iterator[Problem]:
    for name, project in settings.projects.items():
        at: KeyPath = ("projects", name)
        yield from _name_problems(at, name)
        yield from _project_problems(at, project, list(settings.agents))
    for name, profile in settings.agents.items():
        yield from _name_problems(("agents", name), name)
        yield from _profile_problems(("agents", name), profile)
    if not settings.load.cpu + settings.load.memory + settings.load.queue:
        yield ("load",), "one of the weights cpu, memory and queue must be above 0"
    for section, command in (("tmux", settings.tmux.command), ("docker", settings.docker.command)):
        if not command.strip():
            yield (section, "command"), "must not be empty"


def name_problem(name: str) -> str:
    """What is wrong with the name of a project, user or agent; empty if nothing."""
    if _NAME.fullmatch(name):
        return ""
    return "a name starts with a letter or digit, then letters, digits and any of _ - . @ + (64 at most)"


def _name_problems(at: KeyPath, name: str) -> Iterator[Problem]:
    if problem := name_problem(name):
        yield at, problem


def _project_problems(at: KeyPath, project: Project, agents: list[str]) -> Iterator[Problem]:
    if not project.path.strip() or "\0" in project.path:
        yield (*at, "path"), "must name a folder"
    if project.user and not _NAME.fullmatch(project.user):
        yield from _name_problems((*at, "user"), project.user)
    if project.agent not in agents:
        hint = nearest(project.agent, agents)
        yield (*at, "agent"), f"no agent '{project.agent}'{hint}; there are {one_of(sorted(agents))}"
    for name in project.env:
        if not _VARIABLE.fullmatch(name):
            yield (*at, "env", name), "is no name for an environment variable (letters, digits and '_')"
    yield from _env_from_problems(at, project.env_from)
    if project.docker is not None:
        yield from _container_problems((*at, "docker"), project.docker)


def _env_from_problems(at: KeyPath, names: tuple[str, ...]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if not _VARIABLE.fullmatch(name):
            yield (
                (*at, "env_from", index),
                "must be a variable's name, never its value (letters, digits and '_')",
            )


def _container_problems(at: KeyPath, docker: Container) -> Iterator[Problem]:
    if bool(docker.image) == bool(docker.container):
        yield at, "give one of 'image' (cockpit makes the container) and 'container' (an existing one)"
    if docker.cpus < 0:
        yield (*at, "cpus"), f"must be at least 0, not {docker.cpus:g}"
    if docker.memory and not _MEMORY.fullmatch(docker.memory):
        yield (*at, "memory"), f"'{docker.memory}' is no size; write '512m' or '2g'"
    for index, mount in enumerate(docker.mounts):
        parts = mount.split(":")
        if len(parts) not in (2, 3) or not parts[0] or not parts[1].startswith("/"):
            yield (
                (*at, "mounts", index),
                f"'{mount}' is no mount; write 'source:/target' or 'source:/target:ro'",
            )
    for index, pair in enumerate(docker.env):
        if not _VARIABLE.fullmatch(pair.partition("=")[0]) or "=" not in pair:
            yield (*at, "env", index), 'write "NAME=value"; a secret goes by its name into env_from'
    yield from _env_from_problems(at, docker.env_from)


def _profile_problems(at: KeyPath, profile: Profile) -> Iterator[Problem]:
    if not profile.argv_template or not profile.argv_template[0].strip():
        yield (*at, "command"), "must name a program"
    if profile.slots < 0:
        yield (*at, "slots"), f"must be at least 0, not {profile.slots}"
