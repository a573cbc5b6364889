"""The size of an agent's window: made to fit whoever looks at it through cockpit, and given back afterwards.

Never while a person is attached to that window: it has their terminal's size then. The size from before stands in an
option of the window itself, so whoever comes next can give it back, whatever became of the one who changed it.
"""

from __future__ import annotations

from cockpit.base.errors import NotFound
from cockpit.tmux.pane import PaneController

_WAS = "@cockpit-size"
_STATE = f"#{{window_id}} #{{window_width}} #{{window_height}} #{{{_WAS}}}"


class WindowSize:
    """The window of one pane. Both raise NotFound when it is gone, Unavailable when tmux does not answer."""

    def __init__(self, pane: PaneController) -> None:
        self.pane = pane

    async def fit(self, columns: int, rows: int) -> bool:
        """Give the window this size; False when a person is attached to it."""
        window, size, was = await self._state()
        if await self._attached(window):
            return False
        if (columns, rows) == size:
            return True
        if not was:
            await self._command("set-option", "-w", _WAS, f"{size[0]}x{size[1]}")
        await self._resize((columns, rows))
        return True

    async def restore(self) -> None:
        """Give it the size that it had before the first `fit`; a person who is attached keeps theirs."""
        window, _, was = await self._state()
        if not was:
            return
        if not await self._attached(window):
            columns, _, rows = was.partition("x")
            await self._resize((int(columns), int(rows)))
        await self._command("set-option", "-wu", _WAS)

    async def _resize(self, size: tuple[int, int]) -> None:
        """The window stays as large until somebody attaches: then it is as large as their terminal."""
        await self.pane.resize(*size)
        await self.pane.release_size()

    async def _state(self) -> tuple[str, tuple[int, int], str]:
        said = await self._command("display-message", "-p", _STATE)
        window, columns, rows, was = said.rstrip("\n").split(" ", 3)
        if not window:
            raise NotFound(f"pane {self.pane.pane_id} is gone")
        return window, (int(columns), int(rows)), was

    async def _attached(self, window: str) -> bool:
        clients = await self.pane.client.command("list-clients", "-F", "#{client_control_mode} #{window_id}")
        return f"0 {window}" in clients.split("\n")

    async def _command(self, name: str, flags: str, *words: str) -> str:
        again = name == "display-message"
        return await self.pane.client.command(name, flags, "-t", self.pane.pane_id, *words, again=again)
