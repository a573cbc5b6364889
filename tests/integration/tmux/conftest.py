"""Real tmux servers, each on a socket of its own in a short folder under /tmp (a socket path has 107 bytes)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from cockpit.base.errors import CockpitError
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer, write_conf


@pytest.fixture
def folder() -> Iterator[str]:
    """A short, private folder."""
    path = tempfile.mkdtemp(prefix="ck", dir="/tmp")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def server(folder: str) -> Iterator[TmuxServer]:
    """A tmux server that nobody has started yet."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    conf = os.path.join(folder, "conf")
    write_conf(conf)
    tmux = TmuxServer(os.path.join(folder, "s"), conf)
    yield tmux
    with contextlib.suppress(CockpitError):
        tmux.kill()


@pytest.fixture
def stopped(server: TmuxServer) -> Iterator[Callable[[], int]]:
    """Call it to SIGSTOP the server; it goes on at the latest when the test ends. Returns the server's pid."""
    pids: list[int] = []

    def stop() -> int:
        pid = server.ensure().pid
        pids.append(pid)
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: _stat(pid) == "T", "the server to stop")
        return pid

    yield stop
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _stat(pid: int) -> str:
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0]


def wait_until(seen: Callable[[], bool], what: str, timeout: float = 10.0) -> None:
    """Look until it is so; fail saying what was missing."""
    end = time.monotonic() + timeout
    while not seen():
        if time.monotonic() > end:
            pytest.fail(f"waited {timeout:g} s for {what}")
        time.sleep(0.005)


@pytest.fixture
async def client(server: TmuxServer) -> AsyncIterator[TmuxClient]:
    """A live connection with short timeouts."""
    async with TmuxClient(server, timeout=1.0, ping_every=0.3) as live:
        assert live.degraded is None
        yield live


Opener = Callable[..., Awaitable[PaneController]]


@pytest.fixture
def open_pane(client: TmuxClient, server: TmuxServer, folder: str) -> Opener:
    """`await open_pane(*argv, ready=PATTERN)`: a pane that runs `argv` and shows `ready`."""

    async def opened(*argv: str, ready: str) -> PaneController:
        window = await server.open_window("job", folder, argv, f"{folder}/log")
        pane = PaneController(client, window.pane_id, server_pid=window.server_pid)
        result = await pane.wait_for_prompt(ready, timeout=10)
        assert result.seen, result
        return pane

    return opened


@pytest.fixture
async def shell(open_pane: Opener) -> PaneController:
    """A bash at its prompt, without anybody's settings."""
    return await open_pane("env", "PS1=$ ", "bash", "--norc", "--noprofile", ready=r"^\$")


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool], str], Awaitable[None]]:
    """`await eventually(seen, what)`: look until it is so, letting the event loop run; fail saying what was missing."""

    async def until(seen: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 10
        while not seen():
            assert time.monotonic() < end, f"waited for {what}"
            await asyncio.sleep(0.005)

    return until
