"""Saved filters, on every screen that has a filter; groups and sorting, where there are lists of jobs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from textual.app import App

from cockpit.base.errors import CockpitError, Conflict
from cockpit.controller.live import Live
from cockpit.controller.panes import ONLY_LOOKS
from cockpit.tui.actions.action import Situation
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.filters import Filter
from cockpit.tui.host import Cockpit
from cockpit.tui.job_lists import GROUPS, SORTS, Arrangement
from cockpit.tui.own_keys import key_for
from cockpit.tui.undo import Done

if TYPE_CHECKING:
    from cockpit.tui.dialogs.saved_filters import FilterAnswer
    from cockpit.tui.saved_filters import SavedFilters


class Filtered(Protocol):
    """A screen whose list can be filtered."""

    @property
    def filter(self) -> Filter: ...
    @property
    def live(self) -> Live: ...
    @property
    def app(self) -> App[object]: ...
    @property
    def cockpit(self) -> Cockpit: ...
    def use_saved(self, wanted: Filter) -> None: ...


class Arranged(Filtered, Protocol):
    """A screen whose lists can be grouped and sorted."""

    @property
    def arranged(self) -> Arrangement: ...
    def use_arrangement(self, wanted: Arrangement) -> None: ...


class SavedFilterOperations:
    """The part of a screen's operations that knows filters by name."""

    _screen: Filtered

    async def saved_filters(self, _: Situation) -> None:
        """List them: use one, save the one that is set, forget one."""
        from cockpit.tui.dialogs.saved_filters import SavedFiltersDialog
        from cockpit.tui.saved_filters import SavedFilters

        saved = SavedFilters(self._screen.live.context.places.home)
        try:
            found = await asyncio.to_thread(saved.all)
        except OSError as error:
            raise CockpitError(f"the filters can't be read: {error}") from error
        dialog = SavedFiltersDialog(found, str(self._screen.filter))
        answer: FilterAnswer | None = await self._screen.app.push_screen_wait(dialog)
        if answer is None:
            return
        if answer.do == "use":
            self._screen.use_saved(parse_filter(answer.text)[0])
            return
        if self._screen.cockpit.read_only:
            raise Conflict(ONLY_LOOKS)
        try:
            if answer.do == "save":
                await asyncio.to_thread(saved.save, answer.name, answer.text)
            else:
                await asyncio.to_thread(saved.remove, answer.name)
                self._forgot(saved, answer)
        except OSError as error:
            raise CockpitError(f"the filters can't be saved: {error}") from error
        what = (
            f"saved; {key_for('saved_filters')} lists it."
            if answer.do == "save"
            else f"forgotten. {key_for('undo')} brings it back."
        )
        self._screen.app.notify(f"Filter {answer.name} is {what}", markup=False)

    def _forgot(self, saved: SavedFilters, answer: FilterAnswer) -> None:
        async def take_back() -> str:
            try:
                await asyncio.to_thread(saved.save, answer.name, answer.text)
            except OSError as error:
                raise CockpitError(f"the filters can't be saved: {error}") from error
            return f"Filter {answer.name} is back."

        self._screen.cockpit.undo.did(Done(f"the forgetting of filter {answer.name}", take_back))


class GroupingOperations:
    """The part of the main screen's operations that groups and sorts."""

    _screen: Arranged

    async def group_by(self, _: Situation) -> None:
        """Under headings, or not."""
        from cockpit.tui.dialogs.keyed import KeyedDialog, Pick

        now = self._screen.arranged
        keys = {"": "n", "user": "u", "project": "p", "state": "s"}
        picks = [Pick(name or "none", keys[name], words) for name, words in GROUPS.items()]
        picked = await self._screen.app.push_screen_wait(KeyedDialog("Group by", picks, now.group or "none"))
        if picked is not None:
            self._screen.use_arrangement(Arrangement("" if picked == "none" else picked, now.sort, now.back))

    async def sort_by(self, _: Situation) -> None:
        """In another order; the same one again turns it round."""
        from cockpit.tui.dialogs.keyed import KeyedDialog, Pick

        now = self._screen.arranged
        keys = {"": "p", "age": "a", "user": "u", "project": "r", "state": "s"}
        says = {
            "": "as they are taken; agents that need you first",
            "age": "the oldest first",
            "state": "what waits, what runs, what ended",
        }
        picks = [
            Pick(
                name or "priority",
                keys[name],
                words,
                "again: the other way round"
                if name == now.sort
                else says.get(name, "by name, then priority"),
            )
            for name, words in SORTS.items()
        ]
        picked = await self._screen.app.push_screen_wait(
            KeyedDialog("Sort by", picks, now.sort or "priority")
        )
        if picked is not None:
            self._screen.use_arrangement(now.sorted_by("" if picked == "priority" else picked))
