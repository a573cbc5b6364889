"""Is the program of each agent that a project uses there? Without it every job of that project ends with code 127."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from cockpit.base.records import dataclass
from cockpit.config.settings import Settings
from cockpit.domain.profile import Profile
from cockpit.domain.project import Project

_SHELLS = ("sh", "bash", "dash", "zsh", "ksh")
_HOW = {
    "claude": "npm install -g @anthropic-ai/claude-code",
    "codex": "npm install -g @openai/codex",
    "gemini": "npm install -g @google/gemini-cli",
    "opencode": "npm install -g opencode-ai",
    "aider": "pipx install aider-chat",
}


@dataclass(frozen=True, slots=True)
class AgentProgram:
    """An agent that projects of this host use; `path` is empty where its program was not found for `lacking`."""

    agent: str
    program: str
    path: str
    lacking: tuple[str, ...]
    advice: str


def agent_programs(settings: Settings, environ: Mapping[str, str]) -> list[AgentProgram]:
    """One for each agent that a project on this host uses, by name; what runs in a container is not asked for."""
    users: dict[str, list[Project]] = {}
    for _, project in sorted(settings.projects.items()):
        if project.docker is None and project.agent in settings.agents:
            users.setdefault(project.agent, []).append(project)
    return [_look(settings.agents[name], projects, environ) for name, projects in sorted(users.items())]


def agents_here(settings: Settings, environ: Mapping[str, str]) -> list[AgentProgram]:
    """Every agent, the best choice for a new project first: coding agents that are there, the shell, then what is not.

    `path` is empty for what is not found, `advice` says how to get it. Searches PATH: not for an event loop.
    """
    found = [_on_path(profile, environ) for _, profile in sorted(settings.agents.items())]
    return sorted(
        found, key=lambda each: (not each.path, each.agent == "shell", not settings.agents[each.agent].slots)
    )


def _on_path(profile: Profile, environ: Mapping[str, str]) -> AgentProgram:
    program = program_of(profile.argv_template)
    path = (shutil.which(program, path=environ.get("PATH") or os.defpath) or "") if program else ""
    return AgentProgram(
        profile.name, program, path, (), "" if path else _HOW.get(program, f"install {program}")
    )


def _look(profile: Profile, projects: list[Project], environ: Mapping[str, str]) -> AgentProgram:
    program = program_of(profile.argv_template)
    if not program:
        return AgentProgram(profile.name, "", "its command decides as it runs", (), "")
    found = {project.name: _find(program, project, environ) for project in projects}
    lacking = tuple(name for name, path in found.items() if not path)
    how = _HOW.get(program, f"install {program}")
    advice = f"{how}; or mend 'command' of [agents.{profile.name}]; the scheduler's PATH counts"
    return AgentProgram(
        profile.name, program, "" if lacking else found[projects[0].name], lacking, advice if lacking else ""
    )


def program_of(command: tuple[str, ...]) -> str:
    """What `command` runs: its first word, or NAME of `sh -c 'exec NAME ...'`; empty where that can't be told."""
    name = command[0] if command else ""
    if os.path.basename(name) in _SHELLS and command[1:2] == ("-c",) and len(command) > 2:
        name = _executed(command[2]) or name
    return "" if any(char in name for char in "{$`") else name


def _executed(script: str) -> str:
    try:
        words = shlex.split(script, comments=True)
    except ValueError:
        return ""
    return words[1] if len(words) > 1 and words[0] == "exec" else ""


def _find(program: str, project: Project, environ: Mapping[str, str]) -> str:
    if "/" in program:
        path = os.path.join(project.path, program)  # an attempt starts in the project's folder
        return path if os.path.isfile(path) and os.access(path, os.X_OK) else ""
    return shutil.which(program, path=project.env.get("PATH") or environ.get("PATH") or os.defpath) or ""
