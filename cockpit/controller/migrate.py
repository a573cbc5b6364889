"""The import of an earlier system's pending-requests.json (`cockpit migrate`).

Nothing is lost and nothing comes twice: the file is copied first, every original field is kept in the job's metadata,
and the original id there is what a second run recognises. All requests go in as one batch, or none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from cockpit.base.errors import CockpitError, UsageError
from cockpit.base.files import private_dir
from cockpit.controller.jobs import BatchRefused
from cockpit.controller.queue import QueueController
from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import Accepted, NewJob, Priority
from cockpit.store.values import JobFilter

KEY = "migrated_from"
"""Metadata key that holds `{"id": original id, "file": name}`; the original object is kept under `original`."""

_LISTS = ("pending", "requests", "pending_requests", "tasks", "items", "queue")
_URGENT = re.compile(
    r"\b(urgent|urgently|critical|emergency|asap|immediately|outage|blocker)\b", re.IGNORECASE
)
_APPROVED = {"approved", "accepted", "authorized", "authorised"}
_OVER = {
    "completed",
    "done",
    "rejected",
    "denied",
    "cancelled",
    "canceled",
    "failed",
    "expired",
    "resolved",
    "closed",
}
_PAGE = 1000


class Request(BaseModel):
    """One request, as far as it is understood; whatever else it has is kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    id: str = Field("", validation_alias=AliasChoices("id", "request_id", "task_id", "uuid"))
    project: str = Field(
        "", validation_alias=AliasChoices("project", "project_name", "repo", "repository", "target")
    )
    text: str = Field(
        "",
        validation_alias=AliasChoices(
            "prompt",
            "task",
            "description",
            "request",
            "message",
            "details",
            "reason",
            "title",
            "subject",
            "command",
        ),
    )
    user: str = Field(
        "", validation_alias=AliasChoices("user", "username", "requested_by", "requester", "owner")
    )
    status: str = Field("", validation_alias=AliasChoices("status", "state", "approval_status", "approval"))
    approved: bool = False
    priority: str = ""


@dataclass(slots=True)
class Migration:
    """What a run did, or (with `dry_run`) would do."""

    path: str
    dry_run: bool
    backup: str | None = None
    found: int = 0
    imported: list[tuple[str, NewJob, Accepted | None]] = field(default_factory=list)
    """Original id, the job, and what the queue said to it."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """Original id and why it was left out."""


def migrate(
    queue: QueueController,
    path: str,
    *,
    project: str | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
) -> Migration:
    """Import the requests of the file at `path` that are not over and were not imported before.

    `project` is for requests that name none. Raises UsageError for a file that can't be read, BatchRefused for
    requests that can't be imported (they are left out instead with `skip_bad`).
    """
    result = Migration(path, dry_run)
    with _alone(queue.context.places.home):
        objects = _read(path)
        result.found = len(objects)
        jobs = _check(queue, objects, result, project, skip_bad=skip_bad)
        accepted: list[Accepted | None] = [None] * len(jobs)
        if jobs and not dry_run:
            result.backup = _back_up(path, queue.context.places.home)
            accepted = list(queue.jobs.accept([job for _, job in jobs]))
        result.imported = [(id_, job, one) for (id_, job), one in zip(jobs, accepted, strict=True)]
    return result


def priority_of(request: Request, text: str) -> Priority:
    """Urgent words make it critical; else the priority it names; else an approved one is high, any other normal."""
    if _URGENT.search(text):
        return Priority.CRITICAL
    try:
        return Priority.parse(request.priority)
    except UsageError:
        approved = request.approved or request.status.strip().lower() in _APPROVED
        return Priority.HIGH if approved else Priority.NORMAL


def _check(
    queue: QueueController, objects: list[Any], result: Migration, project: str | None, *, skip_bad: bool
) -> list[tuple[str, NewJob]]:
    seen, jobs, problems = _imported_before(queue), [], []
    for number, value in enumerate(objects, 1):
        id_ = f"number {number}"
        try:
            request = _parse(value)
            id_ = request.id or _digest(value)
            if id_ in seen:
                result.skipped.append((id_, "imported before, or twice in the file"))
            elif request.status.strip().lower() in _OVER:
                result.skipped.append((id_, f"is over: {request.status}"))
            else:
                jobs.append((id_, queue.jobs.check(_to_job(request, value, id_, result.path, project))))
            seen.add(id_)
        except CockpitError as error:
            problems.append((id_, str(error)))
    if problems and not skip_bad:
        raise BatchRefused(
            [*(f"request {id_}: {problem}" for id_, problem in problems), "nothing was imported"]
        )
    result.skipped += problems
    return jobs


def _parse(value: Any) -> Request:
    try:
        return Request.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{where or 'it'}: {first['msg']}") from None


def _to_job(
    request: Request, value: dict[str, Any], id_: str, path: str, project: str | None
) -> EnqueueRequest:
    name = request.project or project
    if not name:
        raise UsageError("names no project; --project NAME is taken for such requests")
    titles = [str(value[key]) for key in ("title", "subject") if isinstance(value.get(key), str)]
    prompt = "\n\n".join(dict.fromkeys([*titles, request.text]))
    metadata = {KEY: {"id": id_, "file": os.path.basename(path)}, "original": value}
    return EnqueueRequest(
        project=name,
        prompt=prompt,
        priority=priority_of(request, f"{prompt} {request.priority}").label,
        user=request.user or None,
        metadata=json.dumps(metadata, ensure_ascii=False),
    )


def _read(path: str) -> list[Any]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}") from None
    if isinstance(document, dict):
        document = next((document[key] for key in _LISTS if isinstance(document.get(key), list)), None)
    if not isinstance(document, list):
        raise UsageError(f"{path} holds no list of requests; one of {', '.join(_LISTS)} is looked for")
    return document


def _digest(value: Any) -> str:
    """An id for a request that has none: the same for the same request."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _imported_before(queue: QueueController) -> set[str]:
    """The original ids of all jobs that were imported; reads the whole history, page by page."""
    found: set[str] = set()
    before: int | None = None
    while jobs := queue.store.jobs(JobFilter(), _PAGE, before):
        for job in jobs:
            text = queue.store.metadata(job.id)
            if KEY in text:
                mark = json.loads(text).get(KEY)
                if isinstance(mark, dict):
                    found.add(str(mark.get("id")))
        before = jobs[-1].seq
    return found


def _back_up(path: str, home: str) -> str:
    folder = private_dir(f"{home}/backups")
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = f"{folder}/pending-requests-{stamp}-{os.urandom(2).hex()}.json"
    shutil.copyfile(path, target)
    os.chmod(target, 0o600)
    return target


@contextmanager
def _alone(home: str) -> Iterator[None]:
    """Two imports at once would each find nothing imported yet: the second one waits."""
    with open(f"{home}/migrate.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
