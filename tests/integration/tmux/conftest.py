"""Real tmux servers, each on a socket of its own in a short folder under /tmp (a socket path has 107 bytes)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator

import pytest

from cockpit.base.errors import CockpitError
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
