"""Enqueue: the form, and what comes of it."""

from __future__ import annotations

from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import Accepted
from cockpit.tui.actions.action import Situation
from cockpit.tui.forecast import forecast
from cockpit.tui.operations.base import BaseOperations


class EnqueueOperations(BaseOperations):
    """The part of every screen's operations that puts jobs into the queue."""

    _last_project = ""

    async def enqueue(self, at: Situation) -> None:
        """The form; then the job is selected."""
        from cockpit.tui.dialogs.enqueue import EnqueueDialog, FormStart

        settings = self._live.context.settings
        projects = {name: (project.user, project.agent) for name, project in settings.projects.items()}
        start = FormStart(projects, tuple(sorted(settings.agents)), self._guess_project(at, list(projects)))
        request = await self._screen.app.push_screen_wait(EnqueueDialog(start, self._check))
        if request is None:
            return
        accepted: Accepted = await self._live.do(lambda services: services.jobs.enqueue(request))
        self._last_project = accepted.project
        self._say(f"Job {accepted.job_id} of {accepted.user} is in the queue at {accepted.position:,}.")
        self._screen.reveal(accepted.job_id)

    def _guess_project(self, at: Situation, projects: list[str]) -> str:
        wanted = self._last_project or (at.job.project if at.job else "")
        if wanted in projects:
            return wanted
        return projects[0] if len(projects) == 1 else ""

    def _check(self, request: EnqueueRequest) -> str:
        """What will happen to it. Raises CockpitError where it would be refused."""
        jobs, context = self._live.jobs, self._live.context
        new = jobs.check(request)
        overview = self._screen.overview
        assert overview is not None
        serialize = context.settings.per_user_serialization.enabled
        position = jobs.expected_position(new)
        return forecast(new, overview, serialize=serialize, position=position, at=context.clock.now())
