"""cockpit's own tmux server: one per home, one session, a window per attempt.

The server outlives cockpit: agents run on in it. It has a socket and a configuration of its own and never touches
the user's. Opening a window is the fast path (one tmux process, about 3 ms): it is tried at once, and only a missing
server or session sends it through `ensure`.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, NotFound, Unavailable
from cockpit.base.records import dataclass
from cockpit.tmux.conf import SIZE, write_conf
from cockpit.tmux.environment import clean_environment
from cockpit.tmux.hosts import LOCAL, Host
from cockpit.tmux.process import Done, run_bounded, run_now
from cockpit.tmux.version import read_version
from cockpit.tmux.viewers import view_commands
from cockpit.tmux.words import command_sequence, safe_name, safe_path, tmux_id, window_command

if TYPE_CHECKING:
    from cockpit.tmux.setup import BoundedServer

__all__ = ["KEEPER", "ServerProcess", "TmuxServer", "Window", "write_conf"]

KEEPER = "keeper"  # the window that holds the session open while no job runs
TIMEOUT = 5.0  # seconds for any one tmux process; a healthy one needs 3 ms

# Before each new pane tmux closes every descriptor up to its limit, one by one: with 20,000 allowed a window takes 10
# ms, with these 5. run.sh gives the agent the caller's own limit back. A server that is started from within a job must
# not carry that job's tag (base/tag.py): the job's end would take the server's agents along.
_FEW_FILES = (
    "/bin/sh",
    "-c",
    'ulimit -S -n 4096; command ulimit -S -m unlimited 2>/dev/null; exec "$@"',
    "tmux",
)

_KEEPER_SCRIPT = """trap '' INT QUIT TSTP
echo 'cockpit keeps this window open. Leave with C-b d.'
while :; do sleep 86400; done"""
_WINDOW = "#{window_id} #{pane_id} #{pane_pid} #{pid}"
_MISSING = re.compile(
    r"no server running|error connecting|can't find (session|window|pane)|no current target|server exited"
)


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """The running server: its `pid` (on its host), tmux's `version`, and whether this call made the session."""

    pid: int
    version: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Window:
    """One attempt's window; `pid` is the process in its pane, `server_pid` the tmux server's."""

    window_id: str
    pane_id: str
    pid: int
    server_pid: int
    name: str


class TmuxServer:
    """The server behind `socket`, configured by the file `conf` (see write_conf), reached through `host`."""

    def __init__(
        self,
        socket: str,
        conf: str,
        *,
        host: Host = LOCAL,
        command: str = "tmux",
        session: str = "cockpit",
        timeout: float = TIMEOUT,
    ) -> None:
        self.socket = socket
        self.host = host
        self.session = safe_name(session)
        self.timeout = timeout
        self._command = command
        self.base = [*host.prefix, command, "-u", "-S", socket, "-f", conf]
        self.environment = clean_environment() if host.local else None
        self._version: str | None = None

    def ensure(self) -> ServerProcess:
        """Start server and session where they are missing. Blocks: call it in a thread.

        Idempotent, and safe against another process doing the same: tmux itself lets one starter win.
        Raises Unavailable when tmux is missing, too old, or does not answer.
        """
        version = self.version()
        for pause in (0.05, 0.2, None):
            try:
                return self._ensure(version)
            except Unavailable as error:
                if pause is None or not _MISSING.search(str(error)):
                    raise
                time.sleep(pause)  # the server before is still ending
        raise AssertionError("the last try returns or raises")

    def _ensure(self, version: str) -> ServerProcess:
        fresh = self._ask_pid().exit_code != 0 and self._create()
        reply = self._ask_pid()
        if reply.exit_code or not reply.output:
            raise Unavailable(f"tmux on {self.host.name} did not start: {reply.errors or 'no answer'}")
        return ServerProcess(int(reply.output), version, fresh)

    def _ask_pid(self) -> Done:
        """The server's pid, if it has our session: by a bare process, for it mostly has, and libtmux is 4 MB."""
        ask = command_sequence(
            [("has-session", "-t", f"={self.session}"), ("display-message", "-p", "#{pid}")]
        )
        return run_now([*self.base, *ask], self.environment, self.timeout)

    def _create(self) -> bool:
        columns, lines = SIZE
        server = self._libtmux(*_FEW_FILES)
        made = server.cmd(
            "new-session", "-d", "-s", self.session, "-n", KEEPER, "-c", "/", "-x", columns, "-y", lines,
            "--", "/bin/sh", "-c", _KEEPER_SCRIPT,
        )  # fmt: skip
        if made.returncode and not any("duplicate session" in line for line in made.stderr):
            raise Unavailable(f"tmux on {self.host.name} did not start: {' '.join(made.stderr)}")
        return made.returncode == 0

    def version(self) -> str:
        """tmux's version, such as `3.3a`. Raises Unavailable when it is missing or older than 3.2."""
        if self._version is None:
            self._version = read_version(self.host, self._command, self.timeout)
        return self._version

    async def open_window(self, name: str, cwd: str, argv: Sequence[str], log: str) -> Window:
        """Run `argv` in a new window called `name`, with everything it prints appended to the file `log`.

        Window and log start in one tmux command sequence: apart, a short job's output was lost. What is printed in the
        very moment in which `argv` itself exits can still be lost inside tmux (it destroys the pane while the kernel
        holds the bytes back: 3 of 1000 bare /bin/echo, none when one more process was started after the output), so
        `argv` should be a script that has something left to do. `cwd` and `log` may hold only [A-Za-z0-9/_.-].
        Raises Unavailable; after a timeout the window may exist or not.
        """
        commands = self.window_commands(name, cwd, argv, log)
        try:
            reply = await self.run_sequence(commands)
        except NotFound:
            await asyncio.to_thread(self.ensure)
            reply = await self.run_sequence(commands)
        return opened(reply, name)

    def window_commands(
        self, name: str, cwd: str, argv: Sequence[str], log: str
    ) -> tuple[tuple[str, ...], ...]:
        """The sequence that opens a window, as `open_window` describes it; `opened` reads the first one's reply."""
        end = f"={self.session}:{{end}}"
        return (
            (
                *("new-window", "-a", "-d", "-P", "-F", _WINDOW, "-t", end),
                *("-n", safe_name(name), "-c", safe_path(cwd), "--", *window_command(argv)),
            ),
            ("pipe-pane", "-o", "-t", end, f"exec cat >>{safe_path(log)}"),
        )

    async def kill_window(self, window_id: str) -> bool:
        """Close the window; False when it was gone already. Raises Unavailable."""
        try:
            await self.run("kill-window", "-t", tmux_id(window_id))
        except NotFound:
            return False
        return True

    async def list_windows(self) -> list[Window]:
        """The attempts' windows, with the first pane of each; empty when no server runs. Raises Unavailable."""
        target = f"={self.session}:"
        try:
            reply = await self.run("list-panes", "-s", "-t", target, "-F", _WINDOW + " #{window_name}")
        except NotFound:
            return []
        found: dict[str, Window] = {}
        for line in reply.splitlines():
            window_id, pane_id, pid, server_pid, name = line.split(" ", 4)
            window = Window(window_id, pane_id, int(pid), int(server_pid), name)
            if name != KEEPER and _older(window, found.get(window_id)):
                found[window_id] = window
        return list(found.values())

    def attach_argv(self, window_id: str) -> list[str]:
        """The command that shows `window_id` full screen to a person; run it with a terminal and without $TMUX.

        The viewer gets a session of their own with that one window in it, which ends with the window or when they
        detach, so that two viewers don't drag each other around. Fails at once when the window is closed already.
        """
        view = f"view-{os.getpid()}-{os.urandom(3).hex()}"
        base = [*(self.host.terminal or self.host.prefix), *self.base[len(self.host.prefix) :]]
        return [*base, "-N", *command_sequence(view_commands(self.session, tmux_id(window_id), view))]

    def alive(self) -> bool:
        """Does a server listen on the socket? Never blocks; on another host this asks tmux, and does."""
        if not self.host.local:
            return not self._libtmux().cmd("list-sessions").returncode
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe:
            try:
                probe.connect(self.socket)
            except BlockingIOError:
                return True  # its queue is full: it listens
            except OSError:
                return False
        return True

    def kill(self) -> None:
        """End the server and all that runs in it; for tests and the demo. Raises Unavailable."""
        self._libtmux().kill()

    async def run(self, *words: str, stdin: bytes | None = None, timeout: float | None = None) -> str:
        """One tmux process, given `stdin`; what it printed. `timeout` in seconds, the server's unless told.

        Raises NotFound when there is no server, session or window, CockpitError with tmux's own line when it said
        no, Unavailable when it did not end in time or can't be started.
        """
        return await self.run_sequence([words], stdin=stdin, timeout=timeout)

    async def run_sequence(
        self, commands: Sequence[Sequence[str]], *, stdin: bytes | None = None, timeout: float | None = None
    ) -> str:
        """As `run`, several commands in one process; one that fails ends the sequence."""
        argv = [*self.base, *command_sequence(commands)]
        done = await run_bounded(argv, self.environment, stdin, self.timeout if timeout is None else timeout)
        if done.exit_code:
            raise refusal(done.errors)
        return done.output

    def _libtmux(self, *wrapper: str) -> BoundedServer:
        # libtmux costs 100 ms and 4 MB: only who sets up or takes down pays
        from cockpit.tmux.setup import BoundedServer

        prefix = len(self.host.prefix)
        base = [*self.base[:prefix], *wrapper, *self.base[prefix:]]
        return BoundedServer(base, self.environment, self.timeout)


def opened(reply: str, name: str) -> Window:
    """The window that new-window told of."""
    window_id, pane_id, pid, server_pid = reply.split()
    return Window(window_id, pane_id, int(pid), int(server_pid), name)


def refusal(line: str) -> CockpitError:
    """tmux's own line as an error: NotFound for what is not there, CockpitError for any other no."""
    return NotFound(f"tmux: {line}") if _MISSING.search(line) else CockpitError(f"tmux: {line or 'failed'}")


def _older(window: Window, than: Window | None) -> bool:
    return than is None or int(window.pane_id[1:]) < int(than.pane_id[1:])
