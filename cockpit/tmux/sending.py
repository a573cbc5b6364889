"""Typing into a pane, with proof that it arrived and that Enter was taken."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from cockpit.base.errors import NotFound, Unavailable
from cockpit.tmux.judges import ChangeJudge, HeldJudge
from cockpit.tmux.keys import typeable
from cockpit.tmux.reading import PaneReader
from cockpit.tmux.receipts import Receipt, echo_of, still_pending, was_accepted
from cockpit.tmux.screen import Screen, StaleCapture
from cockpit.tmux.terminal import takes_lines

# seconds between echo and Enter: composers take an Enter right behind a text for part of a paste
DELAY_ENTER = 0.1
_LONGEST_TYPED = 200  # characters; longer ones are pasted: programs read a paste as one piece


class Sender:
    """The writing half of a PaneController."""

    def __init__(self, reader: PaneReader) -> None:
        self._reader = reader
        self._client = reader.client
        self._pane_id = reader.pane_id

    async def send(self, text: str, enter: bool, delay_enter: float, timeout: float) -> Receipt:
        """See PaneController.send_keys."""
        text = typeable(text)
        text = text.rstrip("\n") if enter else text
        async with self._client.turn(self._pane_id):
            before = await self._reader.capture()
            if before.in_mode:
                await self._client.command("copy-mode", "-q", "-t", self._pane_id)
            if text:
                await self._insert(text)
            echo = await self._echo(text, before, timeout) if text.strip() else None
            if not enter:
                return (
                    Receipt("echoed", f"shown: {echo}") if echo else Receipt("sent", "not seen on the screen")
                )
            await asyncio.sleep(delay_enter)
            return await self._enter(echo, before, timeout)

    async def insert(self, text: str, *, whole: bool = False) -> None:
        """Paste or type `text`, in turn with others; `whole`: never type it."""
        async with self._client.turn(self._pane_id):
            await self.check_server()
            await self._insert(text, whole=whole)

    async def press(self, names: Sequence[str]) -> None:
        """Press keys by tmux's names, in turn with others."""
        async with self._client.turn(self._pane_id):
            await self.check_server()
            # keys are for the program, not for tmux
            await self._client.command("copy-mode", "-q", "-t", self._pane_id)
            await self._once("send-keys", "-t", self._pane_id, "--", *names)

    async def check_server(self) -> None:
        """Raises NotFound when the pane's server is gone and another has taken its place."""
        expected = self._reader.server_pid
        if not expected:
            return
        live = self._client.degraded is None
        found = (
            self._client.server_pid
            if live
            else int(await self._client.command("display-message", "-p", "#{pid}"))
        )
        if found != expected:
            raise NotFound(f"pane {self._pane_id} went with its tmux server")

    async def _insert(self, text: str, *, whole: bool = False) -> None:
        if not whole and len(text) <= _LONGEST_TYPED and "\n" not in text and "\t" not in text:
            await self._once("send-keys", "-t", self._pane_id, "-l", "--", text)
            return
        buffer = f"cockpit-{os.getpid()}-{os.urandom(3).hex()}"
        await self._client.set_buffer(buffer, text)
        await self._once("paste-buffer", "-d", "-p", "-b", buffer, "-t", self._pane_id)

    async def _once(self, *words: str) -> None:
        try:
            await self._client.command(*words)
        except Unavailable as error:
            raise Unavailable(
                f"{error}; the text may have arrived, so look before you send it again"
            ) from error

    async def _echo(self, text: str, before: Screen, timeout: float) -> str | None:
        result = await self._reader.wait(ChangeJudge(lambda now: echo_of(text, before, now)), timeout)
        if result.outcome == "gone":
            raise NotFound(f"pane {self._pane_id} closed while it was typed to")
        return result.evidence if result.seen else None

    async def _enter(self, echo: str | None, before: Screen, timeout: float) -> Receipt:
        try:
            pending = await self._reader.capture()
        except StaleCapture as error:
            raise Unavailable(f"{error}; the text was typed, Enter was not pressed") from error
        by_kernel = self._takes_lines(pending)
        await self._once("send-keys", "-t", self._pane_id, "Enter")
        if echo is None:
            return await self._unechoed(pending, before, timeout)
        if by_kernel:
            return Receipt("accepted", "the terminal takes whole lines", 1)
        judge = HeldJudge(lambda now: self._taken(echo, pending, now), again=0.1)
        first = await self._reader.wait(judge, timeout / 2)
        if first.seen or first.outcome == "gone":
            return Receipt("accepted", first.evidence, 1)
        if first.screen is None or not still_pending(echo, first.screen):
            return Receipt("echoed", "no change was seen after Enter", 1)
        await self._once("send-keys", "-t", self._pane_id, "Enter")
        second = await self._reader.wait(judge, timeout / 2)
        taken = second.seen or second.outcome == "gone"
        return Receipt(
            "accepted" if taken else "echoed", "after a second Enter" if taken else "it still waits", 2
        )

    def _taken(self, echo: str, pending: Screen, now: Screen) -> str | None:
        if was_accepted(echo, pending, now):
            return "it no longer waits to be sent"
        # A shell gives the terminal back to the kernel when it starts a command, also one that prints nothing.
        return "the shell started it" if self._takes_lines(now) else None

    def _takes_lines(self, screen: Screen) -> bool:
        return self._client.server.host.local and takes_lines(screen.tty) is True

    async def _unechoed(self, pending: Screen, before: Screen, timeout: float) -> Receipt:
        """Enter without a text that could be seen: a change is all the proof there can be."""
        if pending.digest != before.digest:
            return Receipt("sent", "the screen shows something else than the text", 1)

        def changed(now: Screen) -> str | None:
            moved = now.digest != pending.digest or now.cursor != pending.cursor
            return "the screen changed" if moved else None

        result = await self._reader.wait(ChangeJudge(changed), timeout / 2)
        return Receipt("sent", result.evidence if result.seen else "nothing changed on the screen", 1)
