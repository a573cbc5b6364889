"""Waiting for a process that is not our child: its pidfd becomes readable when it ends (pidfd_open(2))."""

from __future__ import annotations

import asyncio
import contextlib
import os


async def ended(descriptor: int) -> None:
    """Return when the process has ended; the pidfd is closed then, and when this is cancelled."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        with contextlib.suppress(OSError):
            loop.remove_reader(descriptor)
        os.close(descriptor)
