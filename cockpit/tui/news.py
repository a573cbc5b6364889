"""What this cockpit tells its own person: toasts, and the bell and notifications of its own terminal.

Follows the store's events as the scheduler does for the desktop and the person's command (scheduler/telling.py), each
cockpit for itself. What the person has just done here is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from cockpit.config.settings import Notify
from cockpit.controller.live import Live
from cockpit.notify.dispatcher import Dispatcher
from cockpit.notify.happening import Notice
from cockpit.notify.limiter import Limiter
from cockpit.notify.terminal import BELL, notification
from cockpit.notify.ways import choose
from cockpit.scheduler.news import read_news, still_asking

_GATHER = 0.3  # seconds in which a burst becomes one toast
_SECONDS = 5  # that a toast stands
Severity = Literal["information", "warning", "error"]
_SEVERITY: dict[str, Severity] = {"task_error": "error", "needs_input": "warning"}


class Toast(Protocol):
    """Shows a notice on screen."""

    def __call__(self, text: str, *, title: str, severity: Severity, timeout: float) -> None: ...


class News:
    """`look` reads on; `toast` and `write` (to the terminal, which may be none) show what there is."""

    def __init__(
        self, live: Live, environ: Mapping[str, str], toast: Toast, write: Callable[[str], None]
    ) -> None:
        self._live, self._environ = live, environ
        self._toast, self._write = toast, write
        self._last = live.store.last_whole_event()
        self._dispatcher = Dispatcher(Limiter(self._settings.interval, _GATHER), self._tell)

    def look(self) -> bool:
        """Read what happened since the last time; False when there is more to read, or it can't be judged yet."""
        if self._live.mine.on_the_way:
            return False
        wanted = self._settings.events
        news = read_news(
            self._live.store, self._last, wanted, lambda event: self._live.mine.has(event.number)
        )
        self._last = news.last
        self._dispatcher.limiter.interval = self._settings.interval
        for notice in news.notices:
            self._dispatcher.offer(notice)
        return not news.more

    @property
    def _settings(self) -> Notify:
        return self._live.context.settings.notify

    async def _tell(self, notice: Notice) -> None:
        if notice.event == "needs_input":
            notice = still_asking(notice, self._live.store.agent_states())
        if not notice.count:
            return
        settings = self._settings
        if settings.toasts:
            severity = _SEVERITY.get(notice.event, "information")
            self._toast(notice.text, title=notice.title, severity=severity, timeout=_SECONDS)
        if settings.bell:
            self._write(BELL)
        way = choose(settings.desktop, self._environ)
        if way.by_terminal:
            self._write(notification(way.name, notice, self._environ))
