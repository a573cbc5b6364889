"""One text for many agents: who gets it is shown while one types the filter, and afterwards what became of it.

Agents that ask something are left out unless the filter names them (`screen:blocked`): a text would answer their
question. Where jobs are marked the filter begins as `is:marked`: those alone. Once sent, the text goes to all that were
shown, also when the dialog is closed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
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
from cockpit.tui.filters import Filter, Head, no_head
from cockpit.tui.steady import Steady
from cockpit.tui.theme import colour_of
from cockpit.tui.words import plain, plural

_AT_ONCE = 8
_FIELD = "screen:"
MARKED = "is:marked"
_PAUSE = 0.1  # seconds between two pictures of the list while it is sent

_TYPED_TO = (State.RUNNING, State.STALLED)

SendTo = Callable[[Job, str, bool], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Running jobs that fit `jobs` and whose screens say one of `screens` (empty: anything but a question)."""

    jobs: Filter = Filter()  # frozen, and equal to any other empty one
    screens: frozenset[PaneState] = frozenset()
    marked: bool = False

    def choose(
        self,
        jobs: Sequence[Job],
        seen: Mapping[str, AgentState],
        now: Micros,
        head: Head = no_head,
        marks: Container[str] = (),
    ) -> tuple[list[Job], list[Job]]:
        """Who gets it, and who fits but asks something. `head` gives the first line of a prompt, for plain words."""
        fits = self.jobs.test(now, head)
        chosen: list[Job] = []
        asking: list[Job] = []
        for job in jobs:
            state = seen[job.id].state if job.id in seen else PaneState.UNKNOWN
            if job.state not in _TYPED_TO or not fits(job) or (self.marked and job.id not in marks):
                continue
            if self.screens:
                chosen += [job] if state in self.screens else []
            else:
                (asking if state is PaneState.BLOCKED else chosen).append(job)
        return chosen, asking


def parse_audience(text: str) -> tuple[Audience, str | None]:
    """As `parse_filter`, with `screen:idle,blocked` and `is:marked` on top."""
    rest, screens, problem, marked = [], set(), None, False
    for term in text.split():
        if term.lower() == MARKED:
            marked = True
            continue
        if not term.lower().startswith(_FIELD):
            rest.append(term)
            continue
        for word in filter(None, term[len(_FIELD) :].lower().split(",")):
            fitting = {state for state in PaneState if state.value.startswith(word)}
            screens |= fitting
            if not fitting:
                problem = f"no state of a screen '{word}'; there are {', '.join(PaneState)}"
    jobs, other = parse_filter(" ".join(rest))
    return Audience(jobs, frozenset(screens), marked), problem or other


class Sending:
    """One text on its way to many, eight at a time. `told` has one line for each that has had its turn."""

    def __init__(self, jobs: Sequence[Job], send_to: SendTo) -> None:
        self.jobs = jobs
        self.told: dict[str, str] = {}
        self.ended = asyncio.Event()
        self._send_to = send_to

    async def run(self, text: str, enter: bool, changed: Callable[[], object]) -> None:
        """Send it to all of them; `changed` is called whenever one more is told."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(job: Job) -> None:
            async with turns:
                self.told[job.id] = await self._send_to(job, text, enter)
            changed()

        await asyncio.gather(*(one(job) for job in self.jobs))
        self.ended.set()
        changed()

    @property
    def done(self) -> bool:
        """Has each had its turn?"""
        return self.ended.is_set()

    @property
    def failed(self) -> list[str]:
        """`120000-a2f5 ✖ the pane is gone` for each that was not reached."""
        return [
            f"{job.id} {told}" for job in self.jobs if (told := self.told.get(job.id, "")).startswith("✖")
        ]

    @property
    def says(self) -> str:
        """`Sent to 12 of 14.`"""
        return f"Sent to {len(self.told) - len(self.failed)} of {len(self.jobs)}."


class SendManyDialog(Steady, ModalScreen[Sending | None]):
    """`candidates` are asked anew with every key; `send_to` returns one line about what became of the text.

    Ends with what was sent, or is being sent still; None where nothing was.
    """

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
        *,
        head: Head = no_head,
        marked: Sequence[Job] = (),
    ) -> None:
        super().__init__()
        self._head = head
        self._marked = {job.id: job for job in marked}
        self._candidates = candidates
        self._send_to = send_to
        self._clock = clock
        self._first = f"project:{selected.project}" if selected is not None else ""
        if marked:
            self._first = MARKED
        self._chosen: list[Job] = []
        self._sending: Sending | None = None
        self._drawn_soon = False

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Send to many"
            box.border_subtitle = "enter sends to those below · tab next field · esc closes"
            with Horizontal():
                yield Label("To")
                yield Input(
                    self._first, id="to", compact=True, select_on_focus=False,
                    placeholder="all that run; words, user: project: agent: state: screen:idle is:marked",
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
        if self._sending is not None:
            return
        audience, problem = parse_audience(self.query_one("#to", Input).value)
        jobs, seen = self._candidates()
        chosen, asking = audience.choose(jobs, seen, self._clock.now(), self._head, self._marked)
        self._chosen = [] if problem else chosen
        if problem:
            self._verdict(problem, "error")
        else:
            left = (
                f" {plural(len(asking), 'agent asks', 'agents ask')} something and"
                f" {'is' if len(asking) == 1 else 'are'} left out (screen:blocked names them)." if asking else ""
            )  # fmt: skip
            who = plural(len(chosen), "agent gets it", "agents get it") if chosen else "Nobody gets it"
            rest = self._resting() if audience.marked else ""
            self._verdict(f"{who}.{left}{rest}", "" if chosen else "warning")
        self._list(seen)

    def _resting(self) -> str:
        """The marked ones that can't be typed to."""
        count = sum(job.state not in _TYPED_TO for job in self._marked.values())
        return f" {plural(count, 'marked job')} {'does' if count == 1 else 'do'} not run." if count else ""

    def _verdict(self, text: str, colour: str) -> None:
        style = colour_of(self.app, colour) if colour else ""
        self.query_one("#verdict", Static).update(Text(text, style=style))

    def _list(self, seen: Mapping[str, AgentState]) -> None:
        told = self._sending.told if self._sending is not None else {}
        lines = [Text(_line(job, seen.get(job.id), told.get(job.id, ""))) for job in self._chosen]
        self.query_one("#who", Static).update(Text("\n").join(lines))

    @on(Input.Submitted, "#to")
    def _to_text(self) -> None:
        self.query_one("#text", Input).focus()

    @on(Input.Submitted, "#text")
    def _submit(self) -> None:
        text = self.query_one("#text", Input).value
        if self._sending is not None or not self._chosen or not text:
            self.app.bell()
            return
        self._sending = Sending(self._chosen, self._send_to)
        self._verdict("Sending.", "")
        enter = self.query_one("#enter", Checkbox).value
        self.app.run_worker(
            self._sending.run(text, enter, self._changed), group="sending"
        )  # it outlives the dialog

    def _changed(self) -> None:
        """One more is told: drawn soon, with the others that come until then."""
        if self.is_running and not self._drawn_soon:
            self._drawn_soon = True
            self.set_timer(_PAUSE, self._draw)

    def _draw(self) -> None:
        self._drawn_soon = False
        sending = self._sending
        if sending is None:
            return
        self._list(self._candidates()[1])
        if sending.done:
            self._verdict(
                f"{sending.says} esc closes.", "error" if len(sending.failed) == len(sending.jobs) else ""
            )
        else:
            self._verdict(
                f"Sending: {len(sending.told)} of {len(sending.jobs)}. esc closes, and it goes on.", ""
            )

    def action_leave(self) -> None:
        self.dismiss(self._sending)


def _line(job: Job, seen: AgentState | None, told: str) -> str:
    state = told or " ".join(agent_words.told_state(job, seen)[:2])
    return f"{plain(f'{job.user}/{job.project}')} {job.id} {plain(job.agent)}  {state}"
