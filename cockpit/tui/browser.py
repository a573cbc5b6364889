"""Textual's driver for a browser, with an end: when the server at the other side has gone, so does the cockpit."""

from __future__ import annotations

from typing import Any

from textual import messages
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """As Textual's, but neither lives on without a server nor shows a traceback for it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._gone = False

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():  # the pipe has ended, nobody asked for the end
            self._gone = True
            self._app.call_from_thread(self._app.post_message, messages.ExitApp())

    def write(self, data: str) -> None:
        self._try(super().write, data)

    def write_meta(self, data: dict[str, object]) -> None:
        self._try(super().write_meta, data)

    def _try(self, write: Any, data: object) -> None:
        if self._gone:
            return
        try:
            write(data)
        except BrokenPipeError:
            self._gone = True
