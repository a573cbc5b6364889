"""cockpit's own tmux server: one per home, one session, a window per attempt.

The server outlives cockpit: agents run on in it. It has a socket and a configuration of its own and never touches
the user's. Opening a window is the fast path (one tmux process, about 3 ms): it is tried at once, and only a missing
server or session sends it through `ensure`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, NotFound, Unavailable
from cockpit.tmux.conf import SIZE, write_conf
from cockpit.tmux.environment import clean_environment
from cockpit.tmux.hosts import LOCAL, Host
from cockpit.tmux.words import safe_name, safe_path, tmux_id, window_command

if TYPE_CHECKING:
    from cockpit.tmux.setup import BoundedServer

__all__ = ["KEEPER", "ServerProcess", "TmuxServer", "Window", "write_conf"]

KEEPER = "keeper"  # the window that holds the session open while no job runs
OLDEST = (3, 2)
TIMEOUT = 5.0  # seconds for any one tmux process; a healthy one needs 3 ms

_KEEPER_SCRIPT = """trap '' INT QUIT TSTP HUP
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
        server = self._libtmux()
        fresh = not server.has_session(self.session) and self._create(server)
        reply = server.cmd("display-message", "-p", "#{pid}", target=f"={self.session}:")
        if reply.returncode or not reply.stdout:
            raise Unavailable(
                f"tmux on {self.host.name} did not start: {' '.join(reply.stderr) or 'no answer'}"
            )
        return ServerProcess(int(reply.stdout[0]), version, fresh)

    def _create(self, server: BoundedServer) -> bool:
        columns, lines = SIZE
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
            self._version = self._read_version()
        return self._version

    def _read_version(self) -> str:
        where = "" if self.host.local else f" in {self.host.name}"
        missing = Unavailable(f"tmux is not installed{where}: install tmux 3.2 or newer: apt install tmux")
        if self.host.local and shutil.which(self._command) is None:
            raise missing
        try:
            argv = [*self.host.prefix, self._command, "-V"]
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"tmux -V did not answer in {self.timeout:g} s{where}") from None
        except OSError as error:
            raise missing from error
        return _checked_version(done.stdout.strip(), where) if done.returncode == 0 else _raise(missing)

    async def open_window(self, name: str, cwd: str, argv: Sequence[str], log: str) -> Window:
        """Run `argv` in a new window called `name`, with everything it prints appended to the file `log`.

        Window and log start in one tmux command sequence: apart, a short job's output was lost. `cwd` and `log` may
        hold only [A-Za-z0-9/_.-]. Raises Unavailable; after a timeout the window may exist or not.
        """
        end = f"={self.session}:{{end}}"
        words = [
            "new-window", "-a", "-d", "-P", "-F", _WINDOW, "-t", end, "-n", safe_name(name), "-c", safe_path(cwd),
            "--", *window_command(argv), ";", "pipe-pane", "-o", "-t", end, f"exec cat >>{safe_path(log)}",
        ]  # fmt: skip
        try:
            reply = await self.run(*words)
        except NotFound:
            await asyncio.to_thread(self.ensure)
            reply = await self.run(*words)
        window_id, pane_id, pid, server_pid = reply.split()
        return Window(window_id, pane_id, int(pid), int(server_pid), name)

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

        The viewer gets a session of their own with that one window in it: so two viewers don't drag each other
        around, closing the window ends the session, and so does detaching. Fails at once when it is closed already.
        (A session grouped with ours has all windows: whose own closes is dropped into somebody else's.)
        """
        view = f"view-{os.getpid()}-{os.urandom(3).hex()}"
        mine, window = f"={view}:", tmux_id(window_id)
        commands = (
            ("has-session", "-t", f"={self.session}:{window}"),
            ("new-session", "-d", "-s", view, "-n", KEEPER, "--", "/bin/sh", "-c", "exec sleep 60"),
            ("link-window", "-k", "-s", f"={self.session}:{window}", "-t", f"{mine}{KEEPER}"),
            ("set-option", "-t", mine, "status", "on"),
            ("attach-session", "-t", mine),
            ("set-option", "-t", mine, "destroy-unattached", "on"),
        )
        words = [word for command in commands for word in (*command, ";")]
        return [*self.base, *words[:-1]]

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
        seconds = self.timeout if timeout is None else timeout
        source = asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *self.base, *words, env=self.environment, stdin=source,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            self.version()  # says what is missing, if tmux is
            raise Unavailable(f"tmux can't be started: {error.strerror}") from error
        try:
            output, errors = await asyncio.wait_for(process.communicate(stdin), seconds)
        except TimeoutError:
            raise Unavailable(
                f"tmux does not answer (no reply to {words[0]} in {seconds:g} s)"
            ) from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
        if process.returncode:
            raise refusal(errors.decode(errors="replace").strip())
        return output.decode(errors="replace")

    def _libtmux(self) -> BoundedServer:
        from cockpit.tmux.setup import (
            BoundedServer,  # libtmux costs 80 ms: only who sets up or takes down pays
        )

        return BoundedServer(self.base, self.environment, self.timeout)


def refusal(line: str) -> CockpitError:
    """tmux's own line as an error: NotFound for what is not there, CockpitError for any other no."""
    return NotFound(f"tmux: {line}") if _MISSING.search(line) else CockpitError(f"tmux: {line or 'failed'}")


def _raise(error: Exception) -> str:
    raise error


def _older(window: Window, than: Window | None) -> bool:
    return than is None or int(window.pane_id[1:]) < int(than.pane_id[1:])


def _checked_version(line: str, where: str) -> str:
    """`tmux 3.3a` -> `3.3a`; `next-3.6` counts as 3.6, `master` and other names as new enough."""
    version = line.removeprefix("tmux ").strip()
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers and not version.startswith("openbsd") and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise Unavailable(f"tmux {version}{where} is too old: install tmux 3.2 or newer: apt install tmux")
    return version
