"""When a screen has settled, told by the event loop instead of by the clock.

After each key Textual's pilot sleeps until the process has used next to no processor time for 20 ms, twice: 40 ms and
more per key, most of what a test of the screen takes, and no proof either, since a thread that waits for the disk uses
none. Here the screen has settled when the loop has nothing left to do, no thread works for it, and no timer is about
to fire: the next painting, a pause between two keys.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_PAINTED = 0.01  # seconds: a timer that is due by then is waited for; two paintings are 8 ms apart
_AT_MOST = 0.5  # seconds for threads: whoever needs what a longer one brings waits for that


async def settled(_least: float = 0.0, _most: float = 0.0) -> None:
    """Return when all that was under way on this loop is done."""
    loop: Any = asyncio.get_running_loop()
    begun = loop.time()
    while True:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        now = loop.time()
        due = min((timer._when for timer in loop._scheduled if not timer._cancelled), default=now + 1)
        if due <= begun + _PAINTED:
            await asyncio.sleep(max(due - now, 0))
        elif now < begun + _AT_MOST and _works(loop._default_executor):
            await asyncio.sleep(0.001)
        else:
            return


def _works(threads: ThreadPoolExecutor | None) -> bool:
    """Is something on its way in a thread?"""
    if threads is None:
        return False
    waiting: Any = threads._idle_semaphore
    return threads._work_queue.qsize() > 0 or waiting._value < len(threads._threads)


_looking: set[asyncio.Future[None]] = set()


async def painted(at_most: float) -> None:
    """Return when a screen has been painted, or after so many seconds."""
    loop = asyncio.get_running_loop()
    seen: asyncio.Future[None] = loop.create_future()
    _looking.add(seen)
    try:
        await asyncio.wait((seen,), timeout=at_most)
    finally:
        _looking.discard(seen)


def settle_so(patch: pytest.MonkeyPatch) -> None:
    """For every pilot."""
    for module in ("app", "pilot"):
        patch.setattr(f"textual.{module}.wait_for_idle", settled)
    display = App._display

    def displayed(self: App[object], *words: Any) -> None:
        display(self, *words)
        for each in _looking:
            if not each.done():
                each.set_result(None)

    patch.setattr(App, "_display", displayed)


def parse_styles_once(patch: pytest.MonkeyPatch) -> None:
    """Each app parses the same style sheets, at its start and for every dialog; what comes of it is only read."""
    known: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(self: Stylesheet, *words: Any, **more: Any) -> list[RuleSet]:
        key = (words, *more.items(), *self._variables.items())
        if key not in known:
            known[key] = parse(self, *words, **more)
        return known[key]

    patch.setattr(Stylesheet, "_parse_rules", parsed)
