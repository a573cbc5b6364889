"""The file that `cockpit config init` writes: every setting with its meaning and default, all of them commented out."""

from __future__ import annotations

import textwrap

from cockpit.domain.project import Container, Project

from .describe import Described, describe, sections, summary
from .settings import Settings

_HEAD = """\
# The configuration of cockpit. What is commented out stands at its default.
# Durations are seconds or text: 90, "90s", "10m", "2h", "1d".
# Every key can be set by a variable too: COCKPIT_SCHEDULER__SLOTS=8.
# `cockpit config check` tells every mistake; a saved change is taken up while cockpit runs.
"""

_PROJECTS = """\
# A folder in which agents work; `cockpit projects add NAME PATH` writes such a section.
# [projects.web]
"""

_CONTAINER = """\
# Runs the project's agents in a container.
# [projects.web.docker]
"""

_AGENTS = """\
# An agent of your own, or a change to one that came along; also as a file, profiles/NAME.toml beside this one.
# [agents.echo]
# command = ["sh", "-c", "cat \\"$1\\"", "echo-agent", "{prompt_file}"]
#   Nothing is appended to it; {prompt_file}, {prompt}, {job_id} and {workdir} inside its words are filled in.
#   Further keys, the rules for its screens among them: docs/configuration.md.
"""

_EXAMPLES = {"path": '"repos/web"', "user": '"alice"', "image": '"cockpit-agent"'}


def template() -> str:
    """The commented file; read back it means the defaults."""
    parts = [_HEAD]
    parts += [f"# {summary(table)}\n[{name}]\n{_keys(table)}" for name, table in sections(Settings)]
    parts += [
        _PROJECTS + _keys(Project),
        _CONTAINER + _keys(Container),
        _AGENTS,
    ]
    return "\n".join(parts)


def _keys(table: type) -> str:
    return "".join(_key(key) for key in describe(table) if key.name != "name")


def _key(key: Described) -> str:
    fits = "" if key.takes in key.says else f" ({key.takes})"
    words = textwrap.fill(f"{key.says}{fits}".strip(), 106, initial_indent="#   ", subsequent_indent="#   ")
    return f"# {key.name} = {_EXAMPLES.get(key.name, key.default)}\n{words}\n"
