"""Writes a job's folder: what the agent's side reads, and what people find there later."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from cockpit.base.clock import Micros
from cockpit.base.files import private_dir, write_atomic, write_json_atomic
from cockpit.base.records import dataclass
from cockpit.base.tag import tag_of
from cockpit.base.times import rfc3339, rfc3339_or_none
from cockpit.config.places import Places
from cockpit.domain.job import ACTIVE, Job
from cockpit.domain.lane import Claim, lock_id_of
from cockpit.domain.profile import Profile, build_argv
from cockpit.domain.project import Project
from cockpit.jobdir.layout import LINKED, AttemptFolder, JobFolder, job_folder
from cockpit.jobdir.progress import read_progress
from cockpit.scheduler.environment import (
    Inside,
    attempt_environment,
    attempt_tmp,
    command_line,
    env_file,
)
from cockpit.scheduler.resume import MARK, Conversation, session_id
from cockpit.scheduler.site import Site

RUN_SH = os.path.join(os.path.dirname(__file__), "run.sh")


@dataclass(frozen=True, slots=True)
class AttemptFiles:
    """Everything that is written for one attempt: `make` before it starts, `describe` while it does."""

    claim: Claim
    job: Job
    prompt: str
    metadata: str
    project: Project
    profile: Profile
    places: Places
    outer: Mapping[str, str]
    umask: int
    site: Site
    conversation: Conversation

    @property
    def folder(self) -> JobFolder:
        return job_folder(self.places.jobs, self.claim.job_id)

    @property
    def attempt(self) -> AttemptFolder:
        return self.folder.attempt(self.claim.attempt)

    def make(self) -> None:
        """What the attempt can't start without; doing it again changes nothing.

        Raises MissingVariable, Unavailable, OSError.
        """
        attempt, inside = self.attempt.path, self.site.inside(self.claim, self.project, self.outer)
        variables = attempt_environment(self.claim, self.project, inside, self.outer)
        tag = tag_of(self.places.home, self.claim.job_id, self.claim.fence)
        self.site.make_folder(self.attempt, self.claim)
        prompt_file, prompt = self._write_prompt(inside)
        argv = build_argv(
            self.profile,
            prompt=prompt,
            prompt_file=prompt_file,
            job_id=self.claim.job_id,
            workdir=inside.workdir,
            session=session_id(self.places.home, self.claim.job_id, self.conversation.begun_by),
            resumed=self.conversation.resumed,
        )
        _write_new(f"{attempt}/env", env_file(variables, self.umask, tag) + command_line(argv))
        _write_new(f"{attempt}/run.sh", _run_sh())
        if self.conversation.resumed:
            _write_new(f"{attempt}/{MARK}", "")
        self.site.deliver(self.attempt, self.claim)

    def describe(self) -> None:
        """What people and later readers find in the job's folder. Raises Unavailable, OSError."""
        for name in ("output.log", "progress.md"):
            os.close(os.open(f"{self.attempt.path}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        _link_current(self.folder, self.claim.attempt)
        write_json_atomic(self.folder.meta, self._meta())
        if self.profile.guidelines:
            write_atomic(f"{self.folder.path}/guidelines.md", self.profile.guidelines)

    def _write_prompt(self, inside: Inside) -> tuple[str, str]:
        """prompt.md alone, and what is handed over, with the guidelines before it: its file inside, its text."""
        write_atomic(self.folder.prompt, self.prompt)
        guidelines = self.profile.guidelines.rstrip()
        if not guidelines and not self.conversation.resumed and inside.folder == self.attempt.path:
            return self.folder.prompt, self.prompt
        handed = f"{guidelines}\n\n{self.prompt}" if guidelines else self.prompt
        handed = self.conversation.words(self.prompt) if self.conversation.resumed else handed
        _write_new(f"{self.attempt.path}/prompt.md", handed)
        return f"{inside.folder}/prompt.md", handed

    def _meta(self) -> dict[str, Any]:
        job = self.job
        return {
            "job_id": job.id,
            "project": job.project,
            "user": job.user,
            "agent": job.agent,
            "priority": job.priority.label,
            "workdir": self.project.path,
            "command": list(self.profile.argv_template),
            "retries": job.retries,
            "timeout": job.timeout,
            "ref": job.ref,
            "created_at": rfc3339(job.created_at),
            "metadata": json.loads(self.metadata),
        }


def _write_new(path: str, text: str) -> None:
    """A file of an attempt that has not started: nobody reads it yet, so it need not be renamed into place."""
    with open(path, "wb", opener=_private) as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@cache
def _run_sh() -> str:
    with open(RUN_SH, encoding="utf-8") as file:
        return file.read()


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


def write_status(places: Places, job: Job, now: Micros, *, durable: bool = False) -> None:
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
            "lock_id": lock_id_of(job.id, job.fence or 0),
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


def clean_up(places: Places, job_id: str, attempt: int) -> None:
    """Remove what only the running attempt needed: its TMPDIR, an environment that was never read."""
    path = job_folder(places.jobs, job_id).attempt(attempt).path
    for folder in (attempt_tmp(places, job_id, attempt), f"{path}/tmp"):
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.unlink(f"{path}/env")


def remove_job_folder(places: Places, job_id: str) -> None:
    """Remove a job's folder, and what its attempts left in containers' folders."""
    folder = job_folder(places.jobs, job_id).path
    with contextlib.suppress(OSError):
        for attempt in os.scandir(f"{folder}/attempts"):
            target = os.path.realpath(attempt.path)
            if attempt.is_symlink() and target.startswith(os.path.realpath(places.home) + "/containers/"):
                shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def install_command(places: Places, python: str) -> None:
    """Put `cockpit`, and nothing else, into the folder that agents get on their PATH."""
    import shlex

    private_dir(places.bin)
    script = f'#!/bin/sh\nexec {shlex.quote(python)} -P -m cockpit "$@"\n'
    write_atomic(f"{places.bin}/cockpit", script, mode=0o700)
