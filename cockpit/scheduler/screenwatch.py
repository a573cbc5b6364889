"""What does its screen say? Looks at an agent's pane when it has changed, and tells when its state has.

tmux marks a pane as dirty the moment it prints. Looking costs a millisecond, so it is done when something may have
changed: at once after a quiet time (a question may have come up), after a short silence (whatever was drawn is
complete; longer than its own rhythm, or ten lines a second would mean ten looks), and once a second while it prints on
and on. A capture that fails says nothing: the old state stands until
tmux answers again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cockpit.agents.detect import detect
from cockpit.base.clock import Clock
from cockpit.base.errors import CockpitError, NotFound
from cockpit.domain.profile import Profile
from cockpit.domain.screen import AgentState, PaneState, Screen
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.news import Connected, Disconnected, News
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import Screen as Capture

FIRST_LOOK, SILENCE, LONG_SILENCE, WHILE_BUSY = 0.02, 0.11, 0.24, 1.0  # seconds
_RHYTHM = 2.2  # times the usual time between two outputs is a silence
_STALE_AFTER = 5.0  # seconds without a good capture of a dirty pane: the state is not known any more


class ScreenWatch:
    """Watches one pane; `changed(state, text)` is called on the loop when state, rule or question are new.

    `text` are the words around the line that proved the state, unwrapped.
    """

    def __init__(
        self,
        client: TmuxClient,
        pane: PaneController,
        profile: Profile,
        clock: Clock,
        changed: Callable[[AgentState, str], None],
    ) -> None:
        self.pane = pane
        self.profile = profile
        self.seen = AgentState(PaneState.UNKNOWN, "", "", clock.now())
        self._client, self._clock, self._changed = client, clock, changed
        self._dirty_at = 0.0
        self._silence = SILENCE
        self._looked_at = 0.0
        self._good_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._undo: list[Callable[[], None]] = []

    def start(self) -> None:
        """Look at once, then whenever the pane has changed."""
        self._good_at = self._now()
        self._undo = [
            self._client.on_output(self.pane.pane_id, self._dirty),
            self._client.on_news(self._news),
        ]
        self._dirty(self.pane.pane_id)

    def stop(self) -> None:
        """Look no more."""
        for undo in self._undo:
            undo()
        self._undo = []
        if self._timer is not None:
            self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _dirty(self, _pane: str) -> None:
        now = self._now()
        pause = now - self._dirty_at
        self._dirty_at = now
        if pause > self._silence and self.seen.state is not PaneState.WORKING:
            self._look_in(FIRST_LOOK)
        elif self._timer is None:
            self._look_in(self._silence)
        if pause < WHILE_BUSY:
            # who pauses for longer than a long silence is not chatty: its question comes soon
            wanted = min(max(SILENCE, _RHYTHM * pause), LONG_SILENCE) if pause < LONG_SILENCE else SILENCE
            self._silence += (wanted - self._silence) / 4

    def _look_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        """Look now, or a little later if it is still printing and we have looked a moment ago."""
        self._timer = None
        now = self._now()
        silent_for = now - self._dirty_at
        first = self._looked_at < self._dirty_at - self._silence and silent_for < self._silence
        if silent_for < self._silence - 0.001 and not first and now - self._looked_at < WHILE_BUSY:
            self._look_in(self._silence - silent_for)
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        else:
            self._look_in(self._silence)

    async def _look(self) -> None:
        self._looked_at = self._now()
        dirty_at = self._dirty_at
        try:
            capture = await self.pane.capture_pane()
        except NotFound:
            return  # its window has closed: the attempt's end is on its way
        except CockpitError:
            self._stale()
            return
        self._good_at = self._now()
        screen = as_screen(capture)
        found = detect(self.profile, screen)
        self._tell(found.state, found.rule, found.line, found.text)
        if self._dirty_at != dirty_at or self._now() - self._dirty_at < self._silence:
            self._look_in(self._silence)  # it was drawing while we looked

    def _stale(self) -> None:
        """Old news is no news: after a while the state is unknown, and never idle."""
        if self._now() - self._good_at > _STALE_AFTER:
            self._tell(PaneState.UNKNOWN, "stale", "tmux does not answer")
        self._look_in(WHILE_BUSY)

    def _tell(self, state: PaneState, rule: str, line: str, text: str = "") -> None:
        old = self.seen
        asks = state is PaneState.BLOCKED and line != old.line
        if (state, rule) == (old.state, old.rule) and not asks:
            return
        since = old.since if state is old.state else self._clock.now()
        self.seen = AgentState(state, rule, line, since)
        self._changed(self.seen, text)

    def _news(self, news: News) -> None:
        if isinstance(news, Disconnected):
            self._look_in(WHILE_BUSY)
        elif isinstance(news, Connected):
            self._look_in(FIRST_LOOK)


def as_screen(capture: Capture) -> Screen:
    """What was captured, as detection takes it."""
    column, row = capture.cursor
    return Screen(capture.lines, capture.title, column, row, *capture.size, dead=capture.dead)
