"""Processes of tmux that are let go of in time, for the event loop.

tmux's server is handed its clients' pipes. So a killed client's output does not end while the server is stopped, and
who waits for that end (asyncio's own `communicate` and `wait` do) waits for ever: here our ends are closed by us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import cast

from cockpit.base.errors import Unavailable
from cockpit.base.records import dataclass


class Child(asyncio.SubprocessProtocol):
    """A process with pipes; `let_go` ends it whatever state it is in, `gone` waits until it is reaped."""

    def __init__(self) -> None:
        self.transport: asyncio.SubprocessTransport
        self._reaped: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.SubprocessTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        self.transport.close()
        if not self._reaped.done():
            self._reaped.set_result(None)

    def let_go(self) -> None:
        """Close our ends of the pipes, kill the process where it still runs."""
        # Not transport.close(): it reaps the process behind the back of asyncio's child watcher, which complains.
        for fd in range(3):
            pipe = self.transport.get_pipe_transport(fd)
            if pipe is not None and not pipe.is_closing():
                pipe.abort() if isinstance(pipe, asyncio.WriteTransport) else pipe.close()
        if self.transport.get_returncode() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.transport.get_pid(), signal.SIGKILL)

    async def gone(self) -> None:
        """Until it is reaped, for some seconds at most (a busy machine reaps late); after `let_go`."""
        await asyncio.wait([self._reaped], timeout=10.0)


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended; texts with undecodable bytes replaced."""

    exit_code: int
    output: str
    errors: str


class _Collected(Child):
    """Keeps what the process writes until its pipes have ended."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[int, list[bytes]] = {1: [], 2: []}
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.written[fd].append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(self.transport.get_returncode() or 0)
        super().connection_lost(exc)

    def text(self, fd: int) -> str:
        return b"".join(self.written[fd]).decode(errors="replace")


def _silent(seconds: float) -> Unavailable:
    return Unavailable(f"tmux does not answer (no reply in {seconds:g} s)")


def cannot_start(command: str, error: OSError) -> Unavailable:
    """The one line for a process that could not be started."""
    if isinstance(error, FileNotFoundError):
        return Unavailable(f"{command} is not installed: install tmux 3.2 or newer: apt install tmux")
    return Unavailable(f"{command} can't be started: {error.strerror}")


def run_now(argv: Sequence[str], environment: Mapping[str, str] | None, seconds: float) -> Done:
    """As `run_bounded`, in a thread."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False, env=environment, cwd="/"
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _silent(seconds) from None
    except OSError as error:
        raise cannot_start(argv[0], error) from error
    return Done(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace").strip()
    )


async def run_bounded(
    argv: Sequence[str], environment: Mapping[str, str] | None, stdin: bytes | None, seconds: float
) -> Done:
    """Run `argv` and await its end. Raises Unavailable after `seconds`, and when it can't be started."""
    source = asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE
    try:
        _, child = await asyncio.get_running_loop().subprocess_exec(
            _Collected, *argv, env=environment, stdin=source
        )
    except OSError as error:
        raise cannot_start(argv[0], error) from error
    try:
        if stdin is not None:
            pipe = cast("asyncio.WriteTransport", child.transport.get_pipe_transport(0))
            pipe.write(stdin)
            pipe.write_eof()
        async with asyncio.timeout(seconds):
            exit_code = await child.ended
    except TimeoutError:
        raise _silent(seconds) from None
    finally:
        if not child.ended.done() or child.ended.cancelled():
            child.let_go()
            await child.gone()
    return Done(exit_code, child.text(1), child.text(2).strip())
