"""One live control-mode connection: a `tmux -C attach` process, commands in, replies and news out.

Commands are pipelined: replies come in the order of the commands, so the oldest waiting command owns the next reply.
A connection that was late once, or said something that control mode does not know, is not trusted again: it is
aborted, and the client opens another.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

from cockpit.base.errors import NotFound, Unavailable
from cockpit.tmux.process import Child, cannot_start
from cockpit.tmux.protocol import ControlParser, Event, Exit, Notice, Output, Reply, Stray
from cockpit.tmux.server import TmuxServer
from cockpit.tmux.words import control_line

PAUSE_AFTER = 1  # seconds a slow reader may hold an agent's output up before tmux stops sending it
NO_SERVER = "no tmux server is running"
_NO_SERVER = re.compile(r"no server running|error connecting|no sessions|can't find session")
_MOST_UNWRITTEN = 16 << 20  # bytes; a tmux that takes none of it is wedged


_Asked = tuple["asyncio.Future[Reply]", "list[asyncio.Future[Reply]]"]
"""A command that waits for its reply, and those of its sequence that come after it."""


class ConnectionLost(Unavailable):
    """The connection ended before the reply came: the command may have been carried out or not."""


class Connection(Child):
    """Open with `Connection.open`; `lost` is done, with the reason as its result, when it is over."""

    def __init__(self, news: Callable[[Output | Notice], None]) -> None:
        super().__init__()
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.server_pid = 0
        self._news = news
        self._parser = ControlParser()
        self._pending: deque[_Asked] = deque()
        self._refusal = ""
        self._errors = b""
        self.last_heard = asyncio.get_running_loop().time()

    @classmethod
    async def open(
        cls, server: TmuxServer, news: Callable[[Output | Notice], None], timeout: float
    ) -> Connection:
        """Attach to the session; `news` is called for everything that happens.

        Raises Unavailable with the reason when tmux refuses or does not answer within `timeout` seconds.
        """
        await _probe(server, timeout)
        flags = f"ignore-size,pause-after={PAUSE_AFTER}"
        argv = [*server.base, "-N", "-C", "attach-session", "-t", f"={server.session}", "-f", flags]
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.subprocess_exec(lambda: cls(news), *argv, env=server.environment)
        except OSError as error:
            raise cannot_start(argv[0], error) from error
        try:
            hello = await connection.request(["display-message", "-p", "#{pid}"], timeout)
            connection.server_pid = int(hello.text())
        except ConnectionLost:
            raise Unavailable(_plain(connection.lost.result())) from None
        except ValueError as error:
            connection.abort("no pid")
            raise Unavailable("tmux answered nonsense in control mode") from error
        except BaseException:
            connection.abort("the connection was not made")
            await connection.gone()
            raise
        return connection

    async def request(self, words: Sequence[str], timeout: float) -> Reply:
        """Send one command, await its reply.

        Raises Unavailable after `timeout` seconds (the connection is aborted then), ConnectionLost when it ends.
        """
        reply = self.send(words)
        try:
            async with asyncio.timeout(timeout):
                return await reply
        except TimeoutError:
            reason = f"tmux does not answer (no reply to {words[0]} in {timeout:g} s)"
            self.abort(reason)
            raise Unavailable(reason) from None

    def send(self, words: Sequence[str]) -> asyncio.Future[Reply]:
        """Send one command now; the reply comes by the future. Raises ConnectionLost when it is over."""
        return self.send_sequence([words])[0]

    def send_sequence(self, commands: Sequence[Sequence[str]]) -> list[asyncio.Future[Reply]]:
        """Send commands that tmux carries out one after the other, and nothing in between; a reply for each.

        One that fails ends the sequence: those after it get its reply. Raises ConnectionLost when it is over.
        """
        line = control_line(*commands)
        if self.lost.done():
            raise ConnectionLost(self.lost.result())
        stdin = cast("asyncio.WriteTransport", self.transport.get_pipe_transport(0))
        if stdin.get_write_buffer_size() > _MOST_UNWRITTEN:
            self.abort("tmux takes no more commands")
            raise ConnectionLost(self.lost.result())
        loop = asyncio.get_running_loop()
        replies: list[asyncio.Future[Reply]] = [loop.create_future() for _ in commands]
        self._pending += [(reply, replies[number + 1 :]) for number, reply in enumerate(replies)]
        stdin.write(line)
        return replies

    def abort(self, reason: str) -> None:
        """End it now, whatever state the other side is in."""
        if self.lost.done():
            return
        self.lost.set_result(reason)
        for reply, _ in self._pending:
            if not reply.done():
                reply.set_exception(ConnectionLost(f"the connection to tmux was lost: {reason}"))
                reply.exception()  # seen: a caller that was cancelled does not look at it any more
        self._pending.clear()
        self.let_go()

    # What asyncio calls:

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._errors = (self._errors + data)[-2000:]
            return
        self.last_heard = asyncio.get_running_loop().time()
        for event in self._parser.feed(data):
            if self.lost.done():
                return
            self._handle(event)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        if fd != 2:
            self._end_soon(0.02)  # its last words on stderr are still under way

    def process_exited(self) -> None:
        # its output is still being read, and its end comes by itself unless tmux holds it open
        self._end_soon(0.2)

    def _end_soon(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, lambda: self.abort(self._why()))

    def _handle(self, event: Event) -> None:
        match event:
            case Output() | Notice():
                self._news(event)
            case Reply(own=True):
                self._answer(event)
            case Reply(ok=False):
                self._refusal = event.text()
            case Exit(reason):
                self.abort(self._why() if not reason else f"tmux ended the connection: {reason}")
            case Stray(line):
                self.abort(f"tmux said something that is not control mode: {line[:60]!r}")

    def _answer(self, reply: Reply) -> None:
        if not self._pending:
            self.abort("tmux answered what nobody asked")
            return
        waiting, following = self._pending.popleft()
        answered = [waiting] if reply.ok else [waiting, *following]
        for _ in answered[1:]:  # tmux drops the rest of a sequence, and says nothing of it
            self._pending.popleft()
        for each in answered:
            if not each.done():
                each.set_result(reply)

    def _why(self) -> str:
        return _plain(
            self._refusal or self._errors.decode(errors="replace").strip() or "tmux ended the connection"
        )


async def _probe(server: TmuxServer, timeout: float) -> None:
    """Attach only to a server that answers: three control clients that gave up on a stopped tmux 3.3 crash it later."""
    try:
        await server.run("has-session", "-t", f"={server.session}", timeout=timeout)
    except NotFound as error:
        raise Unavailable(_plain(str(error))) from None


def _plain(reason: str) -> str:
    return NO_SERVER if _NO_SERVER.search(reason) else reason
