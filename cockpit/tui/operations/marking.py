"""Marks: the jobs that the next action means; and the menu of what can be done to them."""

from __future__ import annotations

from cockpit.tui.actions.action import Situation
from cockpit.tui.marks import MOST
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.own_keys import key_for
from cockpit.tui.widgets.rows import VirtualList
from cockpit.tui.words import plural


class MarkingOperations(BaseOperations):
    """For every screen with lists whose rows are jobs."""

    async def mark(self, at: Situation) -> None:
        """Mark the selected row, or so many from it on; or take the mark away."""
        rows = self._screen.focused
        if not isinstance(rows, VirtualList):
            return
        marks = self._screen.marks
        place, end = rows.cursor, min(rows.cursor + min(at.times, MOST), len(rows.source))
        while place < end:
            key = rows.mark_key(place)
            if key is not None and not marks.toggle(key):
                self._say(f"No more than {MOST:,} can be marked at once.")
                break
            place += 1
        rows.move_to(place)  # once: each row that is selected is shown beside the list
        self._screen.show_marks()

    async def mark_all(self, at: Situation) -> None:
        """Mark every row of the list, as far as there is room; or take all marks away."""
        rows, marks = self._screen.focused, self._screen.marks
        if at.marked or not isinstance(rows, VirtualList):
            self._screen.unmark()
            return
        count = len(rows.source)
        keys = (rows.mark_key(index) for index in range(min(count, MOST)))
        marks.add(key for key in keys if key is not None)
        self._screen.show_marks()
        if count > MOST:
            self._say(
                f"{plural(len(marks), 'job')} of {count:,} are marked: no more can be at once."
                f" {key_for('clear_pending')} clears all that wait, {key_for('hold_all')} holds all."
            )

    async def menu(self, at: Situation) -> None:
        """What can be done, to be picked."""
        from cockpit.tui.dialogs.menu import MenuDialog

        place, self._screen.pointed = self._screen.pointed, None
        dialog = MenuDialog(at, place)
        name = await self._screen.app.push_screen_wait(dialog)
        if name is not None:
            self._screen.action_act(name)
