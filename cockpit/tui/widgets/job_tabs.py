"""A job under tabs: output, progress, prompt, details, events. One text view shows all but the output.

The job pane (detail.py) adds the agent's own screen; on a very wide terminal a second one stands beside it.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from cockpit.base.clock import Clock
from cockpit.domain.job import WAITING, Job
from cockpit.tmux.pane import PaneController
from cockpit.tui.job_history import history
from cockpit.tui.job_text import JobFacts, details, no_output, nothing_selected, prompt_lines, title
from cockpit.tui.parts import Lines
from cockpit.tui.progress_log import ProgressLog, progress_told
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.find_bar import FindBar
from cockpit.tui.widgets.output_view import OutputView
from cockpit.tui.widgets.painting import Tabs, entitle
from cockpit.tui.widgets.text_view import TextView


class JobReader(Protocol):
    """What the pane asks for; the screen answers from the store."""

    def facts(self, job: Job) -> JobFacts: ...
    def prompt(self, job_id: str) -> str: ...
    def attempt_folder(self, job: Job) -> str: ...
    async def open_pane(self, job: Job) -> PaneController: ...


class JobTabs(Steady, Vertical):
    """Reads only what its current tab shows."""

    class Turned(Message):
        """Another tab is the current one."""

    TABS: ClassVar[tuple[str, ...]] = ("Output", "Progress", "Prompt", "Details", "Events")
    FIRST: ClassVar[str] = "Output"

    def __init__(self, reader: JobReader, clock: Clock, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._reader = reader
        self._job: Job | None = None
        self._shown: tuple[str, str] = ("", "")
        self._progress = ProgressLog(clock)
        self._tabs = Tabs(self.TABS, id=f"{id}-tabs")
        self.output = OutputView(id=f"{id}-output")
        self.text = TextView(id=f"{id}-text", searched=True)
        self.border_title = self.get_title()

    def get_title(self) -> str:
        """What stands in the frame while no job is selected."""
        return "Job"

    def compose(self) -> ComposeResult:
        self._tabs.add_class("job-tabs")
        yield self._tabs
        yield from self.compose_more()
        yield self.output
        yield self.text

    def compose_more(self) -> ComposeResult:
        """What a subclass adds."""
        return ()

    def view_of(self, name: str) -> Widget:
        """The widget that shows a tab."""
        return self.output if name == "Output" else self.text

    @property
    def current(self) -> str:
        return self._tabs.current

    @property
    def view(self) -> Widget:
        """What takes the focus for the pane."""
        return self.view_of(self.current)

    def on_mount(self) -> None:
        self.turn_to(self.FIRST)

    def open(self, name: str) -> None:
        """The person wants this tab."""
        self.turn_to(name)

    def turn_to(self, name: str) -> None:
        """Show a tab."""
        had_focus = self.has_focus_within
        self._tabs.mark(name)
        for tab in self.TABS:
            self.view_of(tab).display = False
        self.view_of(name).display = True
        if had_focus:
            self.view.focus()
        self.fill()
        self.tell_note()
        self.post_message(self.Turned())

    def step(self, by: int) -> None:
        """The next tab, or the one before."""
        self.open(self.TABS[(self.TABS.index(self.current) + by) % len(self.TABS)])

    def show_job(self, job: Job | None) -> None:
        """Show this job as it is now."""
        self._job = job
        if self.children:
            self.fill()

    def read_on(self) -> None:
        """Its files may have changed."""
        if self.current == "Output":
            self.output.read_on()
        elif self.current == "Progress":
            self.fill()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        message.stop()
        self.open(message.name)

    # filling

    def fill(self) -> None:
        """Bring the current tab up to date."""
        job = self._job
        if not self.children:
            return
        facts = None if job is None else self._reader.facts(job)
        heading = self.get_title() if facts is None else self.heading(facts)
        entitle(self, heading)
        job_id = "" if facts is None else facts.job.id
        fresh = facts is not None and self._shown != (job_id, self.current)
        if self._shown[0] != job_id and self.text.search is not None:
            self.text.look_for("")  # it was looked for in another job
        self._shown = (job_id, self.current)
        self.fill_tab(facts, fresh)

    def heading(self, facts: JobFacts) -> str:
        """What stands in the frame."""
        return title(facts.job, facts.now, facts.seen)

    def fill_tab(self, facts: JobFacts | None, fresh: bool) -> None:
        """Show the facts in the current tab; from the top where they are `fresh`."""
        if self.current == "Output":
            self._fill_output(facts)
        elif facts is None:
            self.text.set_parts(nothing_selected())
        else:
            self.text.set_parts(self._lines(facts), top=fresh)

    def _lines(self, facts: JobFacts) -> Lines:
        match self.current:
            case "Progress":
                job = facts.job
                said = self._progress.read(self._reader.attempt_folder(job)) if job.attempt else []
                return progress_told(job, said, facts.why, self.size.width, facts.now)
            case "Prompt":
                return prompt_lines(self._reader.prompt(facts.job.id))
            case "Events":
                return history(facts)
            case _:
                return details(facts)

    def _fill_output(self, facts: JobFacts | None) -> None:
        if facts is None:
            self.output.show_text(nothing_selected())
            return
        waits = facts.job.state in WAITING
        instead = no_output(facts.job, facts.why, self._reader.prompt(facts.job.id) if waits else "")
        if facts.job.attempt:
            self.output.show_log(f"{self._reader.attempt_folder(facts.job)}/output.log", instead)
        else:
            self.output.show_text(instead)

    # searching in the text

    async def on_text_view_search_wanted(self, message: TextView.SearchWanted) -> None:
        """Open the line to type in, before anything else: the next key may be on its way already."""
        message.stop()
        if not self.query(FindBar):
            await self.mount(FindBar())
        self.query_one(FindBar).start()

    def on_find_bar_changed(self, message: FindBar.Changed) -> None:
        message.stop()
        view = self.view
        if not isinstance(view, TextView):
            return
        view.look_for(message.wanted)
        if message.done:
            view.focus()

    def on_text_view_noted(self, message: TextView.Noted) -> None:
        message.stop()
        self.tell_note()

    def tell_note(self) -> None:
        """In the lower frame: what is looked for, and whether new output is followed."""
        view = self.view
        note = view.note if isinstance(view, TextView) else ""
        entitle(self, note, below=True)
