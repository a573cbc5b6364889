"""The watch over the folders of running attempts (and, slower, of the configuration): one watchfiles thread for all.

Only folders of what runs now are watched, not the tree of all jobs: the cost grows with the slots, not with the
history. When the set changes, a new watch is armed before the old one ends, and every folder is reported once, so
that nothing written in between is missed. With step=10 and debounce=50 a write is told after 8-59 ms at 0.5 % of a
core (watchfiles' defaults miss 100 ms, step=1 costs three times as much).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

from watchfiles import awatch
from watchfiles.main import FileChange

log = logging.getLogger("cockpit")
_AGAIN = 0.2  # seconds

OnChange = Callable[[str, set[str]], None]
"""Called on the loop with a watched folder and the names in it that changed; no names: look at all of it."""


class FolderWatcher:
    """Watches folders, not what lies below them. `add` and `remove` may be called at any time, on the loop.

    `step` and `debounce` are milliseconds: how often the kernel's events are collected, and for how long at most.
    """

    def __init__(self, *, step: int = 10, debounce: int = 50) -> None:
        self._step, self._debounce = step, debounce
        self._listeners: dict[str, list[OnChange]] = {}
        self._changed = asyncio.Event()

    def add(self, folder: str, on_change: OnChange) -> None:
        """Watch `folder` from the next turn of the loop on; it is reported once when the watch is armed."""
        self._listeners.setdefault(folder, []).append(on_change)
        self._changed.set()

    def remove(self, folder: str, on_change: OnChange) -> None:
        """Tell this listener of `folder` no more."""
        listeners = self._listeners.get(folder, [])
        if on_change in listeners:
            listeners.remove(on_change)
        if not listeners:
            self._listeners.pop(folder, None)
        self._changed.set()

    async def run(self) -> None:
        """Report until cancelled."""
        watch: _Watch | None = None
        try:
            while True:
                self._changed.clear()
                folders = sorted(filter(os.path.isdir, self._listeners))
                following = self._watch(folders) if folders else None
                if following is not None:
                    await following.armed.wait()
                if watch is not None:
                    await watch.end()
                watch = following
                for folder in folders:
                    self._tell(folder, set())
                await self._changed.wait()
        finally:
            if watch is not None:
                await watch.end()

    def _watch(self, folders: list[str]) -> _Watch:
        return _Watch(folders, self._report, self._failed, self._step, self._debounce)

    def _failed(self, error: Exception) -> None:
        """A folder vanished while the watch was armed, or the kernel has no watches left: arm it anew in a moment."""
        log.warning("folders are not watched for a moment: %s", error)
        asyncio.get_running_loop().call_later(_AGAIN, self._changed.set)

    def _report(self, names: dict[str, set[str]]) -> None:
        for folder, changed in names.items():
            self._tell(folder, changed)

    def _tell(self, folder: str, names: set[str]) -> None:
        for listener in list(self._listeners.get(folder, ())):
            listener(folder, names)


class _Watch:
    """One armed watch over a fixed set of folders."""

    def __init__(
        self,
        folders: list[str],
        report: Callable[[dict[str, set[str]]], None],
        failed: Callable[[Exception], None],
        step: int,
        debounce: int,
    ) -> None:
        self.armed = asyncio.Event()
        self._report, self._failed = report, failed
        self._stop = asyncio.Event()
        self._known = {name: folder for folder in folders for name in (folder, os.path.realpath(folder))}
        self._changes = awatch(
            *folders, watch_filter=None, recursive=False, step=step, debounce=debounce, stop_event=self._stop,
            rust_timeout=60_000,
        )  # fmt: skip
        self._task = asyncio.create_task(self._run())

    async def end(self) -> None:
        """Stop watching; returns when its thread has let go."""
        self._stop.set()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        # awatch arms its watch in the first step of its first __anext__, before it waits: one turn of the loop
        # later nothing can be missed any more.
        following = asyncio.ensure_future(anext(self._changes))
        await asyncio.sleep(0)
        self.armed.set()
        try:
            while True:
                self._sort(await following)
                following = asyncio.ensure_future(anext(self._changes))
        except StopAsyncIteration:
            pass
        except Exception as error:  # without a watch nobody would ever be told anything again
            self._failed(error)
        finally:
            following.cancel()

    def _sort(self, changes: set[FileChange]) -> None:
        names: dict[str, set[str]] = {}
        for _, path in changes:
            folder, name = os.path.split(path)
            if known := self._known.get(folder):
                names.setdefault(known, set()).add(name)
        self._report(names)
