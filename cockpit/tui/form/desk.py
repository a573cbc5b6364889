"""Everything that the enqueue form asks for: one place between it and the live parts, without a widget.

What is slow (a folder of templates, a part of an id among all jobs) goes to a thread; the rest is microseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence

from cockpit.base.times import SECOND
from cockpit.controller.live import Live
from cockpit.controller.opening import open_store
from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import Accepted, Job, State
from cockpit.store.values import JobFilter
from cockpit.tui.form.drafts import Drafts
from cockpit.tui.form.endless import Endless
from cockpit.tui.form.history import Page
from cockpit.tui.form.judge import Judge, Needs, Verdict, find_exact, find_needs
from cockpit.tui.form.templates import Templates, read_templates
from cockpit.tui.form.values import Values
from cockpit.tui.overview import Overview, read_overview

_BY_PIECES = 300  # above, a batch goes in by transactions of its own
_WAITING, _DELAYED = 300, 100  # jobs to come after that are offered; others are named by their ids
_HISTORY = 20


class Desk:
    """For one opened form."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._context = live.context
        self.drafts = Drafts(live.context.places.forms)
        self._judge = Judge(live.context, live.store, self._overview)

    # what there is

    @property
    def now(self) -> int:
        """Microseconds."""
        return self._context.clock.now()

    def projects(self) -> dict[str, tuple[str, str]]:
        """Their users and agents, by name."""
        projects = self._context.settings.projects
        return {name: (projects[name].user, projects[name].agent) for name in sorted(projects)}

    def agents(self) -> dict[str, str]:
        """What each is, by name."""
        agents = self._context.settings.agents
        return {name: agents[name].description for name in sorted(agents)}

    def users(self) -> list[str]:
        """Whose work is known here."""
        return self._live.jobs.known_users()

    def _overview(self) -> Overview:
        return read_overview(self._live.store, self._context, self._live.role, self._live.store.active())

    # what is typed

    async def look(self, values: Values) -> Verdict:
        """The verdict on the form as it stands."""
        return self._judge.look(values, await self._needs(values.needed))

    async def _needs(self, parts: tuple[str, ...]) -> Needs:
        found = find_exact(self._live.store, parts)
        return await asyncio.to_thread(self._find_needs, parts) if found is None else found

    def _find_needs(self, parts: tuple[str, ...]) -> Needs:
        with contextlib.closing(open_store(self._context.places)) as store:
            return find_needs(store, parts)

    def earlier(self, project: str) -> Page:
        """The prompts of a project's jobs."""
        store = self._live.store
        return lambda before: store.prompts(project, _HISTORY, before) if project else []

    async def templates(self) -> Templates:
        """The person's own."""
        return await asyncio.to_thread(read_templates, self.template_folder)

    @property
    def template_folder(self) -> str:
        """Where they lie."""
        return self._context.places.templates

    def known_words(self, values: Values) -> dict[str, str]:
        """What placeholders of a template stand for, as far as it is known."""
        user, agent = self.projects().get(values.project, ("", ""))
        return {
            "project": values.project,
            "user": values.user or user,
            "agent": values.agent or agent,
            "date": time.strftime("%Y-%m-%d", time.localtime(self.now // SECOND)),
        }

    def open_jobs(self) -> list[tuple[Job, str, str]]:
        """Jobs that one can come after: those at work, then the newest that wait.

        With each its prompt's first line, and why a job after it may never start.
        """
        store = self._live.store
        jobs = [*store.active()]
        for state, most in ((State.PENDING, _WAITING), (State.DELAYED, _DELAYED)):
            jobs += store.jobs(JobFilter(states=(state,)), limit=most)
        endless = Endless(store, store.holds())
        return [(job, store.head(job.id), endless.warning([job.id])) for job in jobs]

    # what is done

    async def enqueue(self, requests: Sequence[EnqueueRequest]) -> list[Accepted]:
        """All or none. Raises CockpitError; nothing was enqueued then."""
        lines = [(f"line {number}", request) for number, request in enumerate(requests, 1)]
        accepted = await self._live.do(
            lambda services: services.jobs.accept(
                services.jobs.check_batch(lines) if len(lines) > 1 else [services.jobs.check(requests[0])]
            ),
            by_pieces=len(lines) > _BY_PIECES,
        )
        self.drafts.remember_project(accepted[0].project)
        return accepted
