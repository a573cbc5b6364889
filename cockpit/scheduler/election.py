"""One scheduler per home: whoever holds the flock. The kernel frees it on any death, and the next in line has it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading


class Election:
    """The scheduler's lock file. A child process never inherits the lock: the descriptor is closed on exec."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_win(self) -> bool:
        """Become the scheduler if nobody is."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def sign(self) -> None:
        """Write this process's pid into the file, for those who find it locked."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    async def win(self) -> None:
        """Return when this process is the scheduler: at once, or when the present one has ended, whatever way.

        A thread stands in the kernel's line for the lock: no polling, and take-over within milliseconds.
        """
        if self.try_win():
            return
        loop, won = asyncio.get_running_loop(), asyncio.Event()

        def wait() -> None:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if not loop.is_closed():
                loop.call_soon_threadsafe(won.set)

        threading.Thread(target=wait, name="scheduler-election", daemon=True).start()
        await won.wait()

    def resign(self) -> None:
        """Give the lock to the next in line. Doing it again changes nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
