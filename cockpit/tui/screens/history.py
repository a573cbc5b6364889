"""The history: every job that has ended, the newest first, also those whose folder is gone; and how to find one.

Without a filter, or with one that the index tells (states, days), the list is a window into the store; any other is
searched for in small steps, and the first that fit are shown.
"""

from __future__ import annotations

from dataclasses import replace

from textual import work
from textual.app import ComposeResult
from textual.containers import Container

from cockpit.base.clock import Micros
from cockpit.base.errors import NotFound
from cockpit.controller.live import Live
from cockpit.domain.job import Job
from cockpit.store.values import Order
from cockpit.tui.actions.action import Situation
from cockpit.tui.finding import MOST, Finding, Searching
from cockpit.tui.job_reader import read_facts
from cockpit.tui.overview import Overview
from cockpit.tui.past import Past
from cockpit.tui.screens.filtered import FilteredScreen
from cockpit.tui.widgets.filter_bar import FilterBar
from cockpit.tui.widgets.history_list import EMPTY, NO_MATCH, HistoryList
from cockpit.tui.widgets.past_detail import PastDetail
from cockpit.tui.widgets.rows import VirtualList


class HistoryScreen(FilteredScreen):
    """What ended, and what became of it."""

    NAME = "history"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # Textual's own declaration

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._past = Past(live.store)
        self._finding = Finding(live.store)
        self._searching = Searching()
        self._wanted: str | None = None

    def compose_body(self) -> ComposeResult:
        with Container(id="history-body"):
            yield HistoryList(self._past.rows, self.live.store.head)
            yield PastDetail()
        yield FilterBar(self.known)

    @property
    def _list(self) -> HistoryList:
        return self.query_one(HistoryList)

    @property
    def _detail(self) -> PastDetail:
        return self.query_one(PastDetail)

    def begin(self) -> None:
        self._list.on_moved = lambda _: self._moved()
        self._list.focus()
        self._list.move_to(1)  # the first job: above it stands its day
        if self._wanted is not None:
            self.reveal(self._wanted)

    # showing

    def take(self, now: Overview) -> None:
        if self._past.read(self.filter, now.counts, now.now):
            self._list.forget()
            if self._past.rows is self._past.found and self._searching.begin():
                self._search()
        self._show()

    def use_filter(self) -> None:
        rows = self._list
        self._past.use(self.filter)
        rows.source = self._past.rows
        rows.empty = NO_MATCH if self.filter else EMPTY
        rows.entitle(f"History  {self.filter} ·" if self.filter else "History")
        rows.selected = rows.lost = None
        rows.cursor = 0
        self.read()
        rows.move_to(1)

    @work(group="search")
    async def _search(self) -> None:
        """Look through what has ended in small steps; the screen stays quick meanwhile."""
        with self.reading():
            await self._searching.run(self._look)

    async def _look(self) -> None:
        now, wanted = self.live.context.clock.now(), self.filter
        found = await self._finding.find(wanted, now, Order.ENDED, still=lambda: self.filter == wanted)
        if self.filter == wanted and self._past.rows is self._past.found:
            self._show_found(found, now)

    def _show_found(self, found: list[Job], now: Micros) -> None:
        self._past.take_found(found, now)
        self._list.entitle(f"History  {self.filter} ·{' the newest' if len(found) >= MOST else ''}")
        begins = self._list.selected is None
        self._show()
        if begins:
            self._list.move_to(1)

    def _show(self) -> None:
        self._list.update()
        self._show_selected()

    def _show_selected(self) -> None:
        job = self.shown_job()
        if job is None:
            self._detail.show_job(None, str, "")
        else:
            self._detail.show_job(read_facts(self.live, job), self.live.store.prompt, self.live.log_path(job))

    # what is selected

    def shown_job(self) -> Job | None:
        """The selected job; None on the heading of a day."""
        key = self._list.chosen
        if key is None:
            return None
        try:
            return self.live.store.get(key)
        except NotFound:
            return None

    def situation(self) -> Situation:
        pane = "job" if self.is_mounted and self._detail.has_focus_within else "history"
        heading = self.is_mounted and self._list.on_heading
        return replace(super().situation(), pane=pane, job=self.shown_job(), heading=heading)

    def on_virtual_list_moved(self) -> None:
        self._moved()

    def _moved(self) -> None:
        with self.reading():
            self._show_selected()
        self.tell_hints()

    def on_virtual_list_opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.action_act("details")

    # what actions do here

    def reveal(self, job_id: str) -> None:
        """Select a job that has ended; any other is shown on the main screen."""
        if not self.is_mounted or self.overview is None:
            self._wanted = job_id
        elif not self._list.select_key(job_id):
            super().reveal(job_id)

    def focus_list(self) -> None:
        self._list.focus()

    def fold(self) -> bool:
        """Fold or open the day whose heading is selected; False on a job."""
        return self._list.fold()

    def open_tab(self, name: str) -> None:
        """The details of the job, at this tab."""
        self._detail.open(name)
        self._detail.view.focus()

    def step_tab(self, by: int) -> None:
        """The next tab, or the one before."""
        self._detail.step(by)

    def step_pane(self, _by: int) -> None:
        """From the list to the job, and back."""
        (self._list if self._detail.has_focus_within else self._detail.view).focus()
        self.tell_hints()

    def step_back(self) -> None:
        """From the job to the list; there, take marks away, then the filter; then back to the main screen."""
        if self._detail.has_focus_within:
            self._list.focus()
        elif len(self.marks):
            self.unmark()
        elif self.filter:
            self.set_filter(type(self.filter)())
            self.focus_list()
        else:
            self.cockpit.show_main()
