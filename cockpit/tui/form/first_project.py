"""What a new project is proposed to be: a name from its folder, an agent that is on this machine, and what to know."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from cockpit.controller.doctor_agents import AgentProgram


def project_name(folder: str) -> str:
    """A name for the project in `folder`: its last part, as far as a section's name may have it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", os.path.basename(folder.rstrip("/"))).strip("-").lower()


def free_name(folder: str, taken: Sequence[str]) -> str:
    """As `project_name`, with a number where a project of that name is there already."""
    name = project_name(folder)
    numbered = (f"{name}-{number}" for number in range(2, 1000))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def folder_here() -> str:
    """The folder that cockpit was started in; home, where that one is gone."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def about_folder(path: str) -> str:
    """What an agent finds there, in a few words; empty for an empty path."""
    folder = os.path.expanduser(path.strip())
    if not path.strip():
        return ""
    if not os.path.isdir(folder):
        return "no such folder"
    if os.path.exists(os.path.join(folder, ".git")):
        return "a git repository"
    return "no git repository: changes can't be shown or taken back"


def about_agent(agent: AgentProgram) -> str:
    """One choice in the list of agents."""
    if agent.agent == "shell":
        return "runs the prompt as a script"
    return f"installed: {agent.path}" if agent.path else f"not installed: {agent.advice}"


def advice(agents: Sequence[AgentProgram], chosen: str) -> str:
    """What to know about the chosen agent."""
    here = next((agent for agent in agents if agent.agent == chosen), None)
    coding = [
        agent.agent for agent in agents if agent.path and agent.agent not in ("shell", "project-manager")
    ]
    if here is None:
        return f"There is no agent '{chosen}'." if chosen else ""
    if chosen == "shell":
        if coding:
            return f"The shell runs a prompt as a script. Installed here: {', '.join(coding)}."
        missing = next((agent for agent in agents if agent.advice and agent.agent == "claude"), None)
        how = f" To get one: {missing.advice}." if missing else ""
        return f"No coding agent was found on PATH, so the prompt would run as a shell script.{how}"
    if not here.path:
        return f"{here.program or chosen} was not found on PATH; its jobs fail until it is. {here.advice}."
    return f"{here.program} is installed on this machine; each job can name another agent."
