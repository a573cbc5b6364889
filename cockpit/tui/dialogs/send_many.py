"""One text for many agents: who gets it is shown while one types the filter, and afterwards what became of it.

Agents that ask something are left out unless the filter names them (`screen:blocked`): a text would answer their
question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, Label, Static

from cockpit.base.clock import Clock, Micros
from cockpit.base.records import dataclass
from cockpit.domain.job import Job, State
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui import agent_words
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.filters import Filter
from cockpit.tui.steady import Steady
from cockpit.tui.theme import colour_of
from cockpit.tui.words import plain, plural

_AT_ONCE = 8
_FIELD = "screen:"

SendTo = Callable[[Job, str, bool], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Running jobs that fit `jobs` and whose screens say one of `screens` (empty: anything but a question)."""

    jobs: Filter = Filter()  # frozen, and equal to any other empty one
    screens: frozenset[PaneState] = frozenset()

    def choose(
        self, jobs: Sequence[Job], seen: Mapping[str, AgentState], now: Micros
    ) -> tuple[list[Job], list[Job]]:
        """Who gets it, and who fits but asks something."""
        fits = self.jobs.test(now)
        chosen: list[Job] = []
        asking: list[Job] = []
        for job in jobs:
            state = seen[job.id].state if job.id in seen else PaneState.UNKNOWN
            if job.state not in (State.RUNNING, State.STALLED) or not fits(job):
                continue
            if self.screens:
                chosen += [job] if state in self.screens else []
            else:
                (asking if state is PaneState.BLOCKED else chosen).append(job)
        return chosen, asking


def parse_audience(text: str) -> tuple[Audience, str | None]:
    """As `parse_filter`, with `screen:idle,blocked` on top."""
    rest, screens, problem = [], set(), None
    for term in text.split():
        if not term.lower().startswith(_FIELD):
            rest.append(term)
            continue
        for word in filter(None, term[len(_FIELD) :].lower().split(",")):
            fitting = {state for state in PaneState if state.value.startswith(word)}
            screens |= fitting
            if not fitting:
                problem = f"no state of a screen '{word}'; there are {', '.join(PaneState)}"
    jobs, other = parse_filter(" ".join(rest))
    return Audience(jobs, frozenset(screens)), problem or other


class SendManyDialog(Steady, ModalScreen[None]):
    """`candidates` are asked anew with every key; `send_to` returns one line about what became of the text."""

    CSS = """
    SendManyDialog { align: center middle; }
    SendManyDialog > Vertical {
        width: 92%; max-width: 110; height: 90%; max-height: 30;
        padding: 0 1; background: $surface; border: round $primary;
    }
    SendManyDialog Horizontal { height: 1; margin-bottom: 1; }
    SendManyDialog Label { width: 8; color: $muted; }
    SendManyDialog Input { width: 1fr; background: $panel; }
    SendManyDialog VerticalScroll { height: 1fr; margin-bottom: 1; }
    SendManyDialog #who { height: auto; }
    SendManyDialog #verdict { height: auto; max-height: 3; }
    SendManyDialog Checkbox { width: auto; height: 1; border: none; padding: 0 0 0 2; background: $surface; }
    """
    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "leave", "Close")]  # type: ignore[assignment]  # one kind

    def __init__(
        self,
        candidates: Callable[[], tuple[Sequence[Job], Mapping[str, AgentState]]],
        send_to: SendTo,
        selected: Job | None,
        clock: Clock,
    ) -> None:
        super().__init__()
        self._candidates = candidates
        self._send_to = send_to
        self._clock = clock
        self._first = f"project:{selected.project}" if selected is not None else ""
        self._chosen: list[Job] = []
        self._told: dict[str, str] = {}
        self._sent = False

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Send to many"
            box.border_subtitle = "enter sends to those below · tab next field · esc closes"
            with Horizontal():
                yield Label("To")
                yield Input(
                    self._first, id="to", compact=True, select_on_focus=False,
                    placeholder="all that run; user: project: agent: state: screen:idle",
                )  # fmt: skip
            with Horizontal():
                yield Label("Text")
                yield Input(id="text", compact=True, placeholder="what they shall be told")
                yield Checkbox("and Enter", value=True, id="enter")
            yield Static("", id="verdict")
            with VerticalScroll():
                yield Static("", id="who")

    def on_mount(self) -> None:
        self.query_one("#text", Input).focus()
        self._preview()

    @on(Input.Changed)
    def _preview(self) -> None:
        """Who would get it."""
        if self._sent:
            return
        audience, problem = parse_audience(self.query_one("#to", Input).value)
        jobs, seen = self._candidates()
        chosen, asking = audience.choose(jobs, seen, self._clock.now())
        self._chosen = [] if problem else chosen
        if problem:
            self._verdict(problem, "error")
        else:
            left = (
                f" {plural(len(asking), 'agent asks', 'agents ask')} something and"
                f" {'is' if len(asking) == 1 else 'are'} left out (screen:blocked names them)." if asking else ""
            )  # fmt: skip
            who = plural(len(chosen), "agent gets it", "agents get it") if chosen else "Nobody gets it"
            self._verdict(f"{who}.{left}", "" if chosen else "warning")
        self._list(seen)

    def _verdict(self, text: str, colour: str) -> None:
        style = colour_of(self.app, colour) if colour else ""
        self.query_one("#verdict", Static).update(Text(text, style=style))

    def _list(self, seen: Mapping[str, AgentState]) -> None:
        lines = [Text(_line(job, seen.get(job.id), self._told.get(job.id, ""))) for job in self._chosen]
        self.query_one("#who", Static).update(Text("\n").join(lines))

    @on(Input.Submitted, "#to")
    def _to_text(self) -> None:
        self.query_one("#text", Input).focus()

    @on(Input.Submitted, "#text")
    def _submit(self) -> None:
        text = self.query_one("#text", Input).value
        if self._sent or not self._chosen or not text:
            self.app.bell()
            return
        self._sent = True
        self._send(text, self.query_one("#enter", Checkbox).value)

    @work
    async def _send(self, text: str, enter: bool) -> None:
        """To exactly those that were shown, eight at a time."""
        _, seen = self._candidates()
        turns = asyncio.Semaphore(_AT_ONCE)
        self._verdict("Sending.", "")

        async def one(job: Job) -> None:
            async with turns:
                self._told[job.id] = await self._send_to(job, text, enter)
            self._list(seen)

        await asyncio.gather(*(one(job) for job in self._chosen))
        reached = sum(not told.startswith("✖") for told in self._told.values())
        self._verdict(f"Sent to {reached} of {len(self._chosen)}. esc closes.", "" if reached else "error")

    def action_leave(self) -> None:
        self.dismiss(None)


def _line(job: Job, seen: AgentState | None, told: str) -> str:
    state = told or " ".join(agent_words.told_state(job, seen)[:2])
    return f"{plain(f'{job.user}/{job.project}')} {job.id} {plain(job.agent)}  {state}"
