"""Nine agents whose screens were recorded once, each in the state that its profile reads from its screen."""

from __future__ import annotations

import pytest

from cockpit.agents.detect import detect
from cockpit.base import process
from cockpit.controller.requests import find_profile
from cockpit.domain.job import Job, NewJob, Priority
from cockpit.domain.screen import AgentState, PaneState
from cockpit.scheduler.screenwatch import as_screen
from tests.ui import canned
from tests.ui.stage import Stage

FLEET = (
    ("alice", "web", "claude/idle-answered-120"),
    ("bob", "api", "codex/working-tool-120"),
    ("carol", "docs", "claude/blocked-permission-bash-120"),
    ("dave", "web", "gemini/working-streaming-120"),
    ("erin", "api", "opencode/blocked-permission-edit-120"),
    ("frank", "docs", "aider/working-streaming-120"),
    ("grace", "web", "claude/failed-login-120"),
    ("heidi", "api", "opencode/working-tool-120"),
    ("ivan", "docs", "shell/working-command-runs-120"),
)


class GridStage:
    """`panes` are the recorded ones, by job."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, count: int = len(FLEET)) -> None:
        self.stage = stage
        self.jobs = [self._start(user, project, name) for user, project, name in FLEET[:count]]
        names = {job.id: name for job, (*_, name) in zip(self.jobs, FLEET, strict=False)}
        self.panes = canned.use(monkeypatch, names)
        for job in self.jobs:
            stage.clock.advance(60)
            self.see(job)
        stage.clock.advance(120)
        stage.store.beat("here", 3, stage.clock.now())

    def _start(self, user: str, project: str, name: str) -> Job:
        store, now = self.stage.store, self.stage.clock.now()
        new = NewJob(project, user, name.partition("/")[0], "Do it", Priority.CRITICAL)
        job_id = store.enqueue([new], now)[0].job_id
        claim = store.claim(100, 3600, now)
        assert claim is not None
        assert claim.job_id == job_id
        store.starting(
            job_id, claim.fence, now, window="@1", pane="%1", process=process.current(), server_pid=1
        )
        return store.running(job_id, claim.fence, now)

    def see(self, job: Job, state: PaneState | None = None) -> None:
        """Its screen says what its profile reads there, or `state`."""
        found = detect(find_profile(job.agent, self.stage.context), as_screen(self.panes[job.id].screen))
        state = state or found.state
        seen = AgentState(state, found.rule, found.line, self.stage.clock.now())
        assert self.stage.store.set_agent_state(job.id, job.fence or 0, seen)
