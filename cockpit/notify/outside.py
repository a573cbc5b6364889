"""The sinks that belong to a home: the desktop's notify-send and the person's command. The scheduler sends to them.

A cockpit's own terminal (bell, OSC) is the business of that cockpit: see tui/news.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from cockpit.notify.happening import Notice
from cockpit.notify.programs import command, notify_send
from cockpit.notify.ways import choose

log = logging.getLogger("cockpit.notify")


class Outside:
    """Where notices of a home go, as configured."""

    def __init__(self, desktop: str, argv: Sequence[str], timeout: float, environ: Mapping[str, str]) -> None:
        self._argv, self._timeout, self._environ = tuple(argv), timeout, environ
        self._by_program = choose(desktop, environ).name == "notify-send"

    def __bool__(self) -> bool:
        """Is there anywhere to send to?"""
        return bool(self._by_program or self._argv)

    async def send(self, notice: Notice) -> None:
        """To all of them at once; what goes wrong is logged."""
        sends = []
        if self._by_program:
            sends.append(notify_send(notice, self._environ, self._timeout))
        if self._argv:
            sends.append(command(self._argv, notice, self._environ, self._timeout))
        for problem in await asyncio.gather(*sends):
            if problem:
                log.warning("%s: %s", notice.event, problem)
