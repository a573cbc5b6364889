"""Which part of an agent's screen is in sight: its last picture, the scrollback if one looks back, and where one looks.

No widget, no terminal: captures and sizes in, rows out. An agent's window is often larger than the room there is for
it; then what matters is kept: the question that is asked, else where the cursor is, else the last line.
"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.tmux.screen import Screen
from cockpit.tui import question
from cockpit.tui.picture import Picture


class View:
    """What one widget of `size` (columns, rows) shows of one pane; `top` and `left` are its first row and column."""

    def __init__(self) -> None:
        self.picture = Picture()
        self.back: Picture | None = None  # the scrollback, while one looks at it
        self.captured: Screen | None = None
        self.asked = ""  # the line of the question that stands open, as the agent's profile found it
        self.top = self.left = 0
        self.size = (0, 0)

    @property
    def shown(self) -> Picture:
        """The scrollback while one looks back, else the screen as it is."""
        return self.picture if self.back is None else self.back

    def clear(self) -> None:
        """Another pane."""
        self.picture, self.back, self.captured = Picture(), None, None
        self.top = self.left = 0
        self.asked = ""

    def take(self, screen: Screen) -> set[int]:
        """A new capture; the rows of it that look different now, those of the cursor among them."""
        before, self.captured = self.captured, screen
        rows = set(self.picture.update(screen.lines))
        if before is None or (before.cursor, before.cursor_shown) != (screen.cursor, screen.cursor_shown):
            rows |= {screen.cursor[1], *([before.cursor[1]] if before else [])}
        return rows

    def place(self, *, to_cursor: bool) -> bool:
        """Keep what matters in sight, with `to_cursor` the cursor's column, too; has the view moved?"""
        screen, was = self.captured, (self.top, self.left)
        if screen is None or self.back is not None:
            return False
        column, row = screen.cursor
        width, height = max(1, self.size[0]), max(1, self.size[1])
        asked = question.rows_of(self.picture.text(), self.asked) if self.asked else range(0)
        last = max(self.picture.last(), row if screen.cursor_shown else 0)
        self.top = first_row(last, height, row if screen.cursor_shown else None, asked)
        if to_cursor and not self.left <= column < self.left + width:
            self.left = max(0, column - width * 3 // 4)
        return (self.top, self.left) != was

    def aside(self, by: int) -> None:
        """So many columns to the right, as far as there are any."""
        self.left = max(0, min(self.left + by, self.width - self.size[0]))

    @property
    def width(self) -> int:
        """Columns of the agent's window."""
        return self.captured.size[0] if self.captured is not None else 0

    def hidden(self) -> tuple[int, int]:
        """How many cells of what is written are out of sight, on the left and on the right."""
        right = self.left + self.size[0]
        longest = max((question.reach(line) for line in self._in_sight()), default=0)
        return self.left, max(0, longest - right)

    def _in_sight(self) -> Sequence[str]:
        return self.shown.text()[self.top : self.top + self.size[1]]

    def shows_whole(self, line: str) -> bool:
        """Is all of the question in sight whose evidence is `line`?"""
        lines = self.picture.text()
        rows = question.rows_of(lines, line)
        if not rows or self.back is not None:
            return False
        reach = max(question.reach(lines[y]) for y in rows)
        high = self.top <= rows[0] and rows[-1] < self.top + self.size[1]
        return high and self.left == 0 and reach <= self.size[0]

    # looking back

    def look_back(self, lines: Sequence[str]) -> bool:
        """Show these lines of scrollback and screen instead, at the place where one was; False if there are no more."""
        back = Picture()
        back.update(lines)
        if len(back) <= self.size[1]:
            return False
        if self.back is None:
            self.top = len(back) - self.size[1]
        else:
            self.top = max(0, self.top + len(back) - len(self.back))
        self.back = back
        return True

    def scroll(self, by: int) -> bool:
        """So many rows down in the scrollback; True at its end."""
        lowest = len(self.shown) - self.size[1]
        self.top = max(0, min(lowest, self.top + by))
        return self.top >= lowest


def first_row(last: int, height: int, cursor: int | None, asked: range) -> int:
    """The first row to show of a screen whose last written row is `last`: the end of it, unless more matters."""
    top = max(0, last + 1 - height)
    if asked:
        fits = len(asked) <= height
        return min(top, asked.start) if fits else max(0, asked.stop - height)
    if cursor is not None and cursor < top:
        return max(0, cursor - height // 2)
    return top
