"""The second view of the selected job on a very wide terminal: never the tab that the job pane shows already."""

from __future__ import annotations

from textual.message import Message

from cockpit.base.clock import Clock
from cockpit.tui.job_text import JobFacts
from cockpit.tui.widgets.job_tabs import JobReader, JobTabs


class SidePane(JobTabs):
    """Shows the tab that the person likes here; where that is in the job pane, another one."""

    class Wanted(Message):
        """The person wants this tab here."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    FIRST = "Details"

    def __init__(self, reader: JobReader, clock: Clock) -> None:
        super().__init__(reader, clock, id="side")
        self._wanted = self.FIRST

    def beside(self, other: str, liked: str) -> None:
        """The job pane shows `other`; `liked` is what the person likes here."""
        liked = liked if liked in self.TABS else self.FIRST
        instead = "Output" if liked == "Details" else "Details"
        self._wanted = instead if liked == other else liked
        if self.children and self._wanted != self.current:
            self.turn_to(self._wanted)

    def on_mount(self) -> None:
        self.turn_to(self._wanted)

    def open(self, name: str) -> None:
        self.turn_to(name)
        self.post_message(self.Wanted(name))

    def get_title(self) -> str:
        return "Beside"

    def heading(self, facts: JobFacts) -> str:
        return facts.job.id
