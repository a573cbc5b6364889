"""The tiles of the grid: as many as are seen, each kept as long as its job is on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.containers import Container

from cockpit.tui.steady import Steady
from cockpit.tui.tiling import Shape
from cockpit.tui.widgets.tile import Tile


class TileField(Steady, Container):
    """A tile that leaves the page is taken away, and with it the watch on its pane."""

    DEFAULT_CSS = """
    TileField { layout: grid; grid-gutter: 0 1; height: 1fr; }
    """

    def __init__(self, make: Callable[[str], Tile], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._make = make
        self._tiles: dict[str, Tile] = {}
        self._shown: tuple[str, ...] = ()

    def tile(self, job_id: str | None) -> Tile | None:
        """The tile of a job, if it is on the page."""
        return self._tiles.get(job_id or "")

    def place(self, job_ids: Sequence[str], shape: Shape, *, stretch: bool) -> None:
        """Show these jobs in this order; with `stretch` the last one takes what is left of its row."""
        self._set_shape(shape)
        if tuple(job_ids) != self._shown:
            self._take(job_ids)
        for number, job_id in enumerate(job_ids, 1):
            left = shape.columns * shape.rows - number if number == len(job_ids) and stretch else 0
            if self._tiles[job_id].styles.column_span != 1 + left:
                self._tiles[job_id].styles.column_span = 1 + left

    def _set_shape(self, shape: Shape) -> None:
        styles = self.styles
        if (styles.grid_size_columns, styles.grid_size_rows) != (shape.columns, shape.rows):
            styles.grid_size_columns, styles.grid_size_rows = shape.columns, shape.rows

    def _take(self, job_ids: Sequence[str]) -> None:
        for job_id in self._tiles.keys() - set(job_ids):
            self._tiles.pop(job_id).remove()
        fresh = [job_id for job_id in job_ids if job_id not in self._tiles]
        for job_id in fresh:
            self._tiles[job_id] = self._make(job_id)
        if fresh:
            self.mount_all([self._tiles[job_id] for job_id in fresh])
        places = {job_id: place for place, job_id in enumerate(job_ids)}
        self.sort_children(key=lambda child: places.get(child.job_id, -1) if isinstance(child, Tile) else -1)
        self._shown = tuple(job_ids)
