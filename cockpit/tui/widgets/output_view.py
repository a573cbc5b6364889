"""The selected job's live output."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip

from cockpit.tui.parts import Lines
from cockpit.tui.tail import Tail
from cockpit.tui.widgets.text_view import TextView


class OutputView(TextView):
    """The end of one attempt's log; follows it until the person scrolls back."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, searched=True)
        self._tail: Tail | None = None
        self._bare = True

    def show_log(self, path: str, instead: Lines) -> None:
        """Show this log from its end; `instead` while it is empty."""
        if self._tail is None or self._tail.path != path:
            self._tail = Tail(path)
            self._bare = True
            self.may_follow = self.following = True
            self.beginning_left_out = False
            self.look_for("")
            self.set_lines([])
        self.read_on()
        if self._bare:
            self.set_parts(instead)

    def show_text(self, lines: Lines) -> None:
        """Show this text: there is no log."""
        self._tail = None
        self._bare = True
        self.may_follow = self.following = self.beginning_left_out = False
        self.set_parts(lines, top=False)

    def read_on(self) -> None:
        """The log may have grown."""
        if self._tail is None:
            return
        lines, last, anew = self._tail.read()
        if not lines and last is None:
            return
        if anew or self._bare:
            self._bare = False
            self.following = True
            self.set_lines([])
            self.beginning_left_out = self._tail.left_out > 0
        elif self._tail.left_out:
            left = f"  … {self._tail.left_out / 1e6:,.1f} MB came too fast to be shown …"
            lines.insert(0, Strip([Segment(left, self.pen("t--muted"))]))
        self.add(lines, last)
