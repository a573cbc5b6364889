"""What is wrong with a form, at which field; and if nothing is: what will happen.

Costs microseconds whatever the prompt's size, but for one look through its text; the store is read by exact ids and
bounded ranges of indexes only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cockpit.base.errors import CockpitError, NotFound
from cockpit.base.times import parse_duration
from cockpit.controller.context import Context
from cockpit.controller.jobs import Jobs
from cockpit.controller.requests import EnqueueRequest, check_name, check_prompt, find_profile, find_project
from cockpit.domain.job import ENDED, State
from cockpit.store.base import Store
from cockpit.store.queue import never_starts
from cockpit.tui.form.endless import Endless
from cockpit.tui.form.forecast import forecast, read_outlook
from cockpit.tui.form.values import Values, parse_retries, parse_start, to_requests
from cockpit.tui.overview import Overview

_TOO_MANY = 20_000


@dataclass(frozen=True, slots=True)
class Needs:
    """The jobs that `after` means: their ids, or what is wrong with one of the parts."""

    ids: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`errors` by field; `missing` are fields that are merely empty still; else `requests`, what will
    happen, and `warns`: why that may be never."""

    errors: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[EnqueueRequest, ...] = ()
    says: str = ""
    warns: str = ""

    @property
    def ready(self) -> bool:
        """Can it be enqueued?"""
        return not self.errors and not self.missing


class Judge:
    """Over one store; `overview` is what the screen knows of it now."""

    def __init__(self, context: Context, store: Store, overview: Callable[[], Overview]) -> None:
        self._context = context
        self._store = store
        self._overview = overview

    def look(self, values: Values, needs: Needs) -> Verdict:
        """The verdict on the form as it stands; `needs` is what its `after` means."""
        missing = _missing(values)
        errors = self._errors(values, needs)
        if errors or missing:
            return Verdict(errors, {name: says for name, says in missing.items() if name not in errors})
        try:
            requests = to_requests(values, self._context.clock.now(), needs.ids)
            endless = Endless(self._store, self._overview().holds) if needs.ids else None
            warns = endless.warning(needs.ids) if endless else ""
            return Verdict(requests=tuple(requests), says=self._says(requests), warns=warns)
        except CockpitError as error:  # what the fields alone did not show
            return Verdict({"prompt": str(error)})

    def _says(self, requests: list[EnqueueRequest]) -> str:
        new = Jobs(self._context, self._store).check(requests[0])
        serialize = self._context.settings.per_user_serialization.enabled
        outlook = read_outlook(self._store, new, self._overview(), serialize=serialize)
        return forecast(new, outlook, len(requests))

    def _errors(self, values: Values, needs: Needs) -> dict[str, str]:
        context, now = self._context, self._context.clock.now()
        checks: dict[str, Callable[[], object]] = {
            "project": lambda: values.project.strip() and find_project(values.project.strip(), context),
            "agent": lambda: values.agent.strip() and find_profile(values.agent.strip(), context),
            "user": lambda: values.user.strip() and check_name("user", values.user),
            "prompt": lambda: self._check_prompts(values),
            "start": lambda: parse_start(values.start, now),
            "retries": lambda: parse_retries(values.retries),
            "timeout": lambda: values.timeout.strip() and parse_duration(values.timeout),
        }
        found = {name: problem for name, check in checks.items() if (problem := _problem(check))}
        if needs.problem:
            found["after"] = needs.problem
        return found

    def _check_prompts(self, values: Values) -> None:
        """All of them at once: as one text for what is forbidden anywhere, and the longest for its size."""
        prompts = values.prompts
        if not values.prompt.strip():
            return
        if len(prompts) > _TOO_MANY:
            raise CockpitError(f"{len(prompts):,} jobs at once; {_TOO_MANY:,} are allowed")
        known = self._context.settings.projects.get(values.project.strip())
        agent = values.agent.strip() or (known.agent if known else "")
        profile = self._context.settings.agents.get(agent)
        if profile is None:  # told at its own field
            return
        if values.each_line:
            check_prompt(max(prompts, key=len), profile)
            if "\0" in values.prompt:
                check_prompt(values.prompt, profile)
        else:
            check_prompt(values.prompt, profile)


def _missing(values: Values) -> dict[str, str]:
    missing = {}
    if not values.project.strip():
        missing["project"] = "choose a project"
    if not values.prompt.strip():
        missing["prompt"] = "write what the agent should do"
    return missing


def _problem(check: Callable[[], object]) -> str:
    try:
        check()
    except CockpitError as error:
        return str(error)
    return ""


def find_needs(store: Store, parts: tuple[str, ...]) -> Needs:
    """What parts of ids mean. A part that is no whole id looks through all jobs: not for the event loop."""
    ids = []
    for part in parts:
        try:
            id_ = store.resolve(part)
            state = store.get(id_).state
            if state in ENDED and state is not State.COMPLETED:
                raise never_starts(id_, state)
        except CockpitError as error:
            return Needs(problem=str(error))
        ids.append(id_)
    return Needs(tuple(dict.fromkeys(ids)))


def find_exact(store: Store, parts: tuple[str, ...]) -> Needs | None:
    """As `find_needs`, at once; None where a part is no whole id."""
    try:
        for part in parts:
            store.get(part)
    except NotFound:
        return None
    return find_needs(store, parts)
