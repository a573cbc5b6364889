"""A picture of an agent's pane that one can type into: every key goes to the agent, ctrl+] apart."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.worker import Worker

from cockpit.base.clock import Clock
from cockpit.base.errors import CockpitError
from cockpit.tui.follower import OpenPane
from cockpit.tui.parts import Part
from cockpit.tui.typist import Piece, Typist, piece_of
from cockpit.tui.widgets.pane_picture import PanePicture

LEAVE = "ctrl+right_square_bracket"


class TypedInto(PanePicture, can_focus=True):
    """Adds `start_typing` and `stop_typing`; what is typed goes through a Typist, in order."""

    def __init__(self, open_pane: OpenPane, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(open_pane, clock, id=id)
        self.typist: Typist | None = None

    @property
    def typing(self) -> bool:
        """Do keys go to the agent?"""
        return self.typist is not None

    def start_typing(self) -> None:
        """From now on keys go into the pane. Nothing happens where there is no pane."""
        pane = self.pane
        if pane is None or self.captured is None or self.typing:
            return
        self.typist = Typist(pane)
        self.focus()
        _: Worker[None] = self.run_worker(partial(self._type, self.typist), group="typing")
        self.add_class("-typing")
        self._place()
        self.refresh()
        self._note()

    def stop_typing(self) -> None:
        """Keys are the cockpit's again."""
        if self.typist is None:
            return
        self.typist.end()
        self.typist = None
        self.remove_class("-typing")
        self.refresh()
        self._note()

    async def _type(self, typist: Typist) -> None:
        try:
            await typist.run()
        except CockpitError as error:
            self.app.notify(str(error), severity="error", markup=False)
            if self.typist is typist:
                self.stop_typing()

    def _stop(self) -> None:
        self.stop_typing()
        super()._stop()

    def _told(self) -> None:
        if self.follower.over:
            self.stop_typing()
        super()._told()

    def on_key(self, event: events.Key) -> None:
        if self.typist is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == LEAVE:
            self.stop_typing()
        elif (piece := piece_of(event.key, event.character)) is not None:
            self.typist.put(piece)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.typist is not None:
            self.typist.put(Piece("paste", text=event.text))

    def on_blur(self) -> None:
        if self.app.app_focus:
            # another window of the person's desktop is no reason: they come back and type on
            self.stop_typing()

    @property
    def cursor_mark(self) -> str:
        return "reverse" if self.typing else super().cursor_mark

    def _place(self) -> bool:
        return self.view.place(to_cursor=self.typing)

    @property
    def note(self) -> list[Part]:
        return [(" TYPING: ctrl+] leaves ", "t--title")] if self.typing else super().note
