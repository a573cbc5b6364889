"""From what a person asks for to a job that the store accepts; every mistake gets its own clear line."""

from __future__ import annotations

import json
import os

from cockpit.base.errors import NotFound, UsageError
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, parse_duration, parse_time
from cockpit.controller.context import nearest
from cockpit.domain.job import NewJob, Priority

TYPE_CHECKING = False  # on the path of `cockpit enqueue`, which pays for what it uses only
if TYPE_CHECKING:
    from typing import Any

    from cockpit.controller.context import Context
    from cockpit.domain.profile import Profile
    from cockpit.domain.project import Project
    from cockpit.store.base import Store

_MOST_RETRIES = 1000


@dataclass(frozen=True, slots=True)
class EnqueueRequest:
    """One job as it is asked for: text as typed. Empty optional values mean the default.

    `delay` and `timeout` are durations, `at` is a time (see base/times.py), `after` are parts of job ids, `metadata` is
    a JSON object as text.
    """

    project: str
    prompt: str
    priority: str | int = "normal"
    user: str | None = None
    agent: str | None = None
    after: tuple[str, ...] = ()
    delay: str | None = None
    at: str | None = None
    retries: int | None = None
    timeout: str | None = None
    metadata: str | None = None
    ref: str | None = None


def to_new_job(request: EnqueueRequest, context: Context, store: Store) -> NewJob:
    """The checked job. Raises UsageError, NotFound, Conflict or Unavailable; nothing was written then."""
    settings = context.settings
    project = find_project(request.project, context)
    profile = find_profile(request.agent or project.agent, context)
    timeout = parse_duration(request.timeout) if request.timeout else settings.scheduler.timeout
    return NewJob(
        project=project.name,
        user=check_name("user", request.user) if request.user else project.user,
        agent=profile.name,
        prompt=check_prompt(request.prompt, profile),
        priority=Priority.parse(request.priority),
        slots=profile.slots,
        after=tuple(dict.fromkeys(store.resolve(part) for part in request.after)),
        not_before=_not_before(request, context.clock.now()),
        retries=_retries(request.retries, settings.retry.limit),
        timeout=timeout or None,
        metadata=check_metadata(request.metadata),
        ref=check_text("--ref", request.ref) if request.ref else None,
        origin=_origin(),
    )


def find_project(name: str, context: Context) -> Project:
    """The configured project whose folder is there. Raises NotFound, Unavailable."""
    projects = context.settings.projects
    project = projects.get(name)
    if project is None:
        if not projects:
            raise NotFound(
                f"unknown project '{name}': none is configured; 'cockpit projects add NAME PATH' adds one"
            )
        hint = nearest(name, list(projects)) or "; known: " + ", ".join(sorted(projects)[:8])
        raise NotFound(f"unknown project '{name}'{hint}")
    if not os.path.isdir(project.path):
        raise NotFound(
            f"project {name}: its folder {project.path} is gone; bring it back, or mend 'path' in"
            f" {context.places.config_file}"
        )
    return project


def find_profile(name: str, context: Context) -> Profile:
    """The profile of agent `name`. Raises NotFound."""
    profile = context.settings.agents.get(name)
    if profile is None:
        known = sorted(context.settings.agents)
        raise NotFound(f"unknown agent '{name}'{nearest(name, known) or '; known: ' + ', '.join(known)}")
    return profile


def check_prompt(prompt: str, profile: Profile) -> str:
    """The prompt, if it can be handed to the agent. Raises UsageError."""
    if not prompt.strip():
        raise UsageError("the prompt is empty; say what the agent should do")
    if "\0" in prompt:
        raise UsageError("the prompt holds a NUL character, which no agent can take; remove it")
    try:
        size = len(prompt.encode())
    except UnicodeEncodeError:
        raise UsageError("the prompt is not valid UTF-8; convert it, or give it by --prompt-file") from None
    if profile.takes_prompt_argument and size > 64 * 1024:  # the exact limit is worth an import only here
        _check_argument(size, profile)
    return prompt


def _check_argument(size: int, profile: Profile) -> None:
    from cockpit.domain.profile import PROMPT_ARGUMENT_LIMIT

    if size > PROMPT_ARGUMENT_LIMIT:
        raise UsageError(
            f"the prompt has {size} bytes; agent {profile.name} takes it as an argument, which may have"
            f" {PROMPT_ARGUMENT_LIMIT}; use {{prompt_file}} in its command"
        )


def check_name(what: str, name: str) -> str:
    """A user's or project's name: printable, not too long. Raises UsageError."""
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise UsageError(f"{what} {name!r} won't do: 1 to 100 printable characters are allowed")
    return name.strip()


def check_metadata(text: str | None) -> str:
    """A JSON object as compact text. Raises UsageError."""
    if not text:
        return "{}"
    try:
        value = json.loads(text)
        # Not NaN: python reads it, nobody else does.
        compact = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"--metadata is not JSON: {error}; write an object such as '{{\"ticket\": 14}}'"
        ) from None
    if not isinstance(value, dict):
        raise UsageError("--metadata must be a JSON object such as '{\"ticket\": 14}'")
    return check_text("--metadata", compact)


def check_text(what: str, text: str) -> str:
    """`text`, if it can be stored: half of a surrogate pair (`"\\ud800"` in JSON) can't. Raises UsageError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{what} is not valid UTF-8; convert it first") from None
    return text


def request_from_object(value: Any, where: str) -> EnqueueRequest:
    """A line of a batch: an object with `project`, `prompt` and the long options' names. Raises UsageError."""
    if not isinstance(value, dict):
        raise UsageError(f"{where}: not a JSON object")
    fields = EnqueueRequest.__dataclass_fields__
    unknown = [key for key in value if key not in fields]
    if unknown:
        raise UsageError(f"{where}: unknown key '{unknown[0]}'{nearest(unknown[0], list(fields))}")
    missing = [key for key in ("project", "prompt") if not isinstance(value.get(key), str)]
    if missing:
        raise UsageError(f"{where}: '{missing[0]}' is missing or not text")
    return EnqueueRequest(
        **{key: _field(key, item, where) for key, item in value.items() if item is not None}
    )


def _field(key: str, value: Any, where: str) -> Any:
    """One value of a batch line in the shape that the command line would give it."""
    if key == "metadata":
        return value if isinstance(value, str) else json.dumps(value)
    if key == "after":
        parts = [value] if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise UsageError(f"{where}: 'after' is a job id or a list of them")
        return tuple(parts)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f"{where}: '{key}' must be text or a number")
    if key == "retries":
        return _whole(value, where)
    return value if key == "priority" and isinstance(value, int) else str(value)


def _whole(value: str | float, where: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise UsageError(f"{where}: 'retries' must be a whole number") from None


def _not_before(request: EnqueueRequest, now: int) -> int | None:
    if request.delay and request.at:
        raise UsageError("--delay and --at exclude each other; give one of them")
    if request.delay:
        return now + round(parse_duration(request.delay) * SECOND)
    return parse_time(request.at, now) if request.at else None


def _retries(asked: int | None, default: int) -> int:
    retries = default if asked is None else asked
    if not 0 <= retries <= _MOST_RETRIES:
        raise UsageError(f"retries {retries} won't do: 0 to {_MOST_RETRIES} are allowed")
    return retries


def _origin() -> str | None:
    """The job that enqueues this one, when an agent does."""
    job_id = os.environ.get("COCKPIT_JOB_ID")
    return f"by job {job_id}" if job_id else None
