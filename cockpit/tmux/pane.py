"""PaneController: one API for any pane, on this host or in a container.

    pane = PaneController(client, "%3", server_pid=window.server_pid)
    receipt = await pane.send_keys("fix the tests")         # accepted, echoed or sent
    result = await pane.wait_for_idle(2.0, timeout=600)

What is typed is typed once. A text whose sending was not answered in time may have arrived: the error says so, and
nobody sends it again. Only Enter is pressed a second time, and only while the text still stands there unsent.
"""

from __future__ import annotations

from cockpit.base.clock import Clock
from cockpit.base.errors import NotFound
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.execute import Executed, execute
from cockpit.tmux.judges import IdleJudge, Judge, PromptJudge, ShellPromptJudge
from cockpit.tmux.keys import key_names, typeable
from cockpit.tmux.reading import PaneReader, WaitResult
from cockpit.tmux.receipts import Receipt
from cockpit.tmux.screen import PROMPT_MARKS, Screen
from cockpit.tmux.sending import DELAY_ENTER, Sender
from cockpit.tmux.words import tmux_id

DEFAULT_TIMEOUT = 30.0  # seconds


class PaneController:
    """One pane. `server_pid` ties it to its tmux server: another server's pane of the same id is not this one."""

    def __init__(
        self, client: TmuxClient, pane_id: str, *, server_pid: int = 0, clock: Clock | None = None
    ) -> None:
        self.client = client
        self.pane_id = tmux_id(pane_id)
        self._reader = PaneReader(client, pane_id, server_pid, clock or Clock())
        self._sender = Sender(self._reader)

    async def send_keys(
        self, text: str, enter: bool = True, delay_enter: float = DELAY_ENTER, *, timeout: float = 2.0
    ) -> Receipt:
        """Type `text`, wait `delay_enter` seconds once it is seen, press Enter, and see whether that was taken.

        `timeout` seconds each are given to the echo and to the acceptance; when they are over, the receipt says less.
        Raises NotFound when the pane is gone, Unavailable when tmux does not answer.
        """
        return await self._sender.send(text, enter, delay_enter, timeout)

    async def send_key(self, *keys: str) -> None:
        """Press keys by name: `C-c`, `Escape`, `Enter`, `y`. Raises UsageError for names that tmux doesn't know."""
        await self._sender.press(key_names(keys))

    async def paste(self, text: str, *, whole: bool = False) -> None:
        """Insert `text`, without Enter: a long one as one piece (bracketed paste where the program knows it).

        `whole`: a short one, too; else that is typed.
        """
        await self._sender.insert(typeable(text), whole=whole)

    async def capture_pane(self, lines: int | None = None, escapes: bool = False) -> Screen:
        """The visible screen, or the last `lines` with scrollback; with SGR escapes if asked.

        Raises NotFound when the pane is gone, StaleCapture when it could not be read: never an empty screen instead.
        """
        return await self._reader.capture(lines, escapes)

    async def scrollback(self, lines: int) -> tuple[list[str], bool]:
        """The last `lines` lines of scrollback and the screen, wrapped ones joined; True when there is no more."""
        return await self._reader.scrollback(lines)

    async def wait_for(self, judge: Judge, *, timeout: float = DEFAULT_TIMEOUT) -> WaitResult:
        """Until `judge` has seen enough; see reading.py."""
        return await self._reader.wait(judge, timeout)

    async def wait_for_prompt(self, pattern: str, *, timeout: float = DEFAULT_TIMEOUT) -> WaitResult:
        """Until `pattern` (re.search, MULTILINE) is on the visible screen. Raises UsageError for a bad pattern."""
        return await self._reader.wait(PromptJudge(pattern), timeout)

    async def wait_for_idle(self, idle_time: float = 2.0, *, timeout: float = DEFAULT_TIMEOUT) -> WaitResult:
        """Until the content has been the same for `idle_time` seconds."""
        return await self._reader.wait(IdleJudge(idle_time), timeout)

    async def wait_for_shell_prompt(
        self, marks: str = PROMPT_MARKS, *, timeout: float = DEFAULT_TIMEOUT
    ) -> WaitResult:
        """Until the cursor stands behind one of `marks`, the last characters of prompts."""
        return await self._reader.wait(ShellPromptJudge(marks), timeout)

    async def execute(self, command: str, *, timeout: float = DEFAULT_TIMEOUT) -> Executed:
        """Run `command` in the shell of this pane; its output and exit code.

        Raises Conflict when no shell is waiting there, Unavailable when the command did not end in time (it runs on).
        """
        return await execute(self, command, timeout)

    async def interrupt(self) -> None:
        """Ctrl-C."""
        await self.send_key("C-c")

    async def escape(self) -> None:
        """The Escape key."""
        await self.send_key("Escape")

    async def resize(self, columns: int, rows: int) -> None:
        """Give the pane's window this size, until `release_size`."""
        await self._command("resize-window", "-x", str(columns), "-y", str(rows))

    async def release_size(self) -> None:
        """Let the window follow the terminals that show it again."""
        await self._command("set-option", "-w", "-u", "window-size")

    async def kill(self) -> bool:
        """Close the pane; its processes are hung up. False when it was gone already."""
        try:
            await self._command("kill-pane")
        except NotFound:
            return False
        return True

    async def _command(self, name: str, *words: str) -> None:
        await self._sender.check_server()
        await self.client.command(name, "-t", self.pane_id, *words)
