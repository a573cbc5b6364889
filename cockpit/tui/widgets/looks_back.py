"""A picture of an agent's pane in which one looks back into what has scrolled out of sight, and comes back to live."""

from __future__ import annotations

from typing import ClassVar

from textual import events

from cockpit.base.errors import CockpitError
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Part
from cockpit.tui.widgets.typed_into import TypedInto

_BACK = 1000  # lines of scrollback that are fetched at first


class LooksBack(TypedInto):
    """While one looks back nothing new is captured: what one reads stands still."""

    LIVE: ClassVar[str] = "screen_live"
    """The action that leads back to live; the note names its key."""

    @property
    def looking_back(self) -> bool:
        """Does it show what was, and not what is?"""
        return self.view.back is not None

    @property
    def note(self) -> list[Part]:
        if not self.typing and self.follower.stale is None and self.looking_back:
            return [(f" scrolled back: {key_for(self.LIVE)} for live ", "t--title")]
        return super().note

    def start_typing(self) -> None:
        self.live_again()
        super().start_typing()

    def live_again(self) -> None:
        """Show the screen as it is now."""
        if not self.looking_back:
            return
        self.view.back, self.follower.resting = None, False
        self._place()
        self.refresh()
        self._note()
        self.follower.look()

    async def scroll_pages(self, by: int) -> bool:
        """So many pages down; a line of the page before stays in sight. False where there is nothing."""
        return await self._scroll(by * (max(2, self.size.height) - 1))

    async def _scroll(self, by: int) -> bool:
        view = self.view
        if by < 0 and not self.looking_back and not await self._look_back(_BACK):
            return False
        if view.back is None:
            return False
        if view.top + by < 0 and view.captured is not None and len(view.back) < view.captured.history:
            await self._look_back(len(view.back) * 4)
        if view.scroll(by) and by > 0:
            self.live_again()
        self.refresh()
        return True

    async def _look_back(self, lines: int) -> bool:
        """Fetch the scrollback; False where there is none (or no pane)."""
        pane = self.pane
        if pane is None:
            return False
        try:
            found = await pane.capture_pane(lines=lines, escapes=True)
        except CockpitError as error:
            if self.pane is pane:
                self.follower.failed(str(error))
            return False
        if self.pane is not pane or not self.view.look_back(found.lines):
            return False  # it may show another job by now
        self.follower.resting = True
        self.refresh()
        self._note()
        return True

    def _forget(self) -> None:
        self.follower.resting = False
        super()._forget()

    def on_key(self, event: events.Key) -> None:  # noqa: ARG002  # Textual hands it to TypedInto, too
        self._typed()

    def on_paste(self, event: events.Paste) -> None:  # noqa: ARG002  # the same
        self._typed()

    def _typed(self) -> None:
        """What one types is seen where it arrives, as in any terminal."""
        if self.typing:
            self.live_again()

    async def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        await self._scroll(-3)

    async def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        await self._scroll(3)
