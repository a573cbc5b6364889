"""One tile of the grid: an agent's live screen under a line that says whose it is and how it is."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from cockpit.base.clock import Clock, Micros
from cockpit.base.records import dataclass
from cockpit.domain.job import Job
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui.agent_words import NO_KEYS, Keys, told, told_state
from cockpit.tui.follower import OpenPane
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.looks_back import LooksBack
from cockpit.tui.widgets.painting import Line
from cockpit.tui.words import age, plain, short_id


@dataclass(frozen=True, slots=True)
class TileFacts:
    """All that a tile tells, at the time `now`."""

    job: Job
    seen: AgentState | None
    keys: Keys = NO_KEYS
    percent: int | None = None
    prompt: str = ""
    now: Micros = 0


class TilePicture(LooksBack):
    """The agent's screen, captured ten times a second at most."""

    EVERY = MUCH = 0.1
    LIVE = "leave_screen"


class Tile(Steady, Vertical):
    """Shows one job for as long as it stands; a click selects it, two open it."""

    DEFAULT_CSS = "Tile TilePicture { height: 1fr; }"

    class Clicked(Message):
        """A person points at this one; `twice`: they want more of it."""

        def __init__(self, job_id: str, *, twice: bool) -> None:
            super().__init__()
            self.job_id = job_id
            self.twice = twice

    def __init__(self, job_id: str, open_pane: OpenPane, clock: Clock) -> None:
        super().__init__()
        self.job_id = job_id
        self.picture = TilePicture(open_pane, clock)
        self._line = Line(classes="tile-title")
        self._facts: TileFacts | None = None
        self._selected = False

    def compose(self) -> ComposeResult:
        yield self._line
        yield self.picture

    def tell(self, facts: TileFacts, *, selected: bool) -> None:
        """Show this."""
        self._facts, self._selected = facts, selected
        self.set_class(selected, "-selected")
        self.picture.show(facts.job)
        seen = facts.seen
        self.picture.asks(seen.line if seen is not None and seen.state is PaneState.BLOCKED else "")
        self._tell()

    def _tell(self) -> None:
        if self._facts is not None:
            note = self.picture.note
            self._line.show(
                title(self._facts, selected=self._selected), note or _right(self._facts, self._selected)
            )

    def on_pane_picture_noted(self) -> None:
        self._tell()

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(self.job_id, twice=event.chain > 1))


_SHORT = 6  # parts of a title without keys


def title(facts: TileFacts, *, selected: bool) -> list[Part]:
    """Mark, whose, which agent, how it is and since when, and the keys that would answer."""
    job, seen = facts.job, facts.seen
    mark, state, pen = told_state(job, seen)
    since = seen.since if seen is not None and told(job, seen) else job.started_at
    parts: list[Part] = [
        ("▌" if selected else " ", "t--key"),
        (f"{mark} ", pen),
        (f"{plain(job.user)}/{plain(job.project)}", "t--strong"),
        (f" {plain(job.agent)}", "t--muted"),
        (f" {state}", pen),
        (f" {age(since, facts.now)}", "t--muted"),
    ]
    for name, yes in (("answer_yes", True), ("answer_no", False)):
        if keys := facts.keys.told(yes=yes):
            parts += [(f"  {key_for(name)}", "t--key"), (f"→{keys}", "t--plain")]
    if len(parts) == _SHORT:
        parts.append((f"  {facts.prompt}", "t--muted"))
    return [(text, "t--title") for text, _ in parts] if selected else parts


def _right(facts: TileFacts, selected: bool) -> list[Part]:
    progress = "" if facts.percent is None else f"{facts.percent}% "
    return [(f" {progress}{short_id(facts.job.id)} ", "t--title" if selected else "t--muted")]
