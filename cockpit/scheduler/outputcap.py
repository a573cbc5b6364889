"""Keeps an attempt's output.log short while it grows: looked at whenever it has, cut in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable

from cockpit.jobdir.layout import AttemptFolder
from cockpit.jobdir.output import cap_output
from cockpit.scheduler.sidetasks import SideTasks


class OutputCap:
    """`limit` gives the bytes that a log may have, `still` whether anybody prints into it any more."""

    def __init__(
        self, folder: AttemptFolder, side: SideTasks, limit: Callable[[], int], still: Callable[[], bool]
    ) -> None:
        self._folder, self._side, self._limit, self._still = folder, side, limit, still
        self._cutting = False

    def look(self) -> None:
        """The log has grown."""
        with contextlib.suppress(OSError):
            too_long = os.stat(self._folder.log).st_size > self._limit() // 2
            if too_long and not self._cutting:  # one at a time: two would copy over each other
                self._cutting = True
                self._side.spawn(self._cut_on())

    async def cut(self) -> None:
        """Cut it now, if it is too long. Raises OSError."""
        await asyncio.to_thread(cap_output, self._folder.path, self._limit())

    async def _cut_on(self) -> None:
        try:
            await self.cut()
        finally:
            self._cutting = False
        if self._still():
            self.look()  # what came meanwhile was told while nobody listened
