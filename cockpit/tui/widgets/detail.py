"""The pane of the selected job: its live output, its prompt, its details."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.domain.job import Job
from cockpit.tui.job_text import JobFacts, details, no_output, nothing_selected, prompt_lines, title
from cockpit.tui.widgets.output_view import OutputView
from cockpit.tui.widgets.painting import Tabs
from cockpit.tui.widgets.text_view import TextView

TABS = ("Output", "Prompt", "Details")


class JobReader(Protocol):
    """What the pane asks for; the screen answers from the store."""

    def facts(self, job: Job) -> JobFacts: ...
    def prompt(self, job_id: str) -> str: ...
    def log_path(self, job: Job) -> str: ...


class Detail(Vertical):
    """Reads only what its current tab shows."""

    def __init__(self, reader: JobReader) -> None:
        super().__init__(id="job")
        self._reader = reader
        self._job: Job | None = None
        self._shown: tuple[str, str] = ("", "")
        self.border_title = "Job"

    def compose(self) -> ComposeResult:
        yield Tabs(TABS, id="job-tabs")
        yield OutputView()
        yield TextView(id="prompt")
        yield TextView(id="details")

    @property
    def current(self) -> str:
        return self.query_one("#job-tabs", Tabs).current

    @property
    def view(self) -> TextView:
        """The text of the current tab; it takes the focus for the pane."""
        return self.query_one(f"#{self.current.lower()}", TextView)

    def on_mount(self) -> None:
        self.open(TABS[0])

    def open(self, name: str) -> None:
        """Show a tab."""
        had_focus = self.has_focus_within
        self.query_one("#job-tabs", Tabs).mark(name)
        for tab in TABS:
            self.query_one(f"#{tab.lower()}", TextView).display = tab == name
        if had_focus:
            self.view.focus()
        self._fill()

    def step(self, by: int) -> None:
        """The next tab, or the one before."""
        self.open(TABS[(TABS.index(self.current) + by) % len(TABS)])

    def show_job(self, job: Job | None) -> None:
        """Show this job as it is now."""
        self._job = job
        self._fill()

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
            self.query_one(OutputView).show_text(nothing_selected())
            self.query_one("#prompt", TextView).set_lines([])
            self.query_one("#details", TextView).set_lines([])
            return
        fresh = self._shown != (facts.job.id, self.current)
        self._shown = (facts.job.id, self.current)
        _FILL[self.current](self, facts, fresh)

    def _fill_output(self, facts: JobFacts, _fresh: bool) -> None:
        view = self.query_one(OutputView)
        instead = no_output(facts.job, facts.why)
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
    "Output": Detail._fill_output,
    "Prompt": Detail._fill_prompt,
    "Details": Detail._fill_details,
}
