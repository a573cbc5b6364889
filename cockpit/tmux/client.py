"""One tmux server, live: commands in a fraction of a millisecond, and word of everything that happens.

While the control-mode connection stands, commands go through it and `%output` marks panes as dirty. When it is lost,
wedged or refused, the same calls go on by one tmux process each and changes are found by looking once a second;
`degraded` says why. The connection is opened again with growing pauses.

What was sent and not answered in time is never sent again: it may have arrived. Only questions (`again=True`) are
asked a second time by a process.
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import Callable, Sequence

from cockpit.base.errors import CockpitError, NotFound, Unavailable
from cockpit.tmux.connection import Connection, ConnectionLost
from cockpit.tmux.flow import FloodGate
from cockpit.tmux.listeners import Listeners
from cockpit.tmux.news import Connected, Disconnected, News, window_news
from cockpit.tmux.polling import PanePoller
from cockpit.tmux.protocol import Notice, Output, Reply
from cockpit.tmux.server import TmuxServer, Window, opened, refusal

TIMEOUT = 2.0  # seconds for any one command; a healthy tmux needs 0.0005
PING_EVERY = 5.0  # seconds of silence after which we ask whether tmux still lives
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts to connect


class TmuxClient:
    """`async with TmuxClient(server) as client`, or `start()` and `close()`; all in one event loop.

    `ensure`: start the server where there is none. `timeout` in seconds for each command, `ping_every` in seconds of
    silence.
    """

    def __init__(
        self,
        server: TmuxServer,
        *,
        ensure: bool = True,
        timeout: float = TIMEOUT,
        ping_every: float = PING_EVERY,
    ) -> None:
        self.server = server
        self.timeout = timeout
        self.degraded: str | None = "not connected yet"
        self.server_pid = 0  # of the server last connected to: pane ids mean something there only
        self._ensure = ensure
        self._ping_every = ping_every
        self._connection: Connection | None = None
        self._listeners = Listeners()
        self._gate = FloodGate(self._quietly, self._listeners.dirty)
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._task: asyncio.Task[None] | None = None
        self._poke = asyncio.Event()
        self._settled = asyncio.Event()

    async def start(self) -> None:
        """Connect; returns when connected, or when that failed once.

        Never raises for a tmux that does not work: `degraded` tells.
        """
        if self._ensure:
            with contextlib.suppress(CockpitError):  # the attempt to connect tells why
                await asyncio.to_thread(self.server.ensure)
        if self._task is None:
            self._task = asyncio.create_task(self._stay_connected(), name="tmux client")
        await self._settled.wait()

    async def close(self) -> None:
        """Let go of the server; everything in it goes on."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._gate.close()

    async def __aenter__(self) -> TmuxClient:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def on_output(self, pane_id: str | None, call: Callable[[str], None]) -> Callable[[], None]:
        """`call(pane_id)` whenever that pane (None: any pane) may have changed; returns the way to stop it."""
        return self._listeners.on_output(pane_id, call)

    def on_news(self, call: Callable[[News], None]) -> Callable[[], None]:
        """`call(news)` for windows that come and go and for the connection itself; returns the way to stop it."""
        return self._listeners.on_news(call)

    def flooding(self, pane_id: str) -> bool:
        """Does the pane print faster than anybody reads?"""
        return self._gate.flooding(pane_id)

    def poke(self) -> None:
        """Try to connect now: somebody knows that tmux is back."""
        self._poke.set()

    async def command(self, *words: str, again: bool = False, stdin: bytes | None = None) -> str:
        """Run one tmux command and return what it printed.

        `again`: it only asks, and may be asked twice. `stdin` makes it a process of its own. Raises NotFound when
        what it is about is not there, CockpitError when tmux says no, Unavailable when it does not answer in time.
        """
        connection = self._connection
        if connection is None or connection.lost.done() or stdin is not None:
            return (await self.server.run(*words, stdin=stdin, timeout=self.timeout)).removesuffix("\n")
        try:
            return _checked(await connection.request(words, self.timeout))
        except Unavailable:
            if not again:
                raise
        return (await self.server.run(*words, timeout=self.timeout)).removesuffix("\n")

    async def sequence(self, *commands: Sequence[str]) -> list[str]:
        """Run commands one after the other with nothing in between; what each printed. Raises as `command`."""
        connection = self._connection
        if connection is None or connection.lost.done():
            return [await self.server.run_sequence(commands, timeout=self.timeout)]
        try:
            async with asyncio.timeout(self.timeout):
                return [
                    _checked(reply) for reply in await asyncio.gather(*connection.send_sequence(commands))
                ]
        except TimeoutError:
            reason = f"tmux does not answer (no reply to {commands[0][0]} in {self.timeout:g} s)"
            connection.abort(reason)
            raise Unavailable(reason) from None

    async def open_window(self, name: str, cwd: str, argv: Sequence[str], log: str) -> Window:
        """As TmuxServer.open_window, through the live connection where it stands: no process of tmux's is started."""
        if self.degraded is None:
            with contextlib.suppress(NotFound, ConnectionLost):
                # run.sh starts only once, whatever became of the first
                printed = await self.sequence(*self.server.window_commands(name, cwd, argv, log))
                return opened(printed[0], name)
        return await self.server.open_window(name, cwd, argv, log)

    def turn(self, pane_id: str) -> asyncio.Lock:
        """Whoever types into a pane holds this, so that two texts don't mix."""
        return self._turns.setdefault(pane_id, asyncio.Lock())

    async def set_buffer(self, name: str, text: str) -> None:
        """Make a paste buffer of any size. Raises as `command`."""
        live = self._connection is not None and not self._connection.lost.done()
        if live:
            await self.command("set-buffer", "-b", name, "--", text)
        else:
            await self.command("load-buffer", "-b", name, "-", stdin=text.encode("utf-8", "surrogateescape"))

    async def ask(self, *questions: Sequence[str]) -> list[str]:
        """Several commands that only ask, answered for one moment when the connection is live.

        Raises as `command`, for the first that fails.
        """
        connection = self._connection
        if connection is not None and not connection.lost.done():
            try:
                async with asyncio.timeout(self.timeout):
                    replies = await asyncio.gather(*[connection.send(words) for words in questions])
                return [_checked(reply) for reply in replies]
            except TimeoutError:
                connection.abort(
                    f"tmux does not answer (no reply to {questions[0][0]} in {self.timeout:g} s)"
                )
            except Unavailable:
                pass
        return [
            (await self.server.run(*words, timeout=self.timeout)).removesuffix("\n") for words in questions
        ]

    async def _stay_connected(self) -> None:
        pause = FIRST_PAUSE
        poller = PanePoller(self.server, self._listeners, self.timeout)
        while True:
            try:
                connection = await Connection.open(self.server, self._hear, self.timeout)
            except CockpitError as error:  # whatever tmux says: who ends here leaves `start` waiting for ever
                self._lose(str(error))
            else:
                reason = await self._while_connected(connection)
                self._lose(reason)
                pause = FIRST_PAUSE
            self._poke.clear()
            await poller.look_for(pause, self._poke)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _while_connected(self, connection: Connection) -> str:
        """Until it is lost; the reason."""
        try:
            self._gate.reset()
            self._connection, self.degraded, self.server_pid = connection, None, connection.server_pid
            self._settled.set()
            self._listeners.news(Connected(connection.server_pid))
            self._listeners.all_dirty()
            while not (await asyncio.wait([connection.lost], timeout=self._ping_every))[0]:
                if asyncio.get_running_loop().time() - connection.last_heard >= self._ping_every:
                    with contextlib.suppress(Unavailable):
                        await connection.request(["display-message", "-p", "ping"], self.timeout)
            return connection.lost.result()
        finally:
            connection.abort("closed")
            self._connection = None
            await connection.gone()

    def _lose(self, reason: str) -> None:
        news = self.degraded != reason
        self.degraded = reason
        self._settled.set()
        if news:
            self._listeners.news(Disconnected(reason))

    def _hear(self, event: Output | Notice) -> None:
        if isinstance(event, Output):
            self._listeners.dirty(event.pane)
            self._gate.heard(event.pane, len(event.data))
        elif event.name == "pause":
            self._gate.paused(event.rest.strip())
        elif (news := window_news(event.name, event.rest)) is not None:
            self._listeners.news(news)

    def _quietly(self, words: Sequence[str]) -> None:
        """Send a command whose answer nobody needs."""
        if self._connection is not None:
            with contextlib.suppress(Unavailable):
                self._connection.send(words)


def _checked(reply: Reply) -> str:
    if not reply.ok:
        raise refusal(reply.text())
    return reply.text()
