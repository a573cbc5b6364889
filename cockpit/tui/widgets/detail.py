"""The pane of the selected job: its agent's own screen, its output, its prompt, its details."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from cockpit.base.clock import Clock
from cockpit.domain.job import WAITING, Job, State
from cockpit.tmux.pane import PaneController
from cockpit.tui.job_text import JobFacts, details, no_output, nothing_selected, prompt_lines, title
from cockpit.tui.widgets.agent_screen import DockerTmuxController
from cockpit.tui.widgets.output_view import OutputView
from cockpit.tui.widgets.painting import Tabs
from cockpit.tui.widgets.screen_tab import ScreenTab
from cockpit.tui.widgets.text_view import TextView

TABS = ("Screen", "Output", "Prompt", "Details")


class JobReader(Protocol):
    """What the pane asks for; the screen answers from the store."""

    def facts(self, job: Job) -> JobFacts: ...
    def prompt(self, job_id: str) -> str: ...
    def log_path(self, job: Job) -> str: ...
    async def open_pane(self, job: Job) -> PaneController: ...


class Detail(Vertical):
    """Reads only what its current tab shows.

    Until the person has chosen a tab, a running job shows its screen, and one without a screen its output.
    """

    def __init__(self, reader: JobReader, clock: Clock) -> None:
        super().__init__(id="job")
        self._clock = clock
        self._chosen: str | None = None
        self._no_screen: tuple[str, int] | None = None
        self._reader = reader
        self._job: Job | None = None
        self._shown: tuple[str, str] = ("", "")
        self.border_title = "Job"

    def compose(self) -> ComposeResult:
        yield Tabs(TABS, id="job-tabs")
        yield ScreenTab(self._reader.open_pane, self._clock)
        yield OutputView()
        yield TextView(id="prompt")
        yield TextView(id="details")

    @property
    def current(self) -> str:
        return self.query_one("#job-tabs", Tabs).current

    @property
    def view(self) -> Widget:
        """What the current tab shows; it takes the focus for the pane."""
        return (
            self.agent if self.current == "Screen" else self.query_one(f"#{self.current.lower()}", TextView)
        )

    @property
    def agent(self) -> DockerTmuxController:
        """The agent's own screen."""
        return self.query_one(ScreenTab).agent

    def on_mount(self) -> None:
        self._open("Output")

    def open(self, name: str) -> None:
        """Show a tab, for this job and the ones selected after it."""
        self._chosen = name
        self._open(name)

    def _open(self, name: str) -> None:
        had_focus = self.has_focus_within
        self.query_one("#job-tabs", Tabs).mark(name)
        for tab in TABS:
            self.query_one(f"#{tab.lower()}").display = tab == name
        if had_focus:
            self.view.focus()
        self._fill()

    def step(self, by: int) -> None:
        """The next tab, or the one before."""
        self.open(TABS[(TABS.index(self.current) + by) % len(TABS)])

    def show_job(self, job: Job | None) -> None:
        """Show this job as it is now."""
        self._job = job
        if not self.children:
            return
        wanted = self._chosen or self._fitting(job)
        if wanted != self.current:
            self._open(wanted)
        else:
            self._fill()

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

    def read_on(self) -> None:
        """Its files may have changed."""
        if self.current == "Output":
            self.query_one(OutputView).read_on()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        message.stop()
        self.open(message.name)

    def _fill(self) -> None:
        job = self._job
        if not self.children:
            return
        facts = None if job is None else self._reader.facts(job)
        heading = "Job" if facts is None else title(facts.job, facts.now, facts.seen)
        if self.border_title != heading:
            self.border_title = heading
        if facts is None:
            self.query_one(ScreenTab).show_facts(None)
            self.query_one(OutputView).show_text(nothing_selected())
            self.query_one("#prompt", TextView).set_lines([])
            self.query_one("#details", TextView).set_lines([])
            return
        fresh = self._shown != (facts.job.id, self.current)
        self._shown = (facts.job.id, self.current)
        _FILL[self.current](self, facts, fresh)

    def _fill_screen(self, facts: JobFacts, _fresh: bool) -> None:
        self.query_one(ScreenTab).show_facts(facts)

    def _fill_output(self, facts: JobFacts, _fresh: bool) -> None:
        view = self.query_one(OutputView)
        waits = facts.job.state in WAITING
        instead = no_output(facts.job, facts.why, self._reader.prompt(facts.job.id) if waits else "")
        if facts.job.attempt:
            view.show_log(self._reader.log_path(facts.job), instead)
        else:
            view.show_text(instead)

    def _fill_prompt(self, facts: JobFacts, fresh: bool) -> None:
        self.query_one("#prompt", TextView).set_parts(
            prompt_lines(self._reader.prompt(facts.job.id)), top=fresh
        )

    def _fill_details(self, facts: JobFacts, fresh: bool) -> None:
        self.query_one("#details", TextView).set_parts(details(facts), top=fresh)


_FILL: dict[str, Callable[[Detail, JobFacts, bool], None]] = {
    "Screen": Detail._fill_screen,
    "Output": Detail._fill_output,
    "Prompt": Detail._fill_prompt,
    "Details": Detail._fill_details,
}
