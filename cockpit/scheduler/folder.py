"""Writes a job's folder: what the agent's side reads, and what people find there later."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from typing import Any

from cockpit.base.clock import Micros
from cockpit.base.files import private_dir, write_atomic, write_json_atomic
from cockpit.base.times import rfc3339, rfc3339_or_none
from cockpit.config.places import Places
from cockpit.domain.job import ACTIVE, Job
from cockpit.domain.lane import Claim
from cockpit.domain.profile import Profile, build_argv
from cockpit.domain.project import Project
from cockpit.jobdir.layout import LINKED, AttemptFolder, JobFolder, job_folder
from cockpit.jobdir.progress import read_progress
from cockpit.scheduler.environment import attempt_environment, attempt_tmp, command_file, env_file

RUN_SH = os.path.join(os.path.dirname(__file__), "run.sh")


def prepare(
    claim: Claim,
    job: Job,
    prompt: str,
    metadata: str,
    *,
    project: Project,
    profile: Profile,
    places: Places,
    outer: Mapping[str, str],
    umask: int,
) -> AttemptFolder:
    """Make everything that the attempt needs; doing it again changes nothing. Raises MissingVariable, Unavailable."""
    folder = job_folder(places.jobs, claim.job_id)
    attempt = folder.attempt(claim.attempt)
    variables = attempt_environment(claim, project, places, attempt.path, outer)
    for path in (
        places.jobs,
        folder.path,
        f"{folder.path}/attempts",
        attempt.path,
        attempt_tmp(places, claim),
    ):
        private_dir(path)
    handed = _write_prompt(folder, attempt, prompt, profile)
    argv = build_argv(
        profile, prompt=handed[1], prompt_file=handed[0], job_id=claim.job_id, workdir=project.path
    )  # fmt: skip
    write_json_atomic(
        folder.meta, _meta(job, metadata, project, argv if not profile.takes_prompt_argument else None)
    )
    write_atomic(f"{attempt.path}/env", env_file(variables, umask))
    write_atomic(f"{attempt.path}/command", command_file(argv))
    shutil.copyfile(RUN_SH, f"{attempt.path}/run.sh")
    for name in ("output.log", "progress.md"):
        with open(f"{attempt.path}/{name}", "a", encoding="utf-8"):
            pass
    _link_current(folder, claim.attempt)
    _short_path(places, claim, attempt)
    return attempt


def _write_prompt(
    folder: JobFolder, attempt: AttemptFolder, prompt: str, profile: Profile
) -> tuple[str, str]:
    """prompt.md alone, and with the guidelines before it where there are any; the (file, text) to hand over."""
    write_atomic(folder.prompt, prompt)
    if not profile.guidelines:
        return folder.prompt, prompt
    joined = f"{profile.guidelines.rstrip()}\n\n{prompt}"
    write_atomic(f"{folder.path}/guidelines.md", profile.guidelines)
    write_atomic(f"{attempt.path}/prompt.md", joined)
    return f"{attempt.path}/prompt.md", joined


def _meta(job: Job, metadata: str, project: Project, argv: list[str] | None) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "project": job.project,
        "user": job.user,
        "agent": job.agent,
        "priority": job.priority.label,
        "workdir": project.path,
        "command": argv,
        "retries": job.retries,
        "timeout": job.timeout,
        "ref": job.ref,
        "created_at": rfc3339(job.created_at),
        "metadata": json.loads(metadata),
    }


def _link_current(folder: JobFolder, number: int) -> None:
    """Let the names in the job's folder lead to the current attempt's files."""
    for name in LINKED:
        target, link = f"attempts/{number}/{name}", f"{folder.path}/{name}"
        with contextlib.suppress(OSError):
            if os.readlink(link) == target:
                continue
        temporary = f"{link}.{os.getpid()}.tmp"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        os.symlink(target, temporary)
        os.replace(temporary, link)


def short_path(places: Places, job_id: str, attempt: int) -> str:
    """A path to the attempt's folder in plain characters: tmux expands formats in what it is given."""
    return f"{places.attempts_run}/{job_id}.{attempt}"


def _short_path(places: Places, claim: Claim, attempt: AttemptFolder) -> None:
    link = short_path(places, claim.job_id, claim.attempt)
    with contextlib.suppress(FileExistsError):
        os.symlink(attempt.path, link)


def write_status(
    places: Places, job: Job, now: Micros, *, lock_id: str | None, durable: bool = False
) -> None:
    """status.json: the store's truth for those who read files. Raises OSError, Unavailable."""
    folder = job_folder(places.jobs, job.id)
    progress = read_progress(folder.attempt(job.attempt).path)
    write_json_atomic(
        folder.status,
        {
            "job_id": job.id,
            "state": job.state.value,
            "reason": job.reason,
            "attempt": job.attempt,
            "fence": job.fence,
            "lock_id": lock_id,
            "lock_released": job.state not in ACTIVE,
            "progress": {"percent": progress.percent, "message": progress.message},
            "exit_code": job.exit_code,
            "created_at": rfc3339(job.created_at),
            "started_at": rfc3339_or_none(job.started_at),
            "finished_at": rfc3339_or_none(job.finished_at),
            "updated_at": rfc3339(now),
        },
        durable=durable,
    )


def clean_up(places: Places, claim: Claim) -> None:
    """Remove what only the running attempt needed: its TMPDIR, its short path, an environment that was never read."""
    shutil.rmtree(attempt_tmp(places, claim), ignore_errors=True)
    for path in (
        short_path(places, claim.job_id, claim.attempt),
        f"{job_folder(places.jobs, claim.job_id).attempt(claim.attempt).path}/env",
    ):
        with contextlib.suppress(OSError):
            os.unlink(path)


def install_command(places: Places, python: str) -> None:
    """Put `cockpit`, and nothing else, into the folder that agents get on their PATH."""
    import shlex

    private_dir(places.bin)
    script = f'#!/bin/sh\nexec {shlex.quote(python)} -P -m cockpit "$@"\n'
    write_atomic(f"{places.bin}/cockpit", script, mode=0o700)
