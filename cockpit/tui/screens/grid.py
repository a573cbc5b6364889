"""The grid: agents' own screens side by side, live, those first that need a person.

Only the tiles that are seen are captured, and only when their panes have printed; a page that is not turned to, or a
grid under another screen, costs nothing. Which tile stands where is in tiling.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from cockpit.controller.live import Live
from cockpit.domain.job import Job
from cockpit.tui.actions.action import Situation
from cockpit.tui.agent_words import NO_KEYS, needs_person
from cockpit.tui.overview import Overview
from cockpit.tui.own_keys import key_for, with_keys
from cockpit.tui.parts import Part
from cockpit.tui.screens.agents import AgentsScreen
from cockpit.tui.tiling import Order, Shape, Tiles, at_most, fitting, shape
from cockpit.tui.widgets.looks_back import LooksBack
from cockpit.tui.widgets.painting import Line
from cockpit.tui.widgets.tile import Tile, TileFacts
from cockpit.tui.widgets.tile_field import TileField
from cockpit.tui.words import plain, plural

_EMPTY = "No agent runs.\nPress {enqueue} to enqueue a job, {leave_screen} to go back."
_FRAME = 2  # rows of header and hints


class GridScreen(AgentsScreen):
    """How many are seen at once is as the person chose it the last time, else as many as can be read well."""

    NAME = "grid"
    AUTO_FOCUS = ""  # keys are the screen's, until one types
    DEFAULT_CSS = """
    GridScreen #grid-empty { height: 1fr; content-align: center middle; text-align: center; color: $muted; }
    GridScreen #grid-pages { background: $background; }
    GridScreen .tile-title { background: $panel; }
    GridScreen .-selected .tile-title { background: $primary; }
    GridScreen TilePicture { background: $background; }
    GridScreen TilePicture.-typing { background: $surface; }
    """

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.zoomed = False
        self._order = Order()
        self._page = 0
        self._selected: str | None = None
        self._slot = 0
        self._shape = Shape(1, 1)

    def compose_body(self) -> ComposeResult:
        clock = self.live.context.clock
        yield Line(id="grid-pages")
        yield TileField(partial(Tile, open_pane=self.live.panes.of, clock=clock), id="tiles")
        yield Static(id="grid-empty", markup=False)

    # what comes in

    def take(self, now: Overview) -> None:
        if not self.typing:  # what one types into stays where it is
            self._order.update(now.active, now.screens, self._at_once)
        self._show(now)

    def take_files(self, job_ids: set[str]) -> None:
        if self.overview is not None and any(self._field.tile(job_id) for job_id in job_ids):
            self._tell(self.overview)

    def on_resize(self, _: events.Resize) -> None:
        if self.overview is not None:
            self._show(self.overview)

    def on_tile_clicked(self, message: Tile.Clicked) -> None:
        self._select(message.job_id)
        if message.twice:
            self.action_act("grid_open")

    def on_pane_picture_noted(self) -> None:
        self.tell_hints()

    # what is seen

    @property
    def _field(self) -> TileField:
        return self.query_one(TileField)

    @property
    def _room(self) -> tuple[int, int]:
        return self.size.width, max(1, self.size.height - _FRAME)

    @property
    def _at_once(self) -> int:
        return min(self.cockpit.arranged.now.tiles or fitting(self._room), at_most(self._room))

    @property
    def columns(self) -> int:
        """Tiles side by side."""
        return self._shape.columns

    def tiles(self) -> Tiles:
        """How many there are, and where one is in them."""
        count = len(self._order.ids)
        return Tiles(
            count, self._at_once, at_most(self._room), self._page, max(1, -(-count // self._at_once))
        )

    def _show(self, now: Overview) -> None:
        running = {job.id for job in now.active}
        ids = [job_id for job_id in self._order.ids if job_id in running]
        at_once, pages = self._at_once, self.tiles().pages
        self._page = min(self._page, pages - 1)
        page = ids[self._page * at_once : (self._page + 1) * at_once]
        self._hold_selection(page)
        seen = [self._selected] if self.zoomed and self._selected else page
        self._shape = shape(at_once if pages > 1 and not self.zoomed else max(1, len(seen)), self._room)
        self._field.place([job_id for job_id in seen if job_id], self._shape, stretch=pages == 1)
        self._field.display, self.query_one("#grid-empty").display = bool(page), not page
        if not page:
            self.query_one("#grid-empty", Static).update(with_keys(_EMPTY))
        self._show_pages(len(ids), pages)
        self._tell(now)

    def _hold_selection(self, page: list[str]) -> None:
        """The selected one stays selected; where it has left the page, who stands in its place is."""
        if self._selected not in page:
            self._selected = page[min(self._slot, len(page) - 1)] if page else None
            self.zoomed = self.zoomed and bool(page)
        if self._selected is not None:
            self._slot = page.index(self._selected)

    def _show_pages(self, agents: int, pages: int) -> None:
        line = self.query_one("#grid-pages", Line)
        line.display = pages > 1
        first = self._page * self._at_once
        last = min(agents, first + self._at_once)
        left: list[Part] = [(f" {first + 1}-{last} of {plural(agents, 'agent')}", "t--strong")]
        unseen = [job for job in self.needing() if job.id not in self._order.ids[first:last]]
        if unseen:
            left.append(
                (f"   {len(unseen)} on another page need you: {key_for('next_needing')}", "t--blocked")
            )
        right: list[Part] = [
            (f" {key_for('grid_page_up')} {key_for('grid_page_down')}", "t--key"),
            (f" page {self._page + 1}/{pages} ", "t--muted"),
        ]
        line.show(left, right)

    def _tell(self, now: Overview) -> None:
        """Bring titles up to date, and see to it that panes are followed."""
        for job in now.active:
            tile = self._field.tile(job.id)
            if tile is not None:
                percent = self.live.progress(job).percent
                head = plain(self.live.store.head(job.id))
                facts = TileFacts(job, self.seen(job), self.keys(job), percent, head, now.now)
                tile.tell(facts, selected=job.id == self._selected)

    # what is selected

    @property
    def agent(self) -> LooksBack | None:
        tile = self._field.tile(self._selected)
        return None if tile is None else tile.picture

    def shown_job(self) -> Job | None:
        active = () if self.overview is None else self.overview.active
        return next((job for job in active if job.id == self._selected), None)

    def needing(self) -> list[Job]:
        active = () if self.overview is None else self.overview.active
        jobs = {job.id: job for job in active if needs_person(job, self.seen(job))}
        return [jobs[job_id] for job_id in self._order.ids if job_id in jobs]

    def situation(self) -> Situation:
        job = self.shown_job()
        seen, keys = (None, NO_KEYS) if job is None else (self.seen(job), self.keys(job))
        return replace(super().situation(), job=job, seen=seen, answers=keys, tiles=self.tiles())

    def _select(self, job_id: str) -> None:
        self._selected = job_id
        if job_id in self._order.ids:
            self._page, self._slot = divmod(self._order.ids.index(job_id), self._at_once)
        if self.overview is not None:
            self._show(self.overview)
        self.tell_hints()

    def go_to(self, job_id: str) -> None:
        self._select(job_id)

    def reveal(self, job_id: str) -> None:
        if job_id in self._order.ids:
            self._select(job_id)
        else:
            super().reveal(job_id)

    def face(self) -> None:
        """It is before the person's eyes already."""

    # what is done with tiles

    def step(self, by: int, *, around: bool = False) -> None:
        """So many tiles on; over the edge of the page to the next one."""
        ids = self._order.ids
        if self._selected not in ids:
            return
        here = ids.index(self._selected) + by
        self._select(ids[here % len(ids) if around else max(0, min(len(ids) - 1, here))])

    def turn(self, by: int) -> None:
        """Another page; the selection keeps its place on it."""
        self._page = max(0, self._page + by)
        self._selected = None
        if self.overview is not None:
            self._show(self.overview)
        self.tell_hints()

    def more(self, by: int) -> None:
        """More tiles at once, or fewer; the selected one stays in sight."""
        arranged, tiles = self.cockpit.arranged, min(self._at_once, len(self._order.ids)) + by
        usual = tiles == fitting(self._room)  # then on every terminal
        arranged.want(replace(arranged.now, tiles=0 if usual else tiles))
        self.zoomed = False
        if self._selected is not None:
            self._select(self._selected)

    def zoom(self) -> None:
        """The selected one alone, or all again."""
        self.zoomed = not self.zoomed
        if self.overview is not None:
            self._show(self.overview)

    def sort(self) -> None:
        """As they would stand if the grid were opened now."""
        if self.overview is not None:
            self._order.sort(self.overview.active, self.overview.screens)
            self._page = 0
            self._show(self.overview)
            self.tell_hints()
