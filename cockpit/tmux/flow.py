"""A pane that floods must not cost more than it is worth: it is paused, and looked at four times a second.

A paused pane runs on at full speed: tmux only stops copying its output to us. (`refresh-client -A '%1:off'` would make
tmux stop reading from the pane, and so hold the agent itself up.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

MOST = 256 * 1024  # bytes of one pane within `WITHIN` seconds; a quick build log prints a tenth of that
WITHIN = 0.25  # seconds
REST = 0.25  # seconds that a flooding pane stays paused
CALM = 1.0  # seconds without a pause after which it floods no more


class FloodGate:
    """Counts each pane's output; `send` runs a command that nobody waits for, `dirty` marks a pane."""

    def __init__(
        self, send: Callable[[Sequence[str]], None], dirty: Callable[[str], None], most: int = MOST
    ) -> None:
        self.most = most
        self._send = send
        self._dirty = dirty
        self._since: dict[str, float] = {}
        self._bytes: dict[str, int] = {}
        self._resting: dict[str, asyncio.TimerHandle] = {}
        self._went_on: dict[str, float] = {}

    def heard(self, pane_id: str, size: int) -> None:
        """`pane_id` printed `size` bytes."""
        count = self._bytes.get(pane_id, 0) + size
        self._bytes[pane_id] = count
        if count < self.most:
            return
        now = asyncio.get_running_loop().time()
        if now - self._since.get(pane_id, 0.0) < WITHIN and pane_id not in self._resting:
            self._send(["refresh-client", "-A", f"{pane_id}:pause"])
            self.paused(pane_id)  # tmux says %pause inside this command's reply, where it is no notice
        self._since[pane_id] = now
        self._bytes[pane_id] = 0

    def paused(self, pane_id: str) -> None:
        """tmux paused the pane, as we asked or because we were slow: go on a little later."""
        if pane_id.startswith("%") and pane_id not in self._resting:
            self._resting[pane_id] = asyncio.get_running_loop().call_later(REST, self._go_on, pane_id)

    def flooding(self, pane_id: str) -> bool:
        """Is it resting, or was it a moment ago?"""
        if pane_id in self._resting:
            return True
        return asyncio.get_running_loop().time() - self._went_on.get(pane_id, -CALM) < CALM

    def reset(self) -> None:
        """Another connection: nothing is paused there."""
        self.close()
        self._since.clear()
        self._bytes.clear()
        self._went_on.clear()

    def close(self) -> None:
        """Forget all timers."""
        for handle in self._resting.values():
            handle.cancel()
        self._resting.clear()

    def _go_on(self, pane_id: str) -> None:
        self._resting.pop(pane_id, None)
        self._send(["refresh-client", "-A", f"{pane_id}:continue"])
        self._went_on[pane_id] = self._since[pane_id] = asyncio.get_running_loop().time()
        self._bytes[pane_id] = 0  # who floods on is paused again after half as much
        self._dirty(pane_id)
