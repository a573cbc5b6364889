"""The pane of the selected job: its agent's own screen, and what else there is to tell of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from cockpit.base.clock import Clock
from cockpit.domain.job import Job, State
from cockpit.tui.job_text import JobFacts
from cockpit.tui.widgets.agent_screen import DockerTmuxController
from cockpit.tui.widgets.job_tabs import JobReader, JobTabs
from cockpit.tui.widgets.screen_tab import ScreenTab


class Detail(JobTabs):
    """Until the person has chosen a tab, a running job shows its screen, and one without a screen its output."""

    TABS = ("Screen", *JobTabs.TABS)

    def __init__(self, reader: JobReader, clock: Clock) -> None:
        super().__init__(reader, clock, id="job")
        self._screen = ScreenTab(reader.open_pane, clock)
        self._chosen: str | None = None
        self._no_screen: tuple[str, int] | None = None

    def compose_more(self) -> ComposeResult:
        yield self._screen

    def view_of(self, name: str) -> Widget:
        return self._screen if name == "Screen" else super().view_of(name)

    @property
    def view(self) -> Widget:
        return self.agent if self.current == "Screen" else super().view

    @property
    def agent(self) -> DockerTmuxController:
        """The agent's own screen."""
        return self._screen.agent

    def open(self, name: str) -> None:
        """Show a tab, for this job and the ones selected after it."""
        self._chosen = name
        self.turn_to(name)

    def show_job(self, job: Job | None) -> None:
        self._job = job
        wanted = self._chosen or self._fitting(job)
        if self.children and wanted != self.current:
            self.turn_to(wanted)
        else:
            super().show_job(job)

    def _fitting(self, job: Job | None) -> str:
        """The tab for a job where the person has chosen none."""
        runs = job is not None and job.state in (State.RUNNING, State.STALLED)
        return "Screen" if job is not None and runs and (job.id, job.attempt) != self._no_screen else "Output"

    def on_docker_tmux_controller_noted(self) -> None:
        """A screen that can't be had is no reason to look at nothing."""
        job = self._job
        if job is not None and self._chosen is None and self.agent.trouble and self.agent.captured is None:
            self._no_screen = (job.id, job.attempt)
            self.show_job(job)

    def fill_tab(self, facts: JobFacts | None, fresh: bool) -> None:
        if self.current == "Screen" or facts is None:
            self._screen.show_facts(facts)
        if self.current != "Screen":
            super().fill_tab(facts, fresh)
