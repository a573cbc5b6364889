"""What cockpit does with an agent's screen: keeps its state, answers what it may, hands over, and sees that it is done.

An interactive agent does not exit. Its profile says how it gets its prompt (in its command line, or typed once it is
ready: see handover.py) and when it is done: it has worked, and then stood at its own prompt for `settle` seconds with
nothing asked. Work so short that nobody saw it is made up for by standing there much longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from cockpit.agents.detect import may_answer
from cockpit.agents.limits import parse_reset
from cockpit.base.clock import Micros
from cockpit.base.errors import CockpitError, Unavailable
from cockpit.base.files import read_text
from cockpit.base.times import SECOND, rfc3339
from cockpit.domain.lane import Claim
from cockpit.domain.parking import Parking
from cockpit.domain.profile import Profile
from cockpit.domain.retry import AttemptEnd, Cause
from cockpit.domain.screen import AgentState, PaneState
from cockpit.jobdir.layout import AttemptFolder
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.handover import Handover, leave_mark
from cockpit.scheduler.resume import GO_ON, MARK
from cockpit.scheduler.screenwatch import ScreenWatch
from cockpit.scheduler.sidetasks import SideTasks
from cockpit.scheduler.timeout import Timeout
from cockpit.store.base import Store
from cockpit.tmux.pane import PaneController

log = logging.getLogger("cockpit.scheduler")
T = TypeVar("T")
_LIMIT = "usage limit until "
_UNNAMED_LIMIT = 3600  # seconds to wait where the agent does not say when its limit ends
_SLOT_PAUSE = 5.0  # seconds between looks for a free slot, once a limit has ended
_UNSEEN_WORK = 20.0  # seconds at its prompt after which an agent is done though it was never seen to work
_NAP = 30.0  # seconds between looks at the clock while parked
_TRY_AGAIN = 2.0  # seconds after tmux failed to answer
_KEY_PAUSE = 0.3  # seconds between quit keys: some agents ask for the second one


class Interaction:
    """The pane side of one attempt; `decide` ends the attempt."""

    def __init__(
        self, engine: Engine, claim: Claim, profile: Profile, pane: PaneController, *, folder: AttemptFolder,
        decide: Callable[[AttemptEnd], None], timeout: Timeout,
    ) -> None:  # fmt: skip
        self.profile, self.pane = profile, pane
        self._engine, self._claim, self._folder, self._decide = engine, claim, folder, decide
        self._timeout = timeout
        self._watch = ScreenWatch(pane.client, pane, profile, engine.clock, self._changed)
        self._worked = os.path.exists(f"{folder.path}/worked")
        self._resumed = os.path.exists(f"{folder.path}/{MARK}")
        typed = profile.types_prompt(resumed=self._resumed)
        self._handover = Handover(pane, folder, wanted=typed and not self._worked)
        self._answered: set[str] = set()
        self._settle: asyncio.TimerHandle | None = None
        self._side = SideTasks(claim.job_id)
        self._parking: asyncio.Task[None] | None = None
        self._going_on: asyncio.Task[None] | None = None
        self.limited_until: int | None = None

    @property
    def interactive(self) -> bool:
        """Does this agent stay until it is told to leave?"""
        return self.profile.is_interactive

    def start(self, was: Parking) -> None:
        """Begin to watch the screen; `was` says whether an earlier scheduler had it parked."""
        self._watch.start()
        if was.since is not None:
            self._timeout.pause()
            self._park_until(self._come_back(limit_of(was.reason) or self._engine.now()))

    async def stop(self) -> None:
        """Watch no more; what was begun is let finish."""
        self._watch.stop()
        self._cancel_settle()
        for task in (self._parking, self._going_on):
            if task is not None:
                task.cancel()
        await self._side.finish()

    async def leave(self, gone: Callable[[], bool]) -> None:
        """Press the quit keys, one after the other, until the agent is gone."""
        for key in self.profile.quit_keys:
            if gone():
                return
            with contextlib.suppress(CockpitError):
                await self.pane.send_key(key)
            await asyncio.sleep(_KEY_PAUSE)

    # -- what the screen says

    def _changed(self, seen: AgentState, text: str) -> None:
        self._side.spawn(self._keep(seen))
        self._cancel_settle()
        if not self.interactive:
            self._note_limit(seen, text)
            return
        if seen.state is PaneState.BLOCKED:
            self._answer_startup(seen.rule)
        elif seen.state is PaneState.WORKING:
            self._mark_worked()
        elif seen.state is PaneState.IDLE:
            self._idle()
        elif seen.state is PaneState.LIMITED:
            self._may_be_old(lambda: self._limited(seen, text))

    async def _keep(self, seen: AgentState) -> None:
        await self._engine.write(lambda s: s.set_agent_state(self._claim.job_id, self._claim.fence, seen))

    def _answer_startup(self, rule: str) -> None:
        """A trust dialog or a theme picker: answered only where the user allowed it, and only once."""
        keys = may_answer(self.profile, rule)
        if keys and rule not in self._answered:
            self._answered.add(rule)
            self._side.spawn(self._press(keys))

    async def _press(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            await self.pane.send_key(key)

    def _mark_worked(self) -> None:
        if not self._worked:
            self._worked = True
            leave_mark(self._folder, "worked")

    def _idle(self) -> None:
        if not self._handover.done:
            if not self._handover.under_way:
                self._side.spawn(self._hand_over())
        elif self.profile.finish == "idle":
            unseen = 0.0 if self._worked else _UNSEEN_WORK
            self._later(max(self.profile.settle, unseen), self._done)

    async def _hand_over(self) -> None:
        prompt = read_text(f"{self._folder.path}/prompt.md") or self._engine.store.prompt(self._claim.job_id)
        try:
            level = await self._handover.hand_over(prompt)
        except Unavailable as error:
            log.warning("job %s: its prompt: %s", self._claim.job_id, error)
            self._later(_TRY_AGAIN, self._idle_still)
            return
        if level is None:
            reason = "the scheduler died while it typed the prompt; whether it arrived can't be told"
            self._decide(AttemptEnd(Cause.LOST, reason))
            return
        log.info("job %s: its prompt was typed (%s)", self._claim.job_id, level)
        self._idle_still()

    def _idle_still(self) -> None:
        """The screen may say the same as before we typed; then nobody else tells."""
        if self._watch.seen.state is PaneState.IDLE:
            self._idle()

    def _done(self) -> None:
        """It has worked, and has stood at its prompt for long enough."""
        how = (
            "it worked, then stood at its prompt"
            if self._worked
            else "it stands at its prompt; its work was short"
        )
        self._decide(AttemptEnd(Cause.EXITED, f"done: {how}", 0))

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self._cancel_settle()
        self._settle = asyncio.get_running_loop().call_later(seconds, call)

    def _cancel_settle(self) -> None:
        if self._settle is not None:
            self._settle.cancel()
            self._settle = None

    # -- usage limits

    def _note_limit(self, seen: AgentState, text: str) -> None:
        """A headless agent ends by itself when its limit is reached; remember until when."""
        self.limited_until = self._until(text or seen.line) if seen.state is PaneState.LIMITED else None

    def _may_be_old(self, limited: Callable[[], None]) -> None:
        """Who goes on shows the conversation so far at first, and that ends with the limit that is over."""
        if not self._resumed or self._worked:
            limited()
        elif self._handover.done:
            self._later(_UNSEEN_WORK, limited)
        else:
            self._idle()

    def _limited(self, seen: AgentState, text: str) -> None:
        """Where it can resume: quit, free the slot, come back. Where not, it stays, for its work is in its pane."""
        until = self._until(text or seen.line)
        if self.profile.resume:
            self._decide(limit_end(until, seen.line))
        elif self._parking is None:
            self._park_until(self._park(until, seen.line))

    def _park_until(self, back: Coroutine[Any, Any, None]) -> None:
        self._parking = self._side.spawn(back)

    async def _park(self, until: int, line: str) -> None:
        """Give the slot back until the limit ends; meanwhile no time counts."""
        claim, engine = self._claim, self._engine
        self._timeout.pause()
        reason = _limit_words(until, line)
        await self._insist(lambda s: s.park(claim.job_id, claim.fence, reason, engine.now()))
        await self._come_back(until)

    async def _come_back(self, until: int) -> None:
        """At that time, take a slot again when there is one, and tell the agent to go on."""
        claim, engine = self._claim, self._engine
        # By the wall's clock: the loop's own stands still while the machine sleeps.
        while (left := (until - engine.now()) / SECOND) > 0:  # noqa: ASYNC110  no event tells that a clock was set
            await asyncio.sleep(min(left, _NAP))
        while not await self._insist(  # noqa: ASYNC110  a free slot is no event of this process alone
            lambda s: s.unpark(claim.job_id, claim.fence, engine.settings.scheduler.slots, engine.now())
        ):
            await asyncio.sleep(_SLOT_PAUSE)
        self._parking = None
        self._timeout.go_on()
        self._going_on = self._side.spawn(self._tell_to_go_on())

    async def _tell_to_go_on(self) -> None:
        """Until tmux takes it: nobody else would, and it would stand there with slot and lock. Twice does no harm."""
        while True:
            try:
                await self.pane.send_keys(GO_ON)
            except Unavailable as error:
                log.warning("job %s: told to go on: %s", self._claim.job_id, error)
                await asyncio.sleep(_TRY_AGAIN)
            else:
                return

    async def _insist(self, write: Callable[[Store], T]) -> T:
        """Write, again and again while the store can't (a full disk): a parked agent would be forgotten otherwise."""
        while True:
            try:
                return await self._engine.write(write)
            except Unavailable as error:
                log.warning("job %s: %s", self._claim.job_id, error)
                await asyncio.sleep(_TRY_AGAIN)

    def _until(self, text: str) -> int:
        zone = datetime.now().astimezone().tzinfo
        now = self._engine.now()
        found = parse_reset(text, now, zone) if zone else parse_reset(text, now)
        return found if found is not None else now + _UNNAMED_LIMIT * SECOND


def limit_end(until: int, line: str) -> AttemptEnd:
    """The end of an attempt that ran into a usage limit; the job comes back at `until`."""
    return AttemptEnd(Cause.LIMITED, _limit_words(until, line), until=until)


def _limit_words(until: int, line: str) -> str:
    return f"{_LIMIT}{rfc3339(until)}: {line}"[:300]


def limit_of(reason: str) -> Micros | None:
    """When the limit ends that such words tell of; None for other words."""
    with contextlib.suppress(ValueError):
        when = datetime.fromisoformat(reason.removeprefix(_LIMIT).partition(": ")[0])
        return round(when.timestamp() * SECOND)
    return None
