"""The watch over the folders of running attempts (and of the configuration): one watchfiles thread for all.

Only folders of what runs now are watched, not the tree of all jobs: the cost grows with the slots, not with the
history. When the set changes, a new watch is armed before the old one ends, and every folder is reported once, so
that nothing written in between is missed. step=10, debounce=50: 8-59 ms from write to report at 0.5 % of a core.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from watchfiles import awatch

_STEP_MS, _DEBOUNCE_MS = 10, 50

OnChange = Callable[[str, set[str]], None]
"""Called on the loop with a watched folder and the names in it that changed; no names: look at all of it."""


class FolderWatcher:
    """Watches folders, not what lies below them. `add` and `remove` may be called at any time, on the loop."""

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        self._folders: set[str] = set()
        self._changed = asyncio.Event()

    def add(self, folder: str) -> None:
        """Watch `folder` from the next turn of the loop on; it is reported once when the watch is armed."""
        self._folders.add(folder)
        self._changed.set()

    def remove(self, folder: str) -> None:
        """Stop watching `folder`."""
        self._folders.discard(folder)
        self._changed.set()

    async def run(self) -> None:
        """Report until cancelled."""
        old: asyncio.Task[None] | None = None
        old_stop = asyncio.Event()
        try:
            while True:
                self._changed.clear()
                folders = sorted(folder for folder in self._folders if os.path.isdir(folder))
                stop, armed = asyncio.Event(), asyncio.Event()
                task = asyncio.create_task(self._watch(folders, stop, armed)) if folders else None
                if task is not None:
                    await armed.wait()
                old_stop.set()
                if old is not None:
                    await asyncio.gather(old, return_exceptions=True)
                for folder in folders:
                    self._on_change(folder, set())
                old, old_stop = task, stop
                await self._changed.wait()
        finally:
            old_stop.set()
            if old is not None:
                old.cancel()
                await asyncio.gather(old, return_exceptions=True)

    async def _watch(self, folders: list[str], stop: asyncio.Event, armed: asyncio.Event) -> None:
        real = {os.path.realpath(folder): folder for folder in folders}
        changes = awatch(
            *folders,
            watch_filter=None,
            recursive=False,
            step=_STEP_MS,
            debounce=_DEBOUNCE_MS,
            stop_event=stop,
        )
        # awatch arms its watch in the first step of its first __anext__, before it waits: one turn of the loop later
        # nothing can be missed any more.
        following = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        armed.set()
        try:
            while True:
                batch = await following
                self._report({path for _, path in batch}, real)
                following = asyncio.ensure_future(anext(changes))
        except (StopAsyncIteration, RuntimeError):
            pass  # told to stop
        finally:
            armed.set()
            following.cancel()

    def _report(self, paths: set[str], real: dict[str, str]) -> None:
        names: dict[str, set[str]] = {}
        for path in paths:
            folder, name = os.path.split(path)
            if known := real.get(folder) or real.get(os.path.realpath(folder)):
                names.setdefault(known, set()).add(name)
        for folder, changed in names.items():
            self._on_change(folder, changed)
