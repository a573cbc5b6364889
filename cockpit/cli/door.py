"""The way to the controller for every command but the quickest: open it, close it, wait for changes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cockpit.cli.parser import warn
from cockpit.config.load import load_settings_or_last_good
from cockpit.config.places import find_places
from cockpit.controller.queue import QueueController

NET = 1.0
"""Seconds after which a watcher looks again even if a wake-up was lost."""


@contextmanager
def controller(*, strict: bool = False) -> Iterator[QueueController]:
    """The queue of this environment's home, closed at the end.

    A configuration that can't be used is told in one line, and the settings before it are used: whoever made a typo
    must still be able to look, to stop and to answer. `strict`, for what starts something by the configuration,
    raises ConfigError instead.
    """
    places, settings = find_places(os.environ), None
    if not strict:
        places.make()
        settings, mistake = load_settings_or_last_good(places, os.environ)
        if mistake:
            warn(f"warning: {' '.join(mistake.split())}")
    with QueueController(places=places, settings=settings) as queue:
        yield queue


def changes(queue: QueueController, every: float | None = None) -> Iterator[None]:
    """Yield once at first, then after each change of the store by anybody (or `every` seconds). Never polls files.

    A wake-up that was lost costs at most `NET` seconds: then the store's version is asked.
    """
    from cockpit.base.wakeup import WakeListener

    with WakeListener(queue.context.places.wake) as listener:
        seen = queue.store.data_version()
        yield
        due = time.monotonic() + (every or float("inf"))
        while True:
            listener.wait(min(NET, max(0.0, due - time.monotonic())))
            version = queue.store.data_version()
            if version != seen or time.monotonic() >= due:
                seen = version
                yield
                due = time.monotonic() + (every or float("inf"))
