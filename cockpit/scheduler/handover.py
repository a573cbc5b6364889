"""The prompt is typed once, whatever dies on the way.

A mark in the attempt's folder is left before the first key (`typed`), another one when the text has arrived
(`handed`). Who finds only the first one can't know what an earlier scheduler got done: it looks whether the text stands
on the screen or in what scrolled away. If it does, the prompt was typed, and at most its Enter is missing. If not,
nobody types it again, for the agent may have cleared its screen: the attempt counts as lost.
"""

from __future__ import annotations

import os

from cockpit.jobdir.layout import AttemptFolder
from cockpit.tmux.pane import PaneController
from cockpit.tmux.receipts import still_pending, tail_of
from cockpit.tmux.screen import squashed

_SHORTEST = 8  # characters that tell a prompt from chance
_HISTORY = 2000  # lines to look for it in
_PASTED = "[Pasted"  # an agent's stand-in for a long text


class Handover:
    """Of one attempt. `wanted` is False where the prompt travels in the command line."""

    def __init__(self, pane: PaneController, folder: AttemptFolder, *, wanted: bool) -> None:
        self._pane, self._folder = pane, folder
        self.done = not wanted or os.path.exists(f"{folder.path}/handed")
        self.under_way = False

    async def hand_over(self, prompt: str) -> str | None:
        """Type `prompt`; how far it got, None when that can't be known. Raises NotFound, Unavailable."""
        self.under_way = True
        try:
            if leave_mark(self._folder, "typed"):
                level: str | None = (await self._pane.send_keys(prompt)).level
            else:
                level = await self._found(prompt)
            if level is not None:
                leave_mark(self._folder, "handed")
                self.done = True
            return level
        finally:
            self.under_way = False

    async def _found(self, prompt: str) -> str | None:
        """Did an earlier scheduler type it? If it waits to be sent, send it."""
        tail = tail_of(prompt)
        lines, _ = await self._pane.scrollback(_HISTORY)
        text = squashed("\n".join(lines))
        known = len(tail) >= _SHORTEST and tail in text
        if not known and _PASTED not in text:
            return None
        screen = await self._pane.capture_pane()
        pasted = squashed(screen.before_cursor().rpartition(_PASTED)[2])
        if (known and still_pending(tail, screen)) or (pasted.endswith("]") and not known):
            await self._pane.send_key("Enter")
            return "sent by Enter"
        return "found"


def leave_mark(folder: AttemptFolder, name: str) -> bool:
    """Make a file in the attempt's folder; False when it was there: it was done before, perhaps by another."""
    try:
        os.close(os.open(f"{folder.path}/{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False
    return True
