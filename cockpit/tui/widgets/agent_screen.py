"""DockerTmuxController: the screen of one agent, live and in colour, to look at and to type into.

A thin widget over PaneController: whether the pane is on this host or in a container makes no difference here. It
captures the pane when tmux says that it has printed, at most `EVERY` seconds apart, never again before the last
picture was painted, and not at all while it can't be seen. A capture that fails leaves the old picture, dimmed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.worker import Worker

from cockpit.base.clock import Clock, Micros
from cockpit.base.errors import CockpitError, NotFound
from cockpit.domain.job import Job
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import Screen
from cockpit.tui import question
from cockpit.tui.actions.keymap import SCREEN_BINDINGS
from cockpit.tui.picture import Picture, with_cursor, with_style
from cockpit.tui.typist import Piece, Typist, piece_of
from cockpit.tui.widgets.painting import Painted, Part
from cockpit.tui.words import age

EVERY, MUCH = 0.05, 0.1  # seconds between two captures; where most of the picture changes each time
LEAVE = "ctrl+right_square_bracket"
_AGAIN = 1.0  # seconds after a capture that failed
_PAINTED = 1.0  # seconds to wait for a painting that does not come (the terminal is given away)
_BACK = 1000  # lines of scrollback that are fetched at first
_LEAST = (76, 20)  # columns and rows that an agent's window is never made smaller than
_DIM = Style(dim=True)

OpenPane = Callable[[Job], Awaitable[PaneController]]


class DockerTmuxController(Painted, can_focus=True):
    """Shows the pane of one job at a time. `open_pane` finds it; it may raise CockpitError."""

    BINDINGS: ClassVar[list[Binding]] = SCREEN_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows
    ALLOW_SELECT = True

    class Noted(Message):
        """Its note is another one now."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, DockerTmuxController.Noted)

    def __init__(self, open_pane: OpenPane, clock: Clock) -> None:
        super().__init__(id="agent-screen")
        self.pane: PaneController | None = None
        self.captured: Screen | None = None
        self.typist: Typist | None = None
        self.captures = self.paintings = 0
        self.trouble = ""
        self._open_pane, self._clock = open_pane, clock
        self._job: Job | None = None
        self._seen = False
        self._stale: Micros | None = None
        self._picture = Picture()
        self._back: Picture | None = None
        self._top = self._left = 0
        self._following: Worker[None] | None = None
        self._much = False
        self._width = 0
        self._dirty = asyncio.Event()
        self._change = asyncio.Event()  # set, and at once replaced, when it shows something else

    # which pane

    def show(self, job: Job | None) -> None:
        """Show the pane of this job's current attempt."""
        same = job is not None and self._job is not None and _key(job) == _key(self._job)
        self._job = job
        if not same:
            self._forget()
        if job is None or not self._seen:
            return
        if self._following is None or self._following.is_finished:
            self._following = self.run_worker(
                partial(self._follow, job), group="agent-screen", exclusive=True
            )

    def _forget(self) -> None:
        self._stop()
        self._picture, self._back, self.captured = Picture(), None, None
        self._top = self._left = 0
        self._stale, self.trouble = None, ""
        self.refresh()
        self._note()

    def _stop(self) -> None:
        self.stop_typing()
        if self._following is not None:
            self._following.cancel()
            self._following = None
        self.pane = None

    def on_show(self) -> None:
        self._seen = True
        self.show(self._job)

    def on_hide(self) -> None:
        self._seen = False
        self._stop()

    # looking

    async def _follow(self, job: Job) -> None:
        """Capture whenever the pane has printed, for as long as somebody can see it."""
        try:
            pane = await self._open_pane(job)
        except CockpitError as error:
            self._failed(str(error))
            return
        self.pane = pane
        self._dirty = dirty = asyncio.Event()
        undo = [
            pane.client.on_output(pane.pane_id, lambda _: dirty.set()),
            pane.client.on_news(lambda _: dirty.set()),
        ]
        self._note()
        loop = asyncio.get_running_loop()
        try:
            while True:
                dirty.clear()
                begun = loop.time()
                if self._back is None and not await self._look(pane):
                    return
                await asyncio.sleep((MUCH if self._much else EVERY) - (loop.time() - begun))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_AGAIN if self._stale is not None else None):
                        await dirty.wait()
        finally:
            for forget in undo:
                forget()

    async def _look(self, pane: PaneController) -> bool:
        """Capture once and see it painted; False when the pane is gone."""
        self.captures += 1
        try:
            screen = await pane.capture_pane(escapes=True)
        except NotFound:
            self.stop_typing()
            self._failed("its window has closed")
            return False
        except CockpitError as error:
            self._failed(str(error))
            return True
        slow = pane.client.degraded or ""
        if self._stale is not None or self.trouble != slow:
            self._stale, self.trouble = None, slow
            self.refresh()
            self._note()
        if self._take(screen):
            await self._painted()
        return True

    async def _painted(self) -> None:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAINTED):
                await painted.wait()
        self.paintings += 1

    def _failed(self, why: str) -> None:
        if self._stale is None:
            self._stale = self._clock.now()
            self.refresh()
        self.trouble = why
        self._note()

    def _take(self, screen: Screen) -> bool:
        """Draw what differs; False when nothing does."""
        before, self.captured = self.captured, screen
        if before is None:
            self._note()
        rows = set(self._picture.update(screen.lines))
        self._much = len(rows) * 2 > self.size.height
        if before is None or (before.cursor, before.cursor_shown) != (screen.cursor, screen.cursor_shown):
            rows |= {screen.cursor[1], *([before.cursor[1]] if before else [])}
        if self._back is not None:
            return False
        if self._place() or before is None:
            self.refresh()
            return True
        height, width = self.size.height, self.size.width
        regions = [Region(0, y - self._top, width, 1) for y in rows if 0 <= y - self._top < height]
        if regions:
            self.refresh(*regions)
        return bool(regions)

    def _place(self) -> bool:
        """Keep the last line, and while typing the cursor, in view; has the view moved?"""
        screen, was = self.captured, (self._top, self._left)
        if screen is None or self._back is not None:
            return False
        column, row = screen.cursor
        last = max(self._picture.last(), row if screen.cursor_shown else 0)
        self._top = max(0, last + 1 - max(1, self.size.height))
        width = max(1, self.size.width)
        if self.typing and not self._left <= column < self._left + width:
            self._left = max(0, column - width * 3 // 4)
        return (self._top, self._left) != was

    # drawing

    def render_line(self, y: int) -> Strip:
        width, row = self._width, self._top + y
        picture = self._back or self._picture
        if row >= len(picture):
            return Strip.blank(width, self.ground)
        line = picture.strips[row]
        screen = self.captured
        if self._back is None and screen is not None and screen.cursor_shown and screen.cursor[1] == row:
            line = with_cursor(line, screen.cursor[0], "reverse" if self.typing else "underline")
        selection = self.text_selection
        selected = selection and selection.get_span(row)
        if selected:
            style = self.screen.get_component_rich_style("screen--selection")
            line = with_style(line, style, *selected)
        part = line.crop(self._left, self._left + width)
        ground = self.ground + _DIM if self._stale is not None else self.ground
        return part.apply_style(ground).adjust_cell_length(width, ground).apply_offsets(self._left, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the person has marked with the mouse."""
        return selection.extract("\n".join((self._back or self._picture).text())), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # all lines are drawn anew
        """Another part is marked."""
        self.refresh()

    def on_resize(self) -> None:
        self._width = self.size.width
        self._place()
        if self.typist is not None:
            self.typist.put(Piece("size", size=self._fitting()))

    # what is told of it

    @property
    def note(self) -> list[Part]:
        """Whether one types, looks at the past, or at an old picture; empty when all is live."""
        if self.typing:
            return [(" TYPING: ctrl+] leaves ", "t--title")]
        if self._stale is not None:
            since = age(self._stale, self._clock.now())
            return [(f" as it was {since} ago: ", "t--failed"), (self.trouble, "t--failed")]
        if self._back is not None:
            return [(" scrolled back: G for live ", "t--title")]
        return [(f"slow: {self.trouble} ", "t--blocked")] if self.trouble else []

    def _note(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()
        self.post_message(self.Noted())

    @property
    def live(self) -> bool:
        """Does it show the pane as it is now?"""
        return self.captured is not None and self._stale is None and self._back is None and self._seen

    def lines(self) -> list[str]:
        """What it shows, without colours."""
        return (self._back or self._picture).text()

    def shows_whole(self, line: str) -> bool:
        """Can all of the question be read whose evidence is `line`?"""
        lines = self._picture.text()
        rows = question.rows_of(lines, line)
        if not self.live or not rows:
            return False
        reach = max(question.reach(lines[y]) for y in rows)
        high = self._top <= rows[0] and rows[-1] < self._top + self.size.height
        return high and self._left == 0 and reach <= self.size.width

    # typing

    @property
    def typing(self) -> bool:
        """Do keys go to the agent?"""
        return self.typist is not None

    async def until_open(self) -> None:
        """Until it shows its pane, or can't; at most a second."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while self.captured is None and not self.trouble:
                    await self._change.wait()

    def start_typing(self) -> None:
        """From now on keys go into the pane, ctrl+] apart. Nothing happens where there is no pane."""
        pane = self.pane
        if pane is None or self.captured is None or self.typing:
            return
        self._live_again()
        self.typist = Typist(pane)
        self.focus()
        type_on = partial(self._type, self.typist, self.captured.size)
        _: Worker[None] = self.run_worker(type_on, group="typing")
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

    async def _type(self, typist: Typist, size: tuple[int, int]) -> None:
        """The agent's window has the size of the widget as long as one types."""
        typist.put(Piece("size", size=self._fitting()))
        try:
            await typist.run()
        except CockpitError as error:
            self.app.notify(str(error), severity="error", markup=False)
            if self.typist is typist:
                self.stop_typing()
        finally:
            with contextlib.suppress(CockpitError):
                await typist.pane.resize(*size)
                await typist.pane.release_size()

    def _fitting(self) -> tuple[int, int]:
        return max(_LEAST[0], self.size.width), max(_LEAST[1], self.size.height)

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
        if (
            self.app.app_focus
        ):  # another window of the person's desktop is no reason: they come back and type on
            self.stop_typing()

    # looking back

    async def _look_back(self, lines: int) -> bool:
        """Fetch the scrollback; False where there is none (or no pane)."""
        if self.pane is None:
            return False
        try:
            found = await self.pane.capture_pane(lines=lines, escapes=True)
        except CockpitError as error:
            self._failed(str(error))
            return False
        back = Picture()
        back.update(found.lines)
        if len(back) <= self.size.height:
            return False
        had = len(self._back) if self._back is not None else self._top + self.size.height
        self._top = max(0, self._top + len(back) - max(had, 0))
        if self._back is None:
            self._top = len(back) - self.size.height
        self._back = back
        self.refresh()
        self._note()
        return True

    def _live_again(self) -> None:
        if self._back is not None:
            self._back = None
            self._place()
            self.refresh()
            self._note()
            self._dirty.set()

    async def _scroll(self, by: int) -> None:
        if by < 0 and self._back is None and not await self._look_back(_BACK):
            return
        if self._back is None:
            return
        if self._top + by < 0 and self.captured is not None and len(self._back) < self.captured.history:
            await self._look_back(len(self._back) * 4)
        lowest = len(self._back) - self.size.height
        self._top = max(0, min(lowest, self._top + by))
        if by > 0 and self._top >= lowest:
            self._live_again()
        self.refresh()

    def _aside(self, by: int) -> None:
        width = self.captured.size[0] if self.captured is not None else 0
        self._left = max(0, min(self._left + by, width - self.size.width))
        self.refresh()

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


def _key(job: Job) -> tuple[str, int]:
    return job.id, job.attempt
