"""The terminal's driver: nobody who paints waits for a terminal that takes nothing, or that is gone.

The event loop that paints is the scheduler's too. Textual hands its output to a thread through a queue of thirty
texts; where the terminal stops reading (a laptop asleep behind ssh) or has gone away (the thread dies of it), the next
painting waits for ever, and all agents with it. Here paintings are dropped instead, and the whole screen is painted
anew once the terminal has taken what it was sent.
"""

from __future__ import annotations

import asyncio
import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from cockpit.notify.terminal import POP_TITLE, PUSH_TITLE, title

_BACKLOG = 1_000_000  # characters; a full screen in all colours has some 50,000
_LAST_WORDS = 1.0  # seconds that a terminal has to take what is left when it is given back


class Output:
    """What goes to a terminal, in order. `write` never waits; `drained` is called when all is out after a drop."""

    def __init__(self, fileno: int, drained: Callable[[], None]) -> None:
        self._fileno = fileno
        self._drained = drained
        self._changed = threading.Condition()
        self._pending: deque[str] = deque()
        self._backlog = 0
        self._dropping = False
        self._over = False
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Dropped when the backlog is full (until all of it is out), after `close`, and where the terminal is gone."""
        with self._changed:
            self._dropping = self._dropping or self._backlog > _BACKLOG
            if self._dropping or self._over:
                return
            self._pending.append(text)
            self._backlog += len(text)
            self._changed.notify()

    def close(self, last_words: str) -> None:
        """Write the backlog and `last_words`; give up on a terminal that does not take them."""
        with self._changed:
            self._pending.append(last_words)
            self._over = True
            self._changed.notify()
        self._thread.join(_LAST_WORDS)

    def _run(self) -> None:
        try:
            while text := self._next():
                self._out(text.encode("utf-8", "replace"))
        except OSError:  # the terminal is gone; SIGHUP says it to whoever must know
            with self._changed:
                self._over = True

    def _next(self) -> str:
        """All that waits, as one; empty when it is over."""
        with self._changed:
            self._backlog = 0
            if self._dropping and not self._pending:
                self._dropping = False
                self._drained()
            self._changed.wait_for(lambda: self._pending or self._over)
            text = "".join(self._pending)
            self._backlog = len(text)
            self._pending.clear()
            return text

    def _out(self, data: bytes) -> None:
        # Not through sys.stderr: whoever ends while a thread waits inside a buffered file is aborted by Python.
        while data:
            try:
                data = data[os.write(self._fileno, data) :]
            except BlockingIOError:  # another program that has this terminal open made it so
                select.select([], [self._fileno], [])


class TerminalDriver(LinuxDriver):
    """Textual's driver with an output that never makes the app wait, and that a lone SIGCONT does not start twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._output: Output | None = None
        self._last_words: list[str] | None = None
        self._title = ""

    def tell_title(self, text: str) -> None:
        """Give the terminal this title, if it has another; with an empty one it gets its own back."""
        if text != self._title:
            had, self._title = self._title, text
            self.write((PUSH_TITLE if not had else "") + (title(text) if text else POP_TITLE))

    def write(self, data: str) -> None:
        if self._last_words is not None:
            self._last_words.append(data)
        elif self._output is not None:
            self._output.write(data)

    def start_application_mode(self) -> None:
        loop = asyncio.get_running_loop()
        app = self._app

        def again() -> None:
            app.refresh(layout=True)
            if self._title:
                self.write(title(self._title))

        def paint_anew() -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(again)

        assert sys.__stderr__ is not None
        self._output, self._writer_thread = Output(sys.__stderr__.fileno(), paint_anew), None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is None:  # in the background it may not start; the next SIGCONT tries again
            self.close()
        if self._title:
            self.write(PUSH_TITLE + title(self._title))

    def stop_application_mode(self) -> None:
        self._last_words = []  # they go out however full the backlog is
        super().stop_application_mode()
        if self._title:
            self.write(POP_TITLE)

    def close(self) -> None:
        super().close()
        if self._output is not None:
            self._output.close("".join(self._last_words or []))
        self._output = self._last_words = None

    def _sigcont_application(self, *arguments: object) -> None:
        """Also comes without a SIGTSTP before it: after a SIGSTOP, and with the SIGHUP of a terminal that goes away."""
        if self._output is not None and self._auto_restart:
            if not os.isatty(self.fileno):
                return
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application(*arguments)
