"""DockerTmuxController: the screen of one agent, live and in colour, to look at, to look back in, and to type into.

A thin widget over PaneController: whether the pane is on this host or in a container makes no difference here. Its
parts: following the pane (follower.py), what is in sight (view.py), drawing (pane_picture.py), typing
(typed_into.py), the size of the agent's window (fitting.py). Here is what only the large screen has: it looks back
into the scrollback, and it has the agent's window made as large as itself.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding

from cockpit.base.clock import Clock
from cockpit.base.errors import CockpitError
from cockpit.domain.job import Job
from cockpit.tmux.screen import Screen
from cockpit.tui.actions.keymap import SCREEN_BINDINGS
from cockpit.tui.fitting import Fitter
from cockpit.tui.follower import OpenPane
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.widgets.pane_picture import PanePicture
from cockpit.tui.widgets.typed_into import LEAVE, TypedInto

__all__ = ["LEAVE", "DockerTmuxController", "OpenPane"]

_BACK = 1000  # lines of scrollback that are fetched at first


class DockerTmuxController(TypedInto):
    """Shows the pane of one job at a time. `open_pane` finds it; it may raise CockpitError."""

    BINDINGS: ClassVar[list[Binding]] = SCREEN_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows

    class Noted(PanePicture.Noted):
        """Its note is another one now."""

    def __init__(self, open_pane: OpenPane, clock: Clock) -> None:
        super().__init__(open_pane, clock, id="agent-screen")
        self._fitter = Fitter()
        self._cut = (False, False)

    def show(self, job: Job | None) -> None:
        super().show(job)
        self._fit()

    def _stop(self) -> None:
        super()._stop()
        self._fitter.away()

    async def on_unmount(self) -> None:
        await self._fitter.close()

    def on_resize(self) -> None:
        super().on_resize()
        self._fit()

    def start_typing(self) -> None:
        self._live_again()
        super().start_typing()
        self._fit(now=True)

    def _draw(self, screen: Screen) -> bool:
        drawn = super()._draw(screen)
        self._fit()
        self._tell_cut()
        return drawn

    def _tell_cut(self) -> None:
        left, right = self.view.hidden()
        if self._cut != (cut := (left > 0, right > 0)):
            self._cut = cut
            self._note()

    def _fit(self, *, now: bool = False) -> None:
        """Have the agent's window made as large as this widget, once one has looked at it for a while."""
        if getattr(self.app, "read_only", False):
            return  # who only looks changes nothing
        if self._seen and self.pane is not None and self.captured is not None and self.size.width:
            self._fitter.look(self.pane, (self.size.width, self.size.height), self.captured.size, now=now)

    @property
    def note(self) -> list[Part]:
        if not self.typing and self.follower.stale is None and self.view.back is not None:
            return [(f" scrolled back: {key_for('screen_live')} for live ", "t--title")]
        return super().note or _more(self._cut, focused=self.has_focus)

    # looking back

    async def _look_back(self, lines: int) -> bool:
        """Fetch the scrollback; False where there is none (or no pane)."""
        if self.pane is None:
            return False
        try:
            found = await self.pane.capture_pane(lines=lines, escapes=True)
        except CockpitError as error:
            self.follower.failed(str(error))
            return False
        if not self.view.look_back(found.lines):
            return False
        self.follower.resting = True
        self.refresh()
        self._note()
        return True

    def _live_again(self) -> None:
        if self.view.back is None:
            return
        self.view.back, self.follower.resting = None, False
        self._place()
        self.refresh()
        self._note()
        self.follower.look()

    def _forget(self) -> None:
        self.follower.resting = False
        super()._forget()

    async def _scroll(self, by: int) -> None:
        view = self.view
        if by < 0 and view.back is None and not await self._look_back(_BACK):
            return
        if view.back is None:
            return
        if view.top + by < 0 and view.captured is not None and len(view.back) < view.captured.history:
            await self._look_back(len(view.back) * 4)
        if view.scroll(by) and by > 0:
            self._live_again()
        self.refresh()

    def _aside(self, by: int) -> None:
        self.view.aside(by)
        self.refresh()
        self._tell_cut()

    async def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        await self._scroll(-3)

    async def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        await self._scroll(3)

    async def action_screen_up(self) -> None:
        await self._scroll(-1)

    async def action_screen_down(self) -> None:
        await self._scroll(1)

    async def action_screen_page_up(self) -> None:
        await self._scroll(1 - max(2, self.size.height))

    async def action_screen_page_down(self) -> None:
        await self._scroll(max(2, self.size.height) - 1)

    async def action_screen_top(self) -> None:
        await self._scroll(-1_000_000)

    async def action_screen_live(self) -> None:
        self._live_again()

    def action_screen_left(self) -> None:
        self._aside(-max(8, self.size.width // 2))

    def action_screen_right(self) -> None:
        self._aside(max(8, self.size.width // 2))


def _more(cut: tuple[bool, bool], *, focused: bool) -> list[Part]:
    """How to see what is out of sight, where the agent's window is wider than the widget."""
    if not any(cut):
        return []
    sides = zip(("screen_left", "screen_right"), cut, strict=True)
    arrows = "".join(key_for(name) for name, more in sides if more)
    first = "" if focused else f"{key_for('screen_tab')}, then "
    return [(f" it is wider: {first}{arrows} ", "t--blocked")]
