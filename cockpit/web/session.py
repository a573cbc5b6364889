"""One browser tab: a cockpit in a process of its own, and the websocket that carries its screen and the keys.

textual-serve starts the process and speaks with it; here is what it leaves open: sizes within reason, words that are
none, and an end for a process that does not end by itself.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_PATIENCE = 5.0  # seconds that a cockpit has to end in good order; then again, after SIGTERM
_SMALLEST, _LARGEST = (20, 5), (1000, 400)  # columns and rows that a browser may ask for
_NOT_FOUND = (ProcessLookupError,)


class Session:
    """`run` until either side ends it."""

    def __init__(self, argv: Sequence[str], websocket: web.WebSocketResponse) -> None:
        self._websocket = websocket
        self._service = AppService(
            f"exec {shlex.join(argv)}",  # exec: the process that is ended is the cockpit, no shell before it
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=websocket.close,  # type: ignore[arg-type]  # nobody asks what it returns
            download_manager=DownloadManager(),
        )

    async def run(self, width: int, height: int) -> None:
        """Start the cockpit with this size and pass on what the browser says."""
        await self._service.start(*_within(width, height))
        try:
            async for message in self._websocket:
                if message.type is WSMsgType.TEXT:
                    with suppress(ValueError, TypeError, LookupError, AttributeError):
                        # not a word of our page's
                        await self._take(*message.json())
        finally:
            await self._end()

    async def _take(self, kind: str, value: Any = None) -> None:
        if kind == "stdin":
            await self._service.send_bytes(value.encode("utf-8", "replace"))
        elif kind == "resize":
            await self._service.set_terminal_size(*_within(value["width"], value["height"]))
        elif kind == "ping":
            await self._websocket.send_json(["pong", value])
        elif kind in ("blur", "focus"):
            await getattr(self._service, kind)()

    async def _end(self) -> None:
        """Ask, then end it: a page that has gone reads nothing more, and its cockpit may wait for that."""
        process = self._service._process
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._service.stop()
        for end in () if process is None else (process.terminate, process.kill):
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await process.wait()  # type: ignore[union-attr]  # it is not None here
                return
            with suppress(*_NOT_FOUND):
                end()


def _within(width: object, height: object) -> tuple[int, int]:
    """A size that a screen can have. Raises TypeError or ValueError where it is no size."""
    wanted = (int(width), int(height))  # type: ignore[call-overload]  # whatever it is, it is tried
    low, high = _SMALLEST, _LARGEST
    return (
        min(max(wanted[0], low[0]), high[0]),
        min(max(wanted[1], low[1]), high[1]),
    )
