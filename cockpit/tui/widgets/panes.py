"""The body of the main screen: lists, the job, and on a very wide terminal a second view of it, as the person arranged.

What goes where is worked out in layout.py; here it is carried out, and remembered when the person has changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from cockpit.domain.job import Job
from cockpit.tui.arranging import Arranged
from cockpit.tui.layout import LISTS, Arrangement, Divider, divider_at, edge_of, moved, plan
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.detail import Detail
from cockpit.tui.widgets.job_tabs import JobTabs
from cockpit.tui.widgets.side_pane import SidePane

_AROUND = 2  # rows for header and hints


class Panes(Steady, Horizontal):
    """`arranged` is what the person wants; `make_side` makes the second view when there is room for one."""

    class Planned(Message):
        """Other panes are shown now."""

    def __init__(
        self, lists: Sequence[Widget], detail: Detail, make_side: Callable[[], SidePane], arranged: Arranged
    ) -> None:
        super().__init__(id="body")
        self._arranged = arranged
        self.plan = plan(self.arrangement, 80, 24)
        self.zoomed = False
        self._current = "queue"
        self._lists = {str(each.id): each for each in lists}
        self._column = Vertical(*lists, id="lists")
        self._detail = detail
        self._make_side = make_side
        self._side: SidePane | None = None
        self._job: Job | None = None
        self._dragged: Divider | None = None

    @property
    def arrangement(self) -> Arrangement:
        """What the person wants."""
        return self._arranged.now

    def compose(self) -> ComposeResult:
        width, height = self.app.size
        self.plan = plan(self.arrangement, width, height - _AROUND)
        yield self._column
        yield self._detail
        if self.plan.side:
            self._side = self._make_side()
            yield self._side
        self._apply()

    # what is shown

    def fit(self, size: Size) -> None:
        """Divide this much room."""
        before, self.plan = self.plan, plan(self.arrangement, size.width, size.height)
        if self.plan != before:
            self._apply()
        if (self.plan.columns, self.plan.shown) != (before.columns, before.shown):
            self.post_message(self.Planned())

    def on_resize(self, event: events.Resize) -> None:
        self.fit(event.size)

    def show(self, name: str) -> None:
        """This pane has the focus: where there is one column, it is the one that is seen."""
        self._current = name
        self.zoomed = self.zoomed and name == "job"
        self._apply()

    def zoom(self) -> None:
        """The job over the whole width, and back."""
        self.zoomed = not self.zoomed
        self._apply()

    def _apply(self) -> None:
        one, now = self.plan.columns == 1, self.plan
        _show(self._column, self._current in LISTS if one else bool(now.lists) and not self.zoomed)
        _size(self._column, width="1fr" if one else now.lists)
        for name, each in self._lists.items():
            _show(each, name == self._current if one else bool(now.heights[name]))
            _size(each, height="1fr" if one else f"{max(1, now.heights[name])}fr")
        _show(self._detail, not one or self._current not in LISTS)
        if now.side and self._side is None:
            self._side = self._make_side()
            self.mount(self._side)
        if self._side is not None:
            _show(self._side, bool(now.side) and not self.zoomed)
            _size(self._side, width=max(1, now.side))
        self._tell_side()

    # the job

    @property
    def side(self) -> SidePane | None:
        """The second view, while it is shown."""
        return self._side if self._side is not None and self._side.display else None

    def show_job(self, job: Job | None) -> None:
        """The selected job as it is now."""
        self._job = job
        self._detail.show_job(job)
        self._tell_side()

    def _tell_side(self) -> None:
        if self.side is not None:
            self.side.beside(self._detail.current, self.arrangement.side_tab)
            self.side.show_job(self._job)

    def read_on(self) -> None:
        """The selected job's files may have changed."""
        self._detail.read_on()
        if self.side is not None:
            self.side.read_on()

    def on_job_tabs_turned(self, message: JobTabs.Turned) -> None:
        message.stop()
        self._tell_side()

    def on_side_pane_wanted(self, message: SidePane.Wanted) -> None:
        message.stop()
        self.rearrange(replace(self.arrangement, side_tab=message.tab))

    # what the person does to it

    def rearrange(self, wanted: Arrangement) -> None:
        """Divide the room like this from now on."""
        if wanted != self.arrangement:
            self._arranged.want(wanted)
            self.fit(self.size)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = None if self.zoomed else divider_at(self.plan, *self._place(event))
        if self._dragged is not None:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged is None:
            return
        event.stop()
        by = self._place(event)[self._dragged in LISTS] - edge_of(self.plan, self._dragged)
        self.rearrange(moved(self.arrangement, self.plan, self._dragged, by))

    def on_mouse_up(self) -> None:
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def _place(self, event: events.MouseEvent) -> tuple[int, int]:
        """Where in the body the mouse is."""
        return round(event.screen_x) - self.region.x, round(event.screen_y) - self.region.y


def _show(widget: Widget, shown: bool) -> None:
    if widget.display != shown:
        widget.display = shown


def _size(widget: Widget, *, width: int | str | None = None, height: str | None = None) -> None:
    if width is not None:
        widget.styles.width = width
    if height is not None:
        widget.styles.height = height
