"""An agent's profile: how it is started and, later, what its screens mean. Data, not code.

Profiles come from the packaged `agents/profiles/NAME.toml`, the user's `profiles/NAME.toml` and `[agents.NAME]` of
the configuration, merged in this order; all three have this one schema.
"""

from __future__ import annotations

from dataclasses import dataclass

PLACEHOLDERS = ("{prompt_file}", "{prompt}", "{job_id}", "{workdir}")
PROMPT_ARGUMENT_LIMIT = 128 * 1024 - 1
"""Bytes of a prompt that fit into one argument (MAX_ARG_STRLEN of Linux, execve(2), less the final NUL)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of agent is run.

    `command` is an argument list; placeholders inside its words are replaced, nothing is ever appended to it.
    `slots` is what a job of it takes (0: runs beside the others, as the project manager does).
    """

    name: str
    command: tuple[str, ...]
    description: str = ""
    slots: int = 1
    guidelines: str = ""

    @property
    def takes_prompt_argument(self) -> bool:
        """Does the prompt travel as an argument (and so has a size limit)?"""
        return any("{prompt}" in word for word in self.command)


def build_argv(profile: Profile, *, prompt: str, prompt_file: str, job_id: str, workdir: str) -> list[str]:
    """The command of `profile` with its placeholders filled in; one pass, so a prompt is never expanded again."""
    import re

    values = {"{prompt}": prompt, "{prompt_file}": prompt_file, "{job_id}": job_id, "{workdir}": workdir}
    pattern = re.compile("|".join(re.escape(name) for name in values))
    return [pattern.sub(lambda match: values[match.group()], word) for word in profile.command]
