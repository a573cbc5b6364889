"""What every screen of the cockpit is: a header, a body, a line of hints, and actions from the registry.

The screen that is in front reads the store: at once after a change, then at most twenty times a second, and once a
minute for ages. A subclass says its NAME and what stands in its body; what can be done on it is in tui/operations/.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol, runtime_checkable

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.reactive import Reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from cockpit.base.errors import CockpitError
from cockpit.base.times import SECOND
from cockpit.controller.live import Live
from cockpit.tui.actions.action import TAKES_BACK, Situation
from cockpit.tui.actions.keymap import screen_bindings
from cockpit.tui.actions.registry import BY_ID
from cockpit.tui.counting import Count
from cockpit.tui.host import Cockpit, host_of
from cockpit.tui.marks import Marks
from cockpit.tui.overview import Overview, read_overview
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.header import Header
from cockpit.tui.widgets.hints import Hints
from cockpit.tui.widgets.pane_picture import PanePicture
from cockpit.tui.widgets.rows import VirtualList

_AGAIN = 1.0  # seconds until what could not be read is tried again
_PAUSE = 0.05  # seconds between two readings of the store, however fast it changes
_COPY = Binding("ctrl+c,super+c", "screen.copy_text", "Copy selected text", show=False)


@runtime_checkable
class Listening(Protocol):
    """A dialog that wants to know when the screen below has read the store again."""

    def store_read(self) -> None: ...


class CockpitScreen(Steady, Screen[None], inherit_bindings=False):
    """One of the screens that actions open; dialogs lie above them."""

    NAME: ClassVar[str] = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual has it, but that another focus does not paint the whole screen anew: that was most of a key's time."""

    def __init_subclass__(cls, **options: Any) -> None:
        cls.BINDINGS = [*screen_bindings(cls.NAME), _COPY]
        super().__init_subclass__(inherit_bindings=False, **options)

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live
        self.overview: Overview | None = None
        self.marks = Marks(live.store)
        self.typed = Count()
        self.pointed: tuple[int, int] | None = None  # where the mouse asked for the menu
        self._changed = False
        self._resting = False
        self._timer: asyncio.TimerHandle | None = None
        self._again: Timer | None = None
        self._files: set[str] = set()

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        yield from self.compose_body()
        yield Hints(id="hints")

    # what a subclass fills

    def compose_body(self) -> ComposeResult:
        """What stands between header and hints."""
        return ()

    def begin(self) -> None:
        """The store was read for the first time."""

    def take(self, now: Overview) -> None:
        """The store has changed, or a minute has begun: show what differs. `self.overview` is `now` already."""

    def take_files(self, job_ids: set[str]) -> None:
        """Output or progress of these jobs may have grown."""

    def situation(self) -> Situation:
        """What actions are asked with; a subclass adds what is selected, with `dataclasses.replace`."""
        return Situation(
            pane="",
            screen=self.NAME,
            overview=self.overview,
            projects=len(self.live.context.settings.projects),
            read_only=self.cockpit.read_only,
            marked=self.marks.jobs(),
            count=self.typed.value,
            undo=self.cockpit.undo.last,
        )

    def reveal(self, job_id: str) -> None:
        """Show this job: on the main screen, unless this one can."""
        self.cockpit.show_main().reveal(job_id)

    @property
    def typing(self) -> bool:
        """Do keys go to an agent?"""
        return False

    # what comes in

    def on_mount(self) -> None:
        self._listen()
        for rows in self.query(VirtualList):
            rows.marks = self.marks
        self.read()
        self.begin()
        self._next_minute()
        self.call_after_refresh(self.cockpit.painted)

    def on_screen_suspend(self) -> None:
        """Under a dialog one sees it still; under another screen nothing of it costs anything."""
        if isinstance(self.app.screen, CockpitScreen):
            self._cover_pictures(covered=True)

    def _cover_pictures(self, *, covered: bool) -> None:
        for picture in self.query(PanePicture):
            picture.cover(covered)

    def on_screen_resume(self) -> None:
        self._cover_pictures(covered=False)
        self.cockpit.no_dialog()
        if not self._listens:
            self._listen()
            self.read()

    @property
    def _listens(self) -> bool:
        return self.live.on_change == self.store_changed

    def _listen(self) -> None:
        """The one in front hears of changes; a dialog above it changes nothing."""
        self.live.on_change = self.store_changed
        self.live.on_files = self.files_changed

    def store_changed(self) -> None:
        """Somebody committed. Called outside the app's own tasks, so it only leaves word."""
        if not self._changed:
            self._changed = True
            self.call_next(self._catch_up)

    def files_changed(self, job_ids: set[str]) -> None:
        """Output and progress of these jobs may have grown. Called outside the app's own tasks, too."""
        if not self._files:
            self.call_next(self._catch_up_files)
        self._files |= job_ids

    def _catch_up(self) -> None:
        if not self._resting:
            self._resting = True
            self._changed = False
            self.set_timer(_PAUSE, self._rested)
            self.read()

    def _rested(self) -> None:
        self._resting = False
        if self._changed:
            self._catch_up()

    def _catch_up_files(self) -> None:
        job_ids, self._files = self._files, set()
        if self.is_running:
            self.take_files(job_ids)

    def _next_minute(self) -> None:
        """Ages and the clock are told by the minute: look once in each, just after it has begun.

        No timer of the screen's own: until its time had come, it would keep a screen that was closed long ago.
        """
        left = 60.05 - self.live.context.clock.now() / SECOND % 60
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(left, self.call_next, self._minute, context=contextvars.Context())

    def on_unmount(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _minute(self) -> None:
        if self._listens:
            self.read()
        self._next_minute()

    # reading and showing

    def read(self) -> None:
        """Read what is small, and show what differs. A store that can't be read is told, and tried again."""
        if not self.is_running:
            return
        self.cockpit.take_problems()
        self.cockpit.take_keymap()
        with self.reading():
            self._read()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Around what reads the store for a key or a change: where that fails it is told, and the cockpit goes on."""
        try:
            yield
        except CockpitError as error:
            self.cockpit.tell_trouble(error)

    def look_again(self) -> bool:
        """Something could not be read: read all of it in a moment. False when that is to come already."""
        if self._again is not None:
            return False
        self._again = self.set_timer(_AGAIN, self._once_more)
        return True

    def _once_more(self) -> None:
        self._again = None
        self.read()

    def _read(self) -> None:
        store = self.live.store
        self.marks.forget()
        self.overview = read_overview(store, self.live.context, self.live.role, store.active())
        self.take(self.overview)
        above = self.app.screen
        if above is not self and isinstance(above, Listening):
            above.store_read()
        self.query_one(Header).tell(self.overview)
        self.tell_hints()
        self.cockpit.take_news(self.overview)

    def tell_hints(self) -> None:
        """Show which keys do something now."""
        if self.typing:
            self.query_one(Hints).tell_typing()
            return
        with self.reading():
            self.query_one(Hints).tell(self.situation())

    @property
    def cockpit(self) -> Cockpit:
        """The app, as what screens take it for."""
        return host_of(self)

    # marks and counts

    def show_marks(self) -> None:
        """Marks were set or taken away."""
        for rows in self.query(VirtualList):
            rows.marks_changed()
        self.tell_hints()

    def unmark(self) -> None:
        """Take all marks away."""
        if len(self.marks):
            self.marks.clear()
            self.show_marks()

    def on_key(self, event: events.Key) -> None:
        """Digits are a count; what is typed into a field does not come here."""
        if event.character is not None and self.typed.press(event.character):
            event.stop()
            self.tell_hints()

    # the mouse

    def on_virtual_list_asked(self, message: VirtualList.Asked) -> None:
        self.pointed = message.place
        self.action_act("menu")

    def on_hints_chosen(self, message: Hints.Chosen) -> None:
        self.action_act(message.name)

    # doing

    def action_act(self, name: str) -> None:
        """A key, the palette, a click or the menu asks for an action: do it, or say why not."""
        with self.reading():
            at = self.situation()
            if self.typed.take():
                self.tell_hints()
                if name in TAKES_BACK:
                    return  # it took the count back, and nothing else
            reason = BY_ID[name].why_not(at) if self.NAME in BY_ID[name].screens else "not on this screen"
            if reason is not None:
                self.app.notify(f"{BY_ID[name].title}: {reason}.", severity="warning", markup=False)
            else:
                self._perform(name, at)

    @work(group="operation")
    async def _perform(self, name: str, at: Situation) -> None:
        try:
            await self.cockpit.perform(self, name, at)
        except CockpitError as error:
            self.app.notify(str(error), severity="error", markup=False)
