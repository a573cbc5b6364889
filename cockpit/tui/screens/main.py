"""The main screen: queue, agents and locks on the left, the selected job on the right; one column when narrow.

It hands each widget what it shows of the store, after every change. What is done to jobs is in tui/operations/; what
the keys are is in tui/actions/.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.widget import Widget

from cockpit.base.errors import NotFound
from cockpit.controller.live import Live
from cockpit.domain.job import Job, State
from cockpit.domain.lane import Lock
from cockpit.tui.actions.action import Situation
from cockpit.tui.agent_words import NO_KEYS, in_order, needs_person
from cockpit.tui.filters import Filter
from cockpit.tui.finding import Searching
from cockpit.tui.following import Following
from cockpit.tui.job_lists import Arrangement, JobLists
from cockpit.tui.job_reader import StoreReader
from cockpit.tui.layout import LISTS
from cockpit.tui.overview import Overview, Recent
from cockpit.tui.screens.agents import AgentsScreen
from cockpit.tui.screens.filtered import known_names
from cockpit.tui.sources import Held
from cockpit.tui.usage_feed import EVERY, UsageFeed
from cockpit.tui.widgets.agent_screen import DockerTmuxController
from cockpit.tui.widgets.agents_list import AgentsList
from cockpit.tui.widgets.detail import Detail
from cockpit.tui.widgets.filter_bar import FilterBar
from cockpit.tui.widgets.job_tabs import JobTabs
from cockpit.tui.widgets.locks_list import LocksList
from cockpit.tui.widgets.painting import Tabs
from cockpit.tui.widgets.panes import Panes
from cockpit.tui.widgets.queue_list import EMPTY, NO_MATCH, QueueList
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.widgets.side_pane import SidePane

PANES = (*LISTS, "job")


class MainScreen(AgentsScreen):
    """Everything at a glance."""

    NAME = "main"

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.pane = "queue"
        self.lists = JobLists(live.store)
        self._locks: Held[Lock] = Held(lambda lock: lock.lock_id)
        self._recent = Recent(live.store)
        self._searching = Searching()
        self._usage = UsageFeed(live.context)

    def compose_body(self) -> ComposeResult:
        clock = self.live.context.clock
        yield Tabs([pane.title() for pane in PANES], id="pane-tabs")
        lists = (
            QueueList(self.lists.queue, self.live.jobs.whys, self.live.store.head),
            AgentsList(
                self.lists.agents,
                clock,
                self.live.progress,
                self.seen,
                self._usage.of,
                head=self.live.store.head,
                ended=lambda: self.lists.ended,
            ),
            LocksList(self._locks, clock),
        )
        self._following = Following({str(rows.id): rows for rows in lists})
        reader = StoreReader(self.live, self.seen, self.keys, self._usage.of)
        side = partial(SidePane, reader, clock)
        yield Panes(lists, Detail(reader, clock), side, self.cockpit.arranged)
        yield FilterBar(lambda field: known_names(self, field))

    def begin(self) -> None:
        for rows in self.query(VirtualList):
            rows.on_moved = self._moved
        self.on_panes_planned()
        self.show_pane(self._first_pane())
        self.set_interval(EVERY, self._measure)

    def _first_pane(self) -> str:
        """Agents at work, else the first list that has anything in it."""
        if self.overview is not None and self.overview.active:
            return "agents"
        return next((name for name in LISTS if len(self.query_one(f"#{name}", VirtualList).source)), "queue")

    # what comes in

    def take_files(self, job_ids: set[str]) -> None:
        self.query_one(AgentsList).update()
        shown = self.shown_job()
        if shown is not None and shown.id in job_ids:
            self.panes.read_on()

    @work(exclusive=True, group="usage")
    async def _measure(self) -> None:
        """What the agents cost, while somebody can see it."""
        agents, now = self.query_one(AgentsList), self.overview
        if now is None or self.app.screen is not self or not agents.region.height:
            return
        if await self._usage.measure(now.active) and self.is_running:
            agents.update()
            self.panes.show_job(self.shown_job())

    # showing

    def take(self, now: Overview) -> None:
        recent = self._recent.look(now.active, now.counts.states[State.FAILED], now.now)
        fits = self.filter.test(now.now, self.live.store.head)
        agents = in_order([job for job in [*now.active, *recent] if fits(job)], now.screens)
        self._locks.set([lock for lock in now.locks if self.filter.fits_user(lock.user)])
        if late := self.lists.take(now.counts, agents):
            self.set_timer(late, self.store_changed)
        if self.filter and self._searching.begin():
            self._search()
        self._show()

    def _show(self) -> None:
        queue = self.query_one(QueueList)
        queue.forget()
        before = self._chosen()
        for rows in self.query(VirtualList):
            rows.update()
        self._follow(before)
        self._show_pane_tabs()
        self.panes.show_job(self.shown_job())

    def reveal(self, job_id: str) -> None:
        """Select this job, wherever it is; it stays selected until the person selects another."""
        self.read()  # or the row at its place would still be another one
        self._following.wait_for(job_id)
        self._follow(job_id)
        self.panes.show_job(self.shown_job())

    def _chosen(self) -> str | None:
        return self._following.chosen(alone=bool(self.filter) or not self._job_seen)

    @property
    def _job_seen(self) -> bool:
        """Does one see the selected job, besides its row?"""
        return self.panes.plan.columns > 1 or self.pane not in LISTS

    def _follow(self, job_id: str | None) -> None:
        """This job stays the selected one; a list keeps the focus, unless the person has just done something to it."""
        if not self._following.follow(job_id, seen=self._job_seen):
            return
        on_list = self.focused is None or isinstance(self.focused, VirtualList)
        if on_list and self.pane in LISTS and self.pane != self._following.name:
            self.show_pane(self._following.name)

    # the filter

    @property
    def filter(self) -> Filter:
        """Only what fits is shown; an empty filter shows all."""
        return self.lists.filter

    def set_filter(self, wanted: Filter) -> None:
        """Show only what fits."""
        self.lists.filter = wanted
        self.lists.forget_found()
        self.query_one(QueueList).selected = None
        self._rearranged()
        for rows in self.query(VirtualList):
            rows.lost = None  # what does not fit is not selected either

    def use_saved(self, wanted: Filter) -> None:
        """Use a filter that was not typed."""
        self.query_one(FilterBar).put(wanted)
        self.set_filter(wanted)

    @property
    def arranged(self) -> Arrangement:
        """How queue and agents are sorted and grouped."""
        return self.lists.arranged

    def use_arrangement(self, wanted: Arrangement) -> None:
        """Sort and group queue and agents anew; what is selected stays so."""
        self.lists.arranged = wanted
        self.lists.rearrange_found()
        self._rearranged()

    def _rearranged(self) -> None:
        queue, agents = self.query_one(QueueList), self.query_one(AgentsList)
        queue.source, agents.source = self.lists.queue, self.lists.agents
        queue.empty = NO_MATCH if self.filter else EMPTY
        queue.entitle(self.lists.title())
        agents.entitle(f"Agents{self.arranged.told()}")
        self.read()

    def fold(self) -> bool:
        """Fold or open the group whose heading is selected; False on a job."""
        return self.pane in ("queue", "agents") and self.query_one(f"#{self.pane}", VirtualList).fold()

    @work(group="search")
    async def _search(self) -> None:
        """Look through the store in small steps; the screen stays quick meanwhile."""
        with self.reading():
            await self._searching.run(self._look)

    async def _look(self) -> None:
        if self.filter and await self.lists.search(self.live.context.clock.now()):
            self._show_found()

    def _show_found(self) -> None:
        queue = self.query_one(QueueList)
        queue.entitle(self.lists.title())
        queue.update()
        self.panes.show_job(self.shown_job())
        self.tell_hints()

    # selection

    def situation(self) -> Situation:
        """What actions are asked with: fresh from the store."""
        job = self.shown_job()
        lock = self.query_one(LocksList).selected_row() if self.pane == "locks" else None
        if lock is None and job is not None and self.overview is not None:
            lock = next((lock for lock in self.overview.locks if lock.job_id == job.id), None)
        seen, keys = (None, NO_KEYS) if job is None else (self.seen(job), self.keys(job))
        return replace(
            super().situation(),
            pane=self.pane,
            columns=self.panes.plan.columns,
            job=job,
            lock=lock,
            heading=self.pane in ("queue", "agents")
            and self.query_one(f"#{self.pane}", VirtualList).on_heading,
            seen=seen,
            answers=keys,
        )

    @property
    def agent(self) -> DockerTmuxController:
        """The screen of the shown job's agent."""
        return self.query_one(Detail).agent

    def needing(self) -> list[Job]:
        """The agents that need a person, in the order of their list."""
        return [job for job in self.lists.running if needs_person(job, self.seen(job))]

    def go_to(self, job_id: str) -> None:
        """Select a running job and show its agent's screen."""
        self.query_one(AgentsList).select_key(job_id)
        self.show_pane("agents")
        self.query_one(Detail).open("Screen")
        if self.panes.plan.columns == 1:
            self.show_pane("job")

    def face(self) -> None:
        """The job pane, at the agent's screen."""
        self.open_tab("Screen")

    def zoom(self) -> None:
        """Give the whole width to the job, or take it back."""
        self.panes.zoom()
        if self.panes.zoomed and self.pane != "job":
            self.show_pane("job")

    def shown_job(self) -> Job | None:
        """The job that the job pane shows and actions mean: the one selected in the list that last had the focus.

        When it has left every list, it is still this one, until the person moves.
        """
        key = self._chosen()
        if self._following.name == "locks":
            lock = self.query_one(LocksList).selected_row()
            key = None if lock is None else lock.job_id
        if key is None:
            return None
        try:
            return self.live.store.get(key)
        except NotFound:
            return None

    def on_virtual_list_moved(self, message: VirtualList.Moved) -> None:
        self._moved(message.rows)

    def _moved(self, rows: VirtualList[Any]) -> None:
        if rows.id == self._following.name:
            with self.reading():
                self._tell_selected()

    def on_virtual_list_entered(self, message: VirtualList.Entered) -> None:
        if self.focused is message.rows:
            self.pane = self._following.name = str(message.rows.id)
            self._tell_selected()

    def _tell_selected(self) -> None:
        self.panes.show_job(self.shown_job())
        self._show_pane_tabs()
        self.tell_hints()

    def on_docker_tmux_controller_noted(self) -> None:
        self.tell_hints()

    def on_virtual_list_opened(self) -> None:
        self.action_act("details")

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        self.show_pane(message.name.lower())

    @property
    def panes(self) -> Panes:
        """How the screen is divided."""
        return self.query_one(Panes)

    def show_pane(self, name: str) -> None:
        """Give the focus to a pane; when narrow, it is the only one seen. A hidden list leaves it to the job."""
        if name in LISTS:
            self._following.name = name
        self.pane = name if name in self.panes.plan.shown else "job"
        self.panes.show(self.pane)
        self._show_pane_tabs()
        self.set_focus(
            self._view(self.pane), scroll_visible=False
        )  # now: the job pane may turn its tab and keep it
        self._follow(self._chosen())
        self.panes.show_job(self.shown_job())
        self.tell_hints()

    def _view(self, pane: str) -> Widget:
        if pane in LISTS:
            return self.query_one(f"#{pane}")
        return self._tabs_of(pane).view

    def _tabs_of(self, pane: str) -> JobTabs:
        """The tabs of a pane: the second view's while it has the focus, else those of the job."""
        side = self.panes.side
        return side if side is not None and pane == "side" else self.query_one(Detail)

    def on_panes_planned(self) -> None:
        """The terminal has another size, or the person has hidden a pane or brought it back."""
        self.query_one("#pane-tabs").display = self.panes.plan.columns == 1
        if self.pane not in self.panes.plan.shown:
            self.show_pane("job")

    def step_pane(self, by: int) -> None:
        """The next pane, or the one before."""
        shown = self.panes.plan.shown
        self.show_pane(shown[(shown.index(self.pane) + by) % len(shown)])

    def on_descendant_focus(self) -> None:
        for pane in ("job", "side"):
            if self.pane != pane and self.query(f"#{pane}:focus-within"):
                self.pane = pane
                self.tell_hints()

    def _show_pane_tabs(self) -> None:
        counts = [rows.tally() for rows in (self.query_one(f"#{name}", VirtualList) for name in LISTS)]
        self.query_one("#pane-tabs", Tabs).mark(self.pane.title(), [*counts, ""])

    def open_tab(self, name: str) -> None:
        """The job pane at this tab."""
        self.query_one(Detail).open(name)
        self.show_pane("job")

    def step_tab(self, by: int) -> None:
        """The next tab of the job pane, or the one before."""
        self._tabs_of(self.pane).step(by)

    def open_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).start()

    def step_back(self) -> None:
        """From the job to its list; there, take the filter away."""
        if self.pane not in LISTS:
            self.show_pane(self._following.name)
        elif len(self.marks):
            self.unmark()
        elif self.filter:
            self.query_one(FilterBar).clear()
            self.set_filter(Filter())

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        if message.wanted != self.filter:
            self.set_filter(message.wanted)
        if message.done:
            self.show_pane("queue" if message.wanted else self._following.name)
