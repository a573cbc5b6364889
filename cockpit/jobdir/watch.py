"""The watch over the folders of running attempts (and, slower, of the configuration): one watchfiles thread for all.

Only folders of what runs now are watched, not the tree of all jobs: the cost grows with the slots, not with the
history. When the set changes, a new watch is armed before the old one ends, and every folder is reported once, so
that nothing written in between is missed. With step=10 and debounce=50 a write is told after 8-59 ms at 0.5 % of a
core (watchfiles' defaults miss 100 ms, step=1 costs three times as much).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable

log = logging.getLogger("cockpit")
_AGAIN = 0.2  # seconds
_POLL, _LONG = (
    300,
    60_000,
)  # milliseconds: between two looks where it has to poll; after which it begins to wait anew

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
        self._trouble = ""  # what was told last

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
        before: _Watch | None = None
        watch: _Watch | None = None
        try:
            while True:
                self._changed.clear()
                folders = sorted(filter(os.path.isdir, self._listeners))
                before, watch = watch, self._watch(folders) if folders else None
                if before is not None:
                    await before.end()
                for folder in folders:
                    self._tell(folder, set())
                await self._changed.wait()
        finally:
            for each in (before, watch):
                if each is not None:
                    await each.end()

    def _watch(self, folders: list[str]) -> _Watch | None:
        try:
            watch = _Watch(folders, self._report, self._failed, self._step, self._debounce)
        except Exception as error:  # too many inotify instances are no OSError of watchfiles'
            self._failed(error)
            return None
        self._trouble = ""
        return watch

    def _failed(self, error: Exception) -> None:
        """A folder vanished while the watch was armed, or the kernel has no watches left: arm it anew in a moment."""
        if str(error) != self._trouble:  # it may last: the log is not to be filled with it
            log.warning("folders are not watched for a moment: %s", error)
        self._trouble = str(error)
        asyncio.get_running_loop().call_later(_AGAIN, self._changed.set)

    def _report(self, names: dict[str, set[str]]) -> None:
        for folder, changed in names.items():
            self._tell(folder, changed)

    def _tell(self, folder: str, names: set[str]) -> None:
        for listener in list(self._listeners.get(folder, ())):
            listener(folder, names)


class _Watch:
    """One armed watch over a fixed set of folders, with a thread of its own: it waits for as long as it lives.

    watchfiles' Rust part directly, as its documentation shows: `awatch` would bring anyio, a megabyte of it. Raises
    OSError when a folder has vanished or the kernel has no watches left, RuntimeError when it has no instances.
    """

    def __init__(
        self,
        folders: list[str],
        report: Callable[[dict[str, set[str]]], None],
        failed: Callable[[Exception], None],
        step: int,
        debounce: int,
    ) -> None:
        from watchfiles._rust_notify import RustNotify  # here: the first picture does not wait for it

        self._report, self._failed = report, failed
        self._pace = (debounce, step)
        self._known = {name: folder for folder in folders for name in (folder, os.path.realpath(folder))}
        polls = bool(
            os.environ.get("WATCHFILES_FORCE_POLLING")
        )  # for file systems without inotify, as `awatch`
        self._notify = RustNotify(folders, False, polls, _POLL, False, False)
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="folders", daemon=True).start()

    async def end(self) -> None:
        """Stop watching; returns when its thread has let go."""
        self._stop.set()
        await asyncio.shield(self._ended)  # whoever is cancelled while it waits here waits for it once more

    def _run(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            try:
                self._follow()
            except Exception as error:  # without a watch nobody would ever be told anything again
                self._loop.call_soon_threadsafe(self._failed, error)
            finally:
                self._loop.call_soon_threadsafe(_settle, self._ended)

    def _follow(self) -> None:
        with self._notify:
            while (changes := self._notify.watch(*self._pace, _LONG, self._stop)) != "stop":
                if isinstance(changes, set):
                    self._loop.call_soon_threadsafe(self._sort, changes)

    def _sort(self, changes: set[tuple[int, str]]) -> None:
        names: dict[str, set[str]] = {}
        for _, path in changes:
            folder, name = os.path.split(path)
            if known := self._known.get(folder):
                names.setdefault(known, set()).add(name)
        self._report(names)


def _settle(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)
