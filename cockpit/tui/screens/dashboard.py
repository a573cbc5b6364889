"""The dashboard: load, slots, queue, throughput, failures and times over an hour, a day or a week.

What is so now comes with every change of the store. The history is asked for in a thread: when the range or the
grouping changes, when a minute has begun, when a job has ended; and after an answer not again for twenty times as
long as it took. A dashboard that is not in front asks nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import ClassVar, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll

from cockpit.base.errors import CockpitError
from cockpit.controller.live import Live
from cockpit.controller.opening import open_statistics
from cockpit.domain.job import ENDED
from cockpit.domain.statistics import MINUTE, Report, window
from cockpit.store.statistics import By
from cockpit.tui.actions.keymap import TEXT_BINDINGS
from cockpit.tui.dashboard_text import (
    RANGES,
    ends_lines,
    failure_lines,
    load_lines,
    queue_lines,
    times_lines,
)
from cockpit.tui.overview import Overview
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.painting import Tabs
from cockpit.tui.widgets.panel import Panel

_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (100, "-wide")]
_LEAST_REST = 1.0  # seconds between two questions
_REST = 20  # times as long as the answer took
_BY: tuple[By, ...] = ("project", "user")


class Asked(NamedTuple):
    """What an answer is for: the same again brings nothing new."""

    range: int
    by: By
    minute: int
    ended: int


class Plots(Steady, VerticalScroll, can_focus=True, inherit_bindings=False):
    """The panels; moved by the keys of texts where not all of them are in sight."""

    BINDINGS: ClassVar[list[Binding]] = TEXT_BINDINGS  # type: ignore[assignment]  # one kind of what Textual allows

    def action_text_down(self) -> None:
        self.scroll_down(animate=False)

    def action_text_up(self) -> None:
        self.scroll_up(animate=False)

    def action_text_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    def action_text_page_up(self) -> None:
        self.scroll_page_up(animate=False)

    def action_text_top(self) -> None:
        self.scroll_home(animate=False)

    def action_text_bottom(self) -> None:
        self.scroll_end(animate=False)


class DashboardScreen(CockpitScreen):
    """What happened, in plots."""

    NAME = "dashboard"
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._range = 0
        self._by: By = "project"
        self._report: Report | None = None
        self._told: Asked | None = None
        self._asking = False
        self._rests = False

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="dashboard-bar"):
            yield Tabs([each.name for each in RANGES], id="ranges")
            yield Tabs([f"by {name}" for name in _BY], id="groups")
        with Plots(id="plots"):
            yield Panel("Load", id="load")
            yield Panel("Slots and queue", id="depth")
            yield Panel("Jobs ended", id="ends")
            yield Panel("Failures", id="failures")
            yield Panel("Times: the median, and what 95 of 100 stayed within", id="times")

    def begin(self) -> None:
        self.query_one(Plots).focus(scroll_visible=False)

    # choosing

    def step_range(self, by: int) -> None:
        """A longer or shorter time; behind the last comes the first."""
        self._choose((self._range + by) % len(RANGES), self._by)

    def step_group(self) -> None:
        """By project, by user."""
        self._choose(self._range, _BY[(_BY.index(self._by) + 1) % len(_BY)])

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        if message.tabs.id == "ranges":
            names = [each.name for each in RANGES]
            self._choose(names.index(message.name), self._by)
        else:
            self._choose(self._range, "user" if message.name == "by user" else "project")

    def _choose(self, chosen: int, by: By) -> None:
        self._range, self._by = chosen, by
        self.query_one("#ranges", Tabs).mark(RANGES[chosen].name)
        self.query_one("#groups", Tabs).mark(f"by {by}")
        self._look(at_once=True)

    # asking

    def take(self, now: Overview) -> None:
        self._show(now)
        self._look()

    def _wanted(self, now: Overview) -> Asked:
        ended = sum(now.counts.states[state] for state in ENDED)
        return Asked(self._range, self._by, now.now // MINUTE, ended)

    def _look(self, *, at_once: bool = False) -> None:
        """Ask, if there is something new and nothing speaks against it; else who ends that looks again."""
        if self.overview is None or self._asking or (self._rests and not at_once):
            return
        wanted = self._wanted(self.overview)
        if wanted != self._told:
            self._asking = True
            self._ask(wanted)

    @work(group="statistics")
    async def _ask(self, wanted: Asked) -> None:
        begun = time.monotonic()
        try:
            self._report = await asyncio.to_thread(self._read_report, wanted)
        except CockpitError as error:
            self.app.notify(str(error), severity="error", title="The history can't be read", markup=False)
        self._asking, self._told = False, wanted
        if not self.is_running or self.overview is None:
            return
        self._show(self.overview)
        self._rest(time.monotonic() - begun)
        chosen = (self._range, self._by)
        self._look(at_once=chosen != (wanted.range, wanted.by))

    def _read_report(self, wanted: Asked) -> Report:
        """In a thread: a week of a busy home takes a while."""
        asked = RANGES[wanted.range]
        now = self.live.context.clock.now()
        with contextlib.closing(open_statistics(self.live.context.places)) as statistics:
            return statistics.report(window(now, asked.length, asked.width), wanted.by)

    def _rest(self, took: float) -> None:
        if not self._rests:
            self._rests = True
            self.set_timer(max(_LEAST_REST, took * _REST), self._rested)

    def _rested(self) -> None:
        self._rests = False
        if self._listens:
            self._look()

    # showing

    def _show(self, now: Overview) -> None:
        report, told = self._report, self._told
        if report is None or told is None:
            return
        words = RANGES[told.range].words
        draws = {
            "load": partial(load_lines, report, now),
            "depth": partial(queue_lines, report, now),
            "ends": partial(ends_lines, report, words),
            "failures": partial(failure_lines, report, words),
            "times": partial(times_lines, report, told.by, words),
        }
        for name, draw in draws.items():
            self.query_one(f"#{name}", Panel).tell(draw)
