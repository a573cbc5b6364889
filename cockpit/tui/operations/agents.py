"""What actions do with agents' panes: look, type, copy, answer, and say the same to many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, Conflict
from cockpit.controller.panes import Look
from cockpit.domain.job import ACTIVE, Job
from cockpit.domain.screen import AgentState
from cockpit.tui import question
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.words import plain, plural

if TYPE_CHECKING:
    from cockpit.tui.dialogs.send_many import Sending
    from cockpit.tui.screens.agents import AgentsScreen

_TOLD = 3  # that were not reached, by name


class AgentOperations(BaseOperations):
    """For every screen on which an agent's own screen is seen."""

    _screen: AgentsScreen

    async def type(self, _: Situation) -> None:
        """Keys go to the agent from now on."""
        self._screen.face()
        agent = self._screen.agent
        if agent is not None:
            await agent.until_open()
            agent.start_typing()

    async def zoom(self, _: Situation) -> None:
        """The agent's screen takes all the room, or gives it back."""
        self._screen.zoom()

    async def copy(self, _: Situation) -> None:
        """What is marked, or all of the screen, to the clipboard."""
        selected, agent = self._screen.get_selected_text(), self._screen.agent
        text = selected or ("\n".join(agent.lines()).rstrip() if agent is not None else "")
        self._screen.app.copy_to_clipboard(text)
        self._screen.clear_selection()
        lines = text.count("\n") + 1
        self._say(f"{plural(lines, 'line')} went to the terminal's clipboard (OSC 52).")

    async def next_needing(self, at: Situation) -> None:
        """Select the next agent that needs a person, after the selected one, round again."""
        jobs = self._screen.needing()
        if not jobs:
            return
        ids = [job.id for job in jobs]
        here = ids.index(at.job.id) if at.job is not None and at.job.id in ids else -1
        self._screen.go_to(ids[(here + 1) % len(ids)])
        if len(ids) == 1 and here == 0:
            self._say("This is the only one that needs you.")

    async def answer_yes(self, at: Situation) -> None:
        """Yes to what the agent asks."""
        await self._answer(at, yes=True)

    async def answer_no(self, at: Situation) -> None:
        """No to what the agent asks."""
        await self._answer(at, yes=False)

    async def _answer(self, at: Situation, *, yes: bool) -> None:
        """At once where the question can be read on screen; else it is shown first."""
        if at.job is None:
            return
        job, look = at.job, await self._live.panes.look(at.job)
        keys = look.keys(yes=yes)
        if not self._read_already(job, look) and not await self._shown_first(job, look, keys, yes=yes):
            return
        self._asks_no_more()
        pressed = await self._live.panes.answer(job, yes=yes, expected=look.detection.line)
        said = "yes" if yes else "no"
        self._say(
            f'{job.user}/{job.project}: {said} to "{plain(look.detection.line)}"; sent {" ".join(pressed)}.'
        )

    def _read_already(self, job: Job, look: Look) -> bool:
        """Does the question stand before the person's eyes, whole, and is it the one that is asked now?"""
        shown, line, agent = self._screen.shown_job(), look.detection.line, self._screen.agent
        if shown is None or shown.id != job.id or agent is None or not agent.shows_whole(line):
            return False
        return _asked(look) == question.words(agent.lines(), line)

    async def _shown_first(self, job: Job, look: Look, keys: tuple[str, ...], *, yes: bool) -> bool:
        """Ask; raises Conflict when the question has changed meanwhile."""
        from cockpit.tui.dialogs.answer import AnswerDialog, Proposal

        who = plain(f"{job.user}/{job.project} {job.agent}")
        line = look.detection.line
        words = _asked(look) or (plain(line),)
        proposal = Proposal(who, words, question.bare(line), " ".join(keys), yes)
        if not await self._screen.app.push_screen_wait(AnswerDialog(proposal)):
            return False
        now = await self._live.panes.look(job)
        if _asked(now) != _asked(look):
            raise Conflict("the agent's screen has changed meanwhile; nothing was sent")
        return True

    async def send_many(self, at: Situation) -> None:
        """A text for all marked agents, or all that fit a filter; what became of it is told in any case."""
        from cockpit.tui.dialogs.send_many import SendManyDialog

        running = at.job if at.job is not None and at.job.state in ACTIVE else None
        head, clock = self._live.store.head, self._live.context.clock
        dialog = SendManyDialog(self._candidates, self._send_to, running, clock, head=head, marked=at.marked)
        sending = await self._screen.app.push_screen_wait(dialog)
        if sending is None:
            return
        self._screen.unmark()
        if not sending.done:
            self._screen.app.run_worker(
                self._tell_sent(sending), group="sending"
            )  # this screen may go meanwhile

    async def _tell_sent(self, sending: Sending) -> None:
        await sending.ended.wait()
        failed = "".join(f" {told}." for told in sending.failed[:_TOLD])
        more = len(sending.failed) - _TOLD
        self._say(f"{sending.says}{failed}{f' And {more:,} more.' if more > 0 else ''}")

    def _candidates(self) -> tuple[Sequence[Job], Mapping[str, AgentState]]:
        overview = self._screen.overview
        return ((), {}) if overview is None else (overview.active, overview.screens)

    async def _send_to(self, job: Job, text: str, enter: bool) -> str:
        """Type a text; what became of it, or why not."""
        try:
            receipt = await (await self._live.panes.of(job)).send_keys(text, enter)
        except CockpitError as error:
            return f"✖ {error}"
        return f"✔ {receipt.level}: {receipt.evidence}"


def _asked(look: Look) -> tuple[str, ...]:
    """What the agent asks, in the words of its screen."""
    return question.words(look.screen.plain.split("\n"), look.detection.line)
