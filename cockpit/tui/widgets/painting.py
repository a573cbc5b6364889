"""Styles by name for widgets that draw their own lines, and the widget of one such line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from cockpit.tui.parts import Part, fitted
from cockpit.tui.steady import Steady
from cockpit.tui.theme import rich_colour

_INKS: dict[str, tuple[str, str, bool]] = {
    "t--plain": ("foreground", "", False),
    "t--muted": ("muted", "", False),
    "t--strong": ("foreground", "", True),
    "t--key": ("accent", "", True),
    "t--title": ("background", "primary", True),
    "t--tab": ("background", "primary", True),
    "t--working": ("state-working", "", False),
    "t--blocked": ("state-blocked", "", True),
    "t--idle": ("state-idle", "", False),
    "t--failed": ("state-failed", "", False),
    "t--hit": ("background", "state-idle", False),
    "t--hit-here": ("background", "state-blocked", True),
    "t--cursor": ("block-cursor-foreground", "block-cursor-background", True),
    "t--cursor-blurred": ("foreground", "panel", False),
}
"""Names of pens: foreground and background as variables of the theme, and whether they are bold.

Not component classes: a dozen of them on each of a dozen widgets cost a third of the first paint.
"""

_STYLES = {
    "t--muted": "muted-text-style",
    "t--title": "title-text-style",
    "t--tab": "title-text-style",
    "t--hit": "title-text-style",
    "t--hit-here": "title-text-style",
    "t--cursor": "cursor-text-style",
    "t--cursor-blurred": "cursor-blurred-text-style",
}
"""Pens that a theme may give a style besides their colours: "reverse" and "dim", where colours are not its own."""


@lru_cache(maxsize=4096)
def ink_of(foreground: str, background: str, bold: bool) -> Style:
    """The style of two colours as a theme writes them; what is no colour is left out."""
    return Style(color=rich_colour(foreground), bgcolor=rich_colour(background), bold=bold or None)


class Painted(Steady, Widget):
    """A widget with pens: styles by name, in the colours of the theme."""

    def ink(self, name: str) -> Style:
        """The style of a pen alone."""
        foreground, background, bold = _INKS[name]
        variables = self.app.theme_variables
        ink = ink_of(variables.get(foreground, ""), variables.get(background, ""), bold)
        words = variables.get(_STYLES.get(name, ""), "none")
        if words == "none":
            return ink
        if "reverse" in words:  # the same colours, in a way that shows where there are none
            ink += Style(color=ink.bgcolor, bgcolor=ink.color)
        return ink + Style.parse(words)

    def pen(self, name: str) -> Style:
        """The style of a pen, over the widget's own."""
        kept: dict[str, Style] = self.__dict__.setdefault("_pens", {})
        if name not in kept:
            kept[name] = self.rich_style + self.ink(name)
        return kept[name]

    @property
    def ground(self) -> Style:
        """The widget's own style, kept as pens are: working it out for every line costs more than drawing it."""
        kept: dict[str, Style] = self.__dict__.setdefault("_pens", {})
        if "" not in kept:
            kept[""] = self.rich_style
        return kept[""]

    def notify_style_update(self) -> None:
        """Forget the pens: theme, focus or size have changed."""
        self.__dict__.pop("_pens", None)
        super().notify_style_update()

    def strip(self, parts: Sequence[Part], width: int) -> Strip:
        """One line of `width` cells."""
        line = Strip([Segment(text, self.pen(name)) for text, name in parts if text])
        return line.adjust_cell_length(width, self.rich_style)


def entitle(widget: Widget, title: str, *, below: bool = False) -> None:
    """Set the title on a border (the one below, if asked) and draw that line again; the title is text, no markup.

    Textual draws the whole widget again for it: 13 KB and 10 ms for each key in the queue.
    """
    name = "_border_subtitle" if below else "_border_title"
    wanted = Content(title.partition("\n")[0])
    if getattr(widget, name, None) == wanted:
        return
    setattr(widget, name, wanted)
    outer = widget.outer_size
    if outer.height:
        line = Region(0, outer.height - 1 if below else 0, outer.width, 1)
        widget.refresh(line.translate(-widget.content_offset))


def set_rows(view: ScrollView, rows: int) -> None:
    """A scrolled widget has so many rows now. Textual lays the whole screen out again for each change of that.

    It need not as long as there is a scrollbar before and after, or none.
    """
    size, before, height = Size(view.size.width, rows), view.virtual_size, view.size.height
    if size == before:
        return
    if not height or size.width != before.width or (rows > height) != (before.height > height):
        view.virtual_size = size
        return
    view.set_reactive(Widget.virtual_size, size)
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = rows
    if view.scroll_y > max(0, rows - height):
        view.scroll_to(y=max(0, rows - height), animate=False, force=True)


class Line(Painted):
    """One line: parts from the left, parts at the right edge; drawn again only when it changes."""

    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    def show(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Draw these parts, if they are not there already."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        right = sum(cell_len(text) for text, _ in self._right)
        room = max(0, width - right)
        return Strip.join(
            [self.strip(fitted(self._left, room), room), self.strip(self._right, min(right, width))]
        )


def _shortened(name: str, size: int) -> str:
    """So many letters of a name; with few of them, the mark that some are missing would take the one that tells."""
    if len(name) <= size:
        return name
    return f"{name[: size - 1]}…" if size > 4 else name[:size]


class Tabs(Line):
    """Names in one line, one of them current; a click chooses."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tabs: Tabs, name: str) -> None:
            super().__init__()
            self.tabs = tabs
            self.name = name

        @property
        def control(self) -> Tabs:
            return self.tabs

    def __init__(self, names: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._names = tuple(names)
        self._notes: tuple[str, ...] = ("",) * len(names)
        self.current = names[0]

    def mark(self, current: str, notes: Sequence[str] | None = None) -> None:
        """Make `current` the current one; `notes` stand behind the names (counts)."""
        self.current = current
        if notes is not None:
            self._notes = tuple(notes)
        self.show(self._parts())

    def on_mount(self) -> None:
        self.mark(self.current)

    def on_resize(self) -> None:
        self.show(self._parts())

    def on_click(self, event: events.Click) -> None:
        start = 0
        for (text, _), name in zip(self._parts(), self._names, strict=True):
            start += cell_len(text)
            if event.x < start:
                self.post_message(self.Chosen(self, name))
                return

    def _parts(self) -> list[Part]:
        texts = [
            f" {name}{f' {note}' if note else ''} "
            for name, note in zip(self._names, self._notes, strict=True)
        ]
        room = self.size.width
        if room and sum(cell_len(text) for text in texts) > room:
            texts = [text[1:] for text in texts]  # one space between two
        for short in (7, 6, 4, 3):
            if room and sum(cell_len(text) for text in texts) - 1 > room:
                # the last one needs no space behind it
                texts = [
                    text if name == self.current else f"{_shortened(name, short)} "
                    for text, name in zip(texts, self._names, strict=True)
                ]
        pens = ("t--tab" if name == self.current else "t--muted" for name in self._names)
        return list(zip(texts, pens, strict=True))
