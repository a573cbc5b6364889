"""DockerTmuxController: the screen of one agent, live and in colour, to look at, to look back in, and to type into.

A thin widget over PaneController: whether the pane is on this host or in a container makes no difference here. Its
parts: following the pane (follower.py), what is in sight (view.py), drawing (pane_picture.py), typing
(typed_into.py), looking back (looks_back.py), the size of the agent's window (fitting.py). Here is what only the large
screen has: keys of its own, and the agent's window is made as large as itself.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding

from cockpit.base.clock import Clock
from cockpit.domain.job import Job
from cockpit.tmux.screen import Screen
from cockpit.tui.actions.keymap import SCREEN_BINDINGS
from cockpit.tui.fitting import Fitter
from cockpit.tui.follower import OpenPane
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.widgets.looks_back import LooksBack
from cockpit.tui.widgets.pane_picture import PanePicture
from cockpit.tui.widgets.typed_into import LEAVE

__all__ = ["LEAVE", "DockerTmuxController", "OpenPane"]


class DockerTmuxController(LooksBack):
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
        return super().note or _more(self._cut, focused=self.has_focus)

    def _aside(self, by: int) -> None:
        self.view.aside(by)
        self.refresh()
        self._tell_cut()

    async def action_screen_up(self) -> None:
        await self._scroll(-1)

    async def action_screen_down(self) -> None:
        await self._scroll(1)

    async def action_screen_page_up(self) -> None:
        await self.scroll_pages(-1)

    async def action_screen_page_down(self) -> None:
        await self.scroll_pages(1)

    async def action_screen_top(self) -> None:
        await self._scroll(-1_000_000)

    async def action_screen_live(self) -> None:
        self.live_again()

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
