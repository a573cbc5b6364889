"""The agent's own screen, under a line that says what it is believed to do, and why."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.base.clock import Clock
from cockpit.domain.job import ACTIVE, State
from cockpit.domain.screen import PaneState
from cockpit.tui.job_text import JobFacts, agent_line
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.agent_screen import DockerTmuxController, OpenPane
from cockpit.tui.widgets.painting import Line
from cockpit.tui.words import state_word


class ScreenTab(Steady, Vertical):
    """One line, and the screen below it."""

    DEFAULT_CSS = "ScreenTab DockerTmuxController { height: 1fr; }"

    def __init__(self, open_pane: OpenPane, clock: Clock) -> None:
        super().__init__(id="screen")
        self.agent = DockerTmuxController(open_pane, clock)
        self._line = Line(id="screen-says")
        self._facts: JobFacts | None = None

    def compose(self) -> ComposeResult:
        yield self._line
        yield self.agent

    def show_facts(self, facts: JobFacts | None) -> None:
        """Show this job's screen; nothing where it has none."""
        self._facts = facts
        runs = facts is not None and facts.job.state in ACTIVE and facts.job.state is not State.ASSIGNED
        self.agent.show(facts.job if facts is not None and runs else None)
        self.agent.asks(_asked(facts))
        self.tell()

    def tell(self) -> None:
        """Bring the line up to date."""
        self._line.show(_says(self._facts), self.agent.note)

    def on_docker_tmux_controller_noted(self) -> None:
        self.tell()


def _asked(facts: JobFacts | None) -> str:
    """The line of the question that stands open."""
    seen = facts.seen if facts is not None else None
    return seen.line if seen is not None and seen.state is PaneState.BLOCKED else ""


def _says(facts: JobFacts | None) -> list[Part]:
    """State and age, the keys that would answer, the evidence."""
    if facts is None:
        return [(" Nothing is selected.", "t--muted")]
    if facts.job.state not in ACTIVE:
        return [(f" The job is {state_word(facts.job)}: it has no screen.", "t--muted")]
    said = agent_line(facts)
    if not said:
        return [(" nothing is known of its screen yet", "t--muted")]
    answers: list[Part] = []
    for name, yes in (("answer_yes", True), ("answer_no", False)):
        if keys := facts.keys.told(yes=yes):
            answers += [(f"  {key_for(name)}", "t--key"), (f" sends {keys}", "t--plain")]
    return [(" ", "t--plain"), said[0], *answers, *said[1:]]
