"""What is known of a job that has ended: details, prompt, and its output where that is still there."""

from __future__ import annotations

import os
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.tui.job_history import history
from cockpit.tui.job_text import JobFacts, details, prompt_lines, title
from cockpit.tui.parts import Lines
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.output_view import OutputView
from cockpit.tui.widgets.painting import Tabs, entitle
from cockpit.tui.widgets.text_view import TextView

TABS = ("Details", "Prompt", "Output")


class PastDetail(Steady, Vertical):
    """Reads only what its current tab shows; `log_path` names the log of the shown job's last attempt."""

    def __init__(self) -> None:
        super().__init__(id="past")
        self._facts: JobFacts | None = None
        self._prompt: Callable[[str], str] = str
        self._log = ""
        self._shown: tuple[str, str] = ("", "")
        self.border_title = "Job"

    def compose(self) -> ComposeResult:
        yield Tabs(TABS, id="past-tabs")
        yield TextView(id="details")
        yield TextView(id="prompt")
        yield OutputView(id="output")

    def on_mount(self) -> None:
        self.open(TABS[0])

    @property
    def current(self) -> str:
        """The tab that is shown."""
        return self.query_one(Tabs).current

    @property
    def view(self) -> TextView:
        """What the current tab shows; it takes the focus."""
        return self.query_one(f"#{self.current.lower()}", TextView)

    def open(self, name: str) -> None:
        """Show a tab, for this job and those selected after it."""
        had_focus = self.has_focus_within
        self.query_one(Tabs).mark(name)
        for tab in TABS:
            self.query_one(f"#{tab.lower()}").display = tab == name
        if had_focus:
            self.view.focus()
        self._fill()

    def step(self, by: int) -> None:
        """The next tab, or the one before."""
        self.open(TABS[(TABS.index(self.current) + by) % len(TABS)])

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        message.stop()
        self.open(message.name)

    def show_job(self, facts: JobFacts | None, prompt: Callable[[str], str], log: str) -> None:
        """Show this job as it is now."""
        self._facts, self._prompt, self._log = facts, prompt, log
        self._fill()

    def _fill(self) -> None:
        facts = self._facts
        heading = "Job" if facts is None else title(facts.job, facts.now)
        entitle(self, heading)
        if facts is None:
            self._shown = ("", "")
            for view in self.query(TextView):
                view.set_parts([[("  Nothing is selected.", "t--muted")]])
            return
        fresh = self._shown != (facts.job.id, self.current)
        self._shown = (facts.job.id, self.current)
        if self.current == "Details":
            self.view.set_parts([*details(facts), *history(facts)], top=fresh)
        elif self.current == "Prompt":
            self.view.set_parts(prompt_lines(self._prompt(facts.job.id)), top=fresh)
        else:
            self._fill_output(facts)

    def _fill_output(self, facts: JobFacts) -> None:
        view = self.query_one(OutputView)
        if facts.job.attempt and os.path.exists(self._log):
            view.show_log(self._log, _told(["It printed nothing."]))
        elif facts.job.attempt:
            view.show_text(
                _told(["Its output is gone with its folder.", "", "[retention] says how long they are kept."])
            )
        else:
            view.show_text(_told(["It never started: there is no output."]))


def _told(lines: list[str]) -> Lines:
    return [[], *([(f"  {line}", "t--muted")] for line in lines)]
