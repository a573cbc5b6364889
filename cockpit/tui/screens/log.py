"""The log: what became of jobs, and what cockpit itself said, by time; the newest at the bottom, followed."""

from __future__ import annotations

from dataclasses import replace

from textual import work
from textual.app import ComposeResult

from cockpit.base.errors import NotFound
from cockpit.controller.live import Live
from cockpit.domain.job import Job
from cockpit.tui.actions.action import Situation
from cockpit.tui.finding import Searching
from cockpit.tui.happened import MOST, Happened, Happenings, search
from cockpit.tui.overview import Overview
from cockpit.tui.own_log import OwnLog, Said
from cockpit.tui.screens.filtered import FilteredScreen
from cockpit.tui.sources import Held
from cockpit.tui.widgets.filter_bar import FilterBar
from cockpit.tui.widgets.log_list import EMPTY, NO_MATCH, LogList
from cockpit.tui.widgets.rows import VirtualList


class LogScreen(FilteredScreen):
    """Everything that happened."""

    NAME = "log"

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._own = OwnLog(live.context.places.log)
        self._all = Happenings(live.store)
        self._searching = Searching()
        self._found: Held[Happened] = Held(lambda row: row.key)

    def compose_body(self) -> ComposeResult:
        yield LogList(self._all, self.live.context.clock)
        yield FilterBar(self.known)

    @property
    def _list(self) -> LogList:
        return self.query_one(LogList)

    def begin(self) -> None:
        self._list.focus()
        self._list.action_bottom()

    def take(self, _now: Overview) -> None:
        following = self._list.following
        if not self._all.reload(self._said()):
            self._list.update()
        elif self.filter:
            self._look()
        else:
            self._list.take(following)

    def _said(self) -> list[Said]:
        notices = [Said(at, "notice", text) for at, text in self.cockpit.told]
        return sorted([*self._own.read(), *notices], key=lambda said: said.at)

    def use_filter(self) -> None:
        rows = self._list
        rows.source = self._found if self.filter else self._all
        rows.empty = NO_MATCH if self.filter else EMPTY
        rows.entitle(f"Log  {self.filter} ·" if self.filter else "Log")
        self._found.set([])
        if self.filter:
            self._look()
        else:
            rows.take(True)

    def _look(self) -> None:
        if self._searching.begin():
            self._search()

    @work(group="search")
    async def _search(self) -> None:
        """Look backwards in small steps; the screen stays quick meanwhile."""
        with self.reading():
            await self._searching.run(self._look_through)

    async def _look_through(self) -> None:
        wanted, now = self.filter, self.live.context.clock.now()
        found = await search(self.live.store, wanted, now, self._all.own, still=lambda: self.filter == wanted)
        if self.filter == wanted and wanted:
            self._show_found(found)

    def _show_found(self, found: list[Happened]) -> None:
        following = self._list.following
        self._found.set(found)
        self._list.entitle(f"Log  {self.filter} ·{' the newest' if len(found) >= MOST else ''}")
        self._list.take(following)
        self.tell_hints()

    # what is selected

    def shown_job(self) -> Job | None:
        """The job of the selected row."""
        row = self._list.selected_row()
        if row is None or not row.id:
            return None
        try:
            return self.live.store.get(row.id)
        except NotFound:
            return None

    def situation(self) -> Situation:
        return replace(super().situation(), pane="log", job=self.shown_job())

    def on_virtual_list_moved(self) -> None:
        self.tell_hints()

    def on_virtual_list_opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.action_act("go_to_job")

    # what actions do here

    def focus_list(self) -> None:
        self._list.focus()

    def step_back(self) -> None:
        """Take the filter away; then back to the main screen."""
        if self.filter:
            self.set_filter(type(self.filter)())
            self.focus_list()
        else:
            self.cockpit.show_main()
