"""What screens with one filtered list share: the filter bar, saved filters, and what names are known."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.tui.filters import Filter, Term
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.widgets.filter_bar import FilterBar


class FilteredScreen(CockpitScreen):
    """`use_filter` is told whenever the filter has changed."""

    filter = Filter()

    def use_filter(self) -> None:
        """Show what fits `self.filter`."""
        raise NotImplementedError

    def focus_list(self) -> None:
        """Back from the filter to what is filtered."""
        raise NotImplementedError

    def known(self, field: str) -> Sequence[str]:
        """The names of users, projects and agents, to complete a filter with."""
        return known_names(self, field)

    def open_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).start()

    def set_filter(self, wanted: Filter) -> None:
        """Use a filter that was not typed."""
        self.query_one(FilterBar).put(wanted)
        self._take_filter(wanted)

    def use_saved(self, wanted: Filter) -> None:
        """Use a filter by its name."""
        self.set_filter(wanted)

    def toggle_term(self, field: str, value: str) -> None:
        """Ask for this value of a field alone; the second time take that away."""
        term = Term(field, (value,))
        rest = tuple(each for each in self.filter.terms if each.field != field)
        self.set_filter(Filter(rest if term in self.filter.terms else (*rest, term)))

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        self._take_filter(message.wanted)
        if message.done:
            self.focus_list()

    def _take_filter(self, wanted: Filter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.use_filter()
            self.tell_hints()


def known_names(screen: CockpitScreen, field: str) -> Sequence[str]:
    """Users and projects that ever had a job, and those that are configured; agents that are configured."""
    settings = screen.live.context.settings
    if field == "agent":
        return sorted(settings.agents)
    configured = [project.user if field == "user" else project.name for project in settings.projects.values()]
    return sorted({*configured, *screen.live.store.names(field)})
