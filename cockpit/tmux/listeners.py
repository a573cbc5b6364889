"""Who wants to hear about which pane."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from cockpit.tmux.news import News

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Listeners:
    """Plain calls in the event loop; a listener that raises is logged and hinders nobody."""

    def __init__(self) -> None:
        self._panes: dict[str | None, list[Callable[[str], None]]] = {}
        self._news: list[Callable[[News], None]] = []

    def on_output(self, pane_id: str | None, call: Callable[[str], None]) -> Callable[[], None]:
        self._panes.setdefault(pane_id, []).append(call)
        return lambda: self._forget(pane_id, call)

    def on_news(self, call: Callable[[News], None]) -> Callable[[], None]:
        self._news.append(call)
        return lambda: self._news.remove(call) if call in self._news else None

    def wanted(self) -> bool:
        """Is anybody listening for output?"""
        return bool(self._panes)

    def dirty(self, pane_id: str) -> None:
        """Pane `pane_id` may have changed."""
        for call in (*self._panes.get(pane_id, ()), *self._panes.get(None, ())):
            _guarded(call, pane_id)

    def all_dirty(self) -> None:
        """Any pane that somebody named may have changed."""
        for pane_id in [name for name in self._panes if name is not None]:
            self.dirty(pane_id)

    def news(self, news: News) -> None:
        """Tell everybody."""
        for call in tuple(self._news):
            _guarded(call, news)

    def _forget(self, pane_id: str | None, call: Callable[[str], None]) -> None:
        calls = self._panes.get(pane_id, [])
        if call in calls:
            calls.remove(call)
        if not calls:
            self._panes.pop(pane_id, None)


def _guarded(call: Callable[[_T], None], value: _T) -> None:
    try:
        call(value)
    except Exception:
        _log.exception("a listener of tmux failed")
