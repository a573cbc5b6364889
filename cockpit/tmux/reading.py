"""Reading a pane, and waiting for it: driven by its output, with a look once a second as the net under it."""

from __future__ import annotations

import asyncio
from typing import Literal

from cockpit.base.clock import Clock
from cockpit.base.errors import CockpitError, NotFound
from cockpit.base.records import dataclass
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.judges import NET, Judge
from cockpit.tmux.screen import STATE_FORMAT, Screen, StaleCapture, parse_screen

Outcome = Literal["seen", "timeout", "gone"]
AT_MOST_EVERY = 0.02  # seconds between two captures of one waiter
ONE_LOOK = 1.0  # seconds for the first capture, however short the wait: a wait of none asks how it is now
LAST_LOOK = 0.05  # seconds for one that begins right before the end


@dataclass(frozen=True, slots=True)
class WaitResult:
    """How a wait ended: what was seen (`evidence`), or why not; the last good screen; how long it took in seconds."""

    outcome: Outcome
    evidence: str
    screen: Screen | None
    waited: float

    @property
    def seen(self) -> bool:
        return self.outcome == "seen"


class PaneReader:
    """The reading half of a PaneController."""

    def __init__(self, client: TmuxClient, pane_id: str, server_pid: int, clock: Clock) -> None:
        self.client = client
        self.pane_id = pane_id
        self.server_pid = server_pid
        self._clock = clock

    async def capture(self, lines: int | None = None, escapes: bool = False) -> Screen:
        """The visible screen, or its last `lines` with the scrollback above it.

        Raises NotFound when the pane is gone, StaleCapture when it could not be read.
        """
        words = ["capture-pane", "-p", "-t", self.pane_id]
        words += ["-e"] if escapes else []
        words += ["-S", f"-{lines}"] if lines is not None else []
        state = ["display-message", "-p", "-t", self.pane_id, STATE_FORMAT]
        try:
            captured, described = await self.client.ask(words, state)
        except NotFound:
            raise
        except CockpitError as error:
            raise StaleCapture(f"pane {self.pane_id} could not be read: {error}") from error
        screen, server_pid = parse_screen(
            self.pane_id, captured, described, taken_at=self._clock.now(), escapes=escapes, wanted=lines
        )
        if self.server_pid and server_pid != self.server_pid:
            raise NotFound(f"pane {self.pane_id} went with its tmux server; this one is another's")
        return screen

    async def scrollback(self, lines: int) -> tuple[list[str], bool]:
        """See PaneController.scrollback. Raises NotFound, Unavailable."""
        text, history = await self.client.ask(
            ["capture-pane", "-p", "-J", "-t", self.pane_id, "-S", f"-{lines}"],
            ["display-message", "-p", "-t", self.pane_id, "#{history_size}"],
        )
        return text.split("\n"), lines >= int(history)

    async def wait(self, judge: Judge, timeout: float) -> WaitResult:
        """Until `judge` has seen enough, the pane is gone, or `timeout` seconds are over."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        end = start + timeout
        changed = asyncio.Event()
        last: Screen | None = None
        trouble = ""
        forget = self.client.on_output(self.pane_id, lambda _: changed.set())
        try:
            while True:
                changed.clear()
                again: str | float = NET
                try:
                    async with asyncio.timeout_at(max(end, loop.time() + (LAST_LOOK if last else ONE_LOOK))):
                        last = await self.capture()
                    if last.dead:
                        return WaitResult("gone", "its process ended", last, loop.time() - start)
                    again, trouble = judge.look(last, loop.time()), ""
                except NotFound as error:
                    return WaitResult("gone", str(error), last, loop.time() - start)
                except (StaleCapture, TimeoutError) as error:
                    judge.missed()
                    trouble = str(error) or "tmux does not answer"
                if isinstance(again, str):
                    return WaitResult("seen", again, last, loop.time() - start)
                left = end - loop.time()
                if left <= 0:
                    return WaitResult("timeout", trouble or _last_line(last), last, loop.time() - start)
                await _either(changed, min(left, max(again, 0.001), NET))
        finally:
            forget()


async def _either(changed: asyncio.Event, seconds: float) -> None:
    """Until something changed or `seconds` are over; never sooner than AT_MOST_EVERY."""
    pause = asyncio.sleep(min(AT_MOST_EVERY, seconds))
    await pause
    try:
        async with asyncio.timeout(max(0.0, seconds - AT_MOST_EVERY)):
            await changed.wait()
    except TimeoutError:
        pass


def _last_line(screen: Screen | None) -> str:
    return screen.plain.rpartition("\n")[2] if screen else "nothing was seen"
