"""Faults of Textual that are mended from outside, until it does so itself."""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.widget import Widget


def mend() -> None:
    """Before the first app is made; doing it again changes nothing."""
    _let_go_of_removed_widgets()


def _let_go_of_removed_widgets() -> None:
    """A cache for a method keeps its object: the last 1,024 widgets that were removed, with all that they showed.

    Each screen that was opened and closed cost a megabyte (https://github.com/Textualize/textual/issues/6665).
    """
    method = StylesCache.get_inner_outer
    if hasattr(method, "cache_info"):
        colours = lru_cache(1024)(lambda base, background: method.__wrapped__(StylesCache, base, background))
        StylesCache.get_inner_outer = lambda _self, base, background: colours(base, background)  # type: ignore[method-assign, assignment]


def unwatch(widget: Widget) -> None:
    """Let the app forget a removed `widget` that watched it: Textual does so only at the next change of the theme."""
    watchers: dict[str, list[tuple[object, object]]] = getattr(widget.app, "__watchers", {})
    for watching in watchers.values():
        watching[:] = [(who, call) for who, call in watching if who is not widget]
