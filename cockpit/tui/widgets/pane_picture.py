"""The live picture of one agent's pane, in colour, in whatever room there is.

A thin widget: following the pane is in follower.py, which part of it is in sight in view.py. It draws the rows that
changed, and costs nothing while it can't be seen.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.worker import Worker

from cockpit.base.clock import Clock
from cockpit.domain.job import Job
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import Screen
from cockpit.tui.follower import Eyes, Follower, OpenPane
from cockpit.tui.pace import LIVELY, Pace
from cockpit.tui.parts import Part
from cockpit.tui.picture import with_cursor, with_style
from cockpit.tui.view import View
from cockpit.tui.widgets.painting import Painted
from cockpit.tui.words import age

_PAINTED = 1.0  # seconds to wait for a painting that does not come (the terminal is given away)
FLOODED = 0.25  # seconds between two captures of a pane that prints faster than tmux passes on
_DIM = Style(dim=True)


class PanePicture(Painted):
    """Shows the pane of one job at a time. `open_pane` finds it; it may raise CockpitError."""

    ALLOW_SELECT = True
    EVERY, MUCH = 0.05, 0.1  # seconds between two captures; where most of the picture changes each time

    class Noted(Message):
        """Its note is another one now."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, PanePicture.Noted)

    def __init__(self, open_pane: OpenPane, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id)
        self.view = View()
        self.follower = Follower(open_pane, Eyes(self._took, self._told, self._pause), clock)
        self.paintings = 0
        self._clock = clock
        self._job: Job | None = None
        self._shown = self._covered = False
        self._much = False
        self._following: Worker[None] | None = None
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
            self._following = self.run_worker(partial(self.follower.run, job), group="follow", exclusive=True)

    def asks(self, line: str) -> None:
        """The question that the agent asks, or nothing: it is kept in sight."""
        if line != self.view.asked:
            self.view.asked = line
            if self._place():
                self.refresh()

    def _forget(self) -> None:
        self._stop()
        self.view.clear()
        self.follower.clear()
        self.refresh()
        self._note()

    def _stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None
        self.follower.pane = None

    @property
    def _seen(self) -> bool:
        return self._shown and not self._covered

    def on_show(self) -> None:
        self._shown = True
        self.show(self._job)

    def on_hide(self) -> None:
        self._shown = False
        self._stop()

    def cover(self, covered: bool) -> None:
        """Another screen lies above this one now, or no longer; Textual hides nothing for it."""
        if covered != self._covered:
            self._covered = covered
            if covered:
                self._stop()
            else:
                self.show(self._job)

    @property
    def pane(self) -> PaneController | None:
        """The pane that it follows."""
        return self.follower.pane

    @property
    def captured(self) -> Screen | None:
        """The last capture."""
        return self.view.captured

    @property
    def trouble(self) -> str:
        """Why it is not seen well; empty when it is."""
        return self.follower.trouble

    # what comes in

    def _pause(self) -> float:
        """A pane that floods is not read by anybody: it is painted seldom, so that keys come first."""
        pace: Pace = getattr(self.app, "pace", LIVELY)
        pane = self.pane
        if pane is not None and pane.client.flooding(pane.pane_id):
            return max(FLOODED, pace.captures)
        return max(self.MUCH if self._much else self.EVERY, pace.captures)

    def _told(self) -> None:
        self.refresh()
        self._note()

    async def _took(self, screen: Screen) -> None:
        if self._draw(screen):
            await self._painted()

    async def _painted(self) -> None:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAINTED):
                await painted.wait()
        self.paintings += 1

    def _draw(self, screen: Screen) -> bool:
        """Draw what differs; False when nothing does."""
        first = self.captured is None
        rows = self.view.take(screen)
        self._much = len(rows) * 2 > self.size.height
        if first:
            self._note()
        if self.view.back is not None:
            return False
        if self._place() or first:
            self.refresh()
            return True
        height, width, top = self.size.height, self.size.width, self.view.top
        regions = [Region(0, y - top, width, 1) for y in rows if 0 <= y - top < height]
        if regions:
            self.refresh(*regions)
        return bool(regions)

    @property
    def cursor_mark(self) -> str:
        """How the cursor's cell is marked."""
        return "underline"

    def _place(self) -> bool:
        """Keep what matters in sight; has the view moved?"""
        return self.view.place(to_cursor=False)

    def on_resize(self) -> None:
        self.view.size = (self.size.width, self.size.height)
        self._place()

    # drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Without Textual's cache of styled lines, which knows a line by its place: here lines move, and a line that
        has only moved is drawn already. Nothing of what that cache adds (frames, padding, tints) is used.
        """
        selection = (
            self.text_selection if self.is_attached else None
        )  # it is painted once more when it is taken away
        lines = [self._line(y, selection) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            lines = [line.apply_filter(line_filter, background) for line in lines]
        if crop.column_span == (0, self.size.width):
            return lines
        return [line.crop(*crop.column_span) for line in lines]

    def render_line(self, y: int) -> Strip:
        """As Textual asks for it when a person marks text: with the place of each letter."""
        return self._line(y, self.text_selection).apply_offsets(self.view.left, self.view.top + y)

    def _line(self, y: int, selection: Selection | None) -> Strip:
        view = self.view
        width, row, picture = self.size.width, view.top + y, view.shown
        if row >= len(picture):
            return Strip.blank(width, self.ground)
        line = picture.strips[row]
        screen = view.captured
        if view.back is None and screen is not None and screen.cursor_shown and screen.cursor[1] == row:
            line = with_cursor(line, screen.cursor[0], self.cursor_mark)
        selected = selection and selection.get_span(row)
        if selected:
            style = self.screen.get_component_rich_style("screen--selection")
            line = with_style(line, style, *selected)
        part = line.crop(view.left, view.left + width)
        ground = self.ground + _DIM if self.follower.stale is not None else self.ground
        return part.apply_style(ground).adjust_cell_length(width, ground)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the person has marked with the mouse."""
        return selection.extract("\n".join(self.lines())), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # all lines are drawn anew
        """Another part is marked."""
        self.refresh()

    # what is told of it

    @property
    def note(self) -> list[Part]:
        """What is to be known of the picture; empty when all is live."""
        trouble, stale = self.follower.trouble, self.follower.stale
        if stale is not None:
            since = age(stale, self._clock.now())
            return [(f" as it was {since} ago: ", "t--failed"), (trouble, "t--failed")]
        return [(f"slow: {trouble} ", "t--blocked")] if trouble else []

    def _note(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()
        self.post_message(self.Noted())

    @property
    def live(self) -> bool:
        """Does it show the pane as it is now?"""
        fresh = self.captured is not None and self.follower.stale is None
        return fresh and self.view.back is None and self._seen

    def lines(self) -> list[str]:
        """What it shows, without colours."""
        return self.view.shown.text()

    def shows_whole(self, line: str) -> bool:
        """Can all of the question be read whose evidence is `line`?"""
        return self.live and self.view.shows_whole(line)

    async def until_open(self) -> None:
        """Until it shows its pane, or can't; at most a second."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while self.captured is None and not self.trouble:
                    await self._change.wait()


def _key(job: Job) -> tuple[str, int]:
    return job.id, job.attempt
