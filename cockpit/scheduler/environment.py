"""The environment of an attempt: the scheduler's own, the project's, and what tells the agent who it is.

It travels in a file that run.sh empties as soon as it has read it, never in an argument: no secret is seen in a
process list or stays in the job's folder.
"""

from __future__ import annotations

import os
import re
import resource
import shlex
from collections.abc import Mapping, Sequence

from cockpit.base.errors import UsageError
from cockpit.base.records import dataclass
from cockpit.config.places import Places
from cockpit.domain.lane import Claim
from cockpit.domain.project import Project

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN = re.compile(
    r"TMUX|TMUX_PANE|STY|WINDOW|TERM|TERM_PROGRAM.*|COLUMNS|LINES|PWD|OLDPWD|SHLVL|_|TEXTUAL.*|COCKPIT_.*"
    r"|GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE)"
)
"""Variables that describe the scheduler's own terminal, shell, repository or cockpit: wrong in the agent's pane."""


_READ_ONLY = {"UID", "EUID", "PPID", "SHELLOPTS", "BASHOPTS", "BASH_VERSINFO"}
"""A shell that is bash ends when one of these is set, and the attempt with it; by `command` it only complains."""


_SETTING = re.compile(r"COCKPIT_(?!UI__)[A-Z_]+?__\w+")
"""Settings that the configuration takes from the environment, but for those of the person's screen: with other ones, a
`cockpit` in there would have other settings, and it and those outside would make each other's cache useless."""


class MissingVariable(UsageError):
    """A variable that the project takes from cockpit's environment is not there."""


@dataclass(frozen=True, slots=True)
class Inside:
    """How an attempt sees its own place: paths as they are there, and the variables that it starts from."""

    folder: str
    workdir: str
    tmp: str
    bin: str
    path: str
    variables: Mapping[str, str]


def attempt_environment(
    claim: Claim, project: Project, inside: Inside, outer: Mapping[str, str]
) -> dict[str, str]:
    """All variables of the attempt. Raises MissingVariable for a name of `env_from` that `outer` does not have."""
    given = {**project.env, **_from_outside(project, outer)}
    return {"COLORTERM": "truecolor", **inside.variables, **given} | {  # tmux's panes have all colours
        "PATH": f"{inside.bin}:{given.get('PATH') or inside.path or os.defpath}",
        "TMPDIR": inside.tmp,
        "COCKPIT_JOB_ID": claim.job_id,
        "COCKPIT_ATTEMPT": str(claim.attempt),
        "COCKPIT_JOB_DIR": inside.folder,
        "COCKPIT_USER": claim.user,
        "COCKPIT_PROJECT": claim.project,
        "COCKPIT_FENCE": str(claim.fence),
        "COCKPIT_WORKDIR": inside.workdir,
    }


def own_variables(outer: Mapping[str, str], places: Places) -> dict[str, str]:
    """What an attempt on this host starts from: `outer` less what describes the scheduler's own terminal."""
    kept = {
        name: value for name, value in outer.items() if not _OWN.fullmatch(name) or _SETTING.fullmatch(name)
    }
    return kept | {"COCKPIT_CONFIG": places.config_file, "COCKPIT_HOME": places.home}


def attempt_tmp(places: Places, job_id: str, attempt: int) -> str:
    """The attempt's own TMPDIR: short, because programs make sockets there."""
    return f"{places.tmp}/{job_id}.{attempt}"


def short_path(places: Places, job_id: str, attempt: int) -> str:
    """A path to the attempt's folder in plain characters: tmux expands formats in what it is given."""
    return f"{places.attempts_run}/{job_id}.{attempt}"


def _from_outside(project: Project, outer: Mapping[str, str]) -> dict[str, str]:
    names = [*project.env_from, *(project.docker.env_from if project.docker else ())]
    missing = [name for name in names if name not in outer]
    if missing:
        raise MissingVariable(
            f"{missing[0]} is not set where the scheduler runs (env_from of project {project.name}); set it, restart"
            " the scheduler, retry the job"
        )
    return {name: outer[name] for name in names}


def env_file(variables: Mapping[str, str], umask: int, tag: int) -> str:
    """Shell text that sets exactly these, and the attempt's tag; names that no shell can export are left out."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]  # the tmux server's own limit is small
    lines = [f"umask {umask:03o}", f"ulimit -S -n {files} 2>/dev/null", f"ulimit -S -m {tag} 2>/dev/null"]
    lines += ["unset TMUX TMUX_PANE"]
    lines += [_export(name, value) for name, value in variables.items() if _NAME.fullmatch(name)]
    return "\n".join(lines) + "\n"


def _export(name: str, value: str) -> str:
    line = f"export {name}={shlex.quote(value)}"
    return f"command {line} 2>/dev/null" if name in _READ_ONLY else line


def command_line(argv: Sequence[str]) -> str:
    """Shell text that makes `argv` the positional parameters."""
    return "set -- " + " ".join(shlex.quote(word) for word in argv) + "\n"
