"""Commands as processes of their own without starting python for each: forked by one that has imported cockpit already.

Starting python and importing is nine tenths of what a command costs, and a test of what a command says runs ten of
them. Here each is still a process (its own environment, folder, streams, exit code, and an end like any other's), it
just begins where the imports are done. That a command starts from nothing is tested for each of them by its --help.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

_NOT = (
    "cockpit.tui",
    "cockpit.web",
    "cockpit.demo",
    "cockpit.cli.screen",
    "cockpit.cli.serve",
    "cockpit.__main__",
)
_MORE = 65536


class Warm:
    """One forking process. Use one at a time."""

    def __init__(self) -> None:
        self._ours, self._process = _start()

    def run(
        self, words: list[str], *, data: bytes, env: dict[str, str], cwd: Path, timeout: float
    ) -> tuple[int, bytes, bytes]:
        """One command to its end: exit code, stdout, stderr."""
        streams = [os.memfd_create(name) for name in ("in", "out", "err")]
        try:
            os.write(streams[0], data) if data else None
            os.lseek(streams[0], 0, os.SEEK_SET)
            wanted = {"words": words, "env": env, "cwd": str(cwd)}
            socket.send_fds(self._ours, [json.dumps(wanted).encode() + b"\n"], streams)
            self._ours.settimeout(timeout)
            try:
                code = int(self._ours.recv(32))
            except TimeoutError:  # the next command shall not get this one's answer
                self.close()
                self._ours, self._process = _start()
                raise
            return code, *(os.pread(each, os.fstat(each).st_size, 0) for each in streams[1:])  # type: ignore[return-value]
        finally:
            for each in streams:
                os.close(each)

    def close(self) -> None:
        """End it, and what it runs."""
        self._ours.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


def _start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    top = Path(__file__).parents[2]
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _SCRIPT.format(top=str(top)), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return ours, process


_SCRIPT = "import sys; sys.path.insert(0, {top!r}); from tests.e2e.warm import serve; serve(int(sys.argv[1]))"


def serve(number: int) -> None:
    """The forking process: one command after the other until the other side is closed."""
    with socket.socket(fileno=number) as asked:
        _import_all()
        gc.freeze()
        while (request := _receive(asked)) is not None:
            wanted, streams = request
            child = os.fork()
            if child == 0:
                asked.close()
                _end(_be(wanted, streams))
            for each in streams:
                os.close(each)
            asked.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _import_all() -> None:
    import cockpit

    for module in pkgutil.walk_packages(cockpit.__path__, "cockpit."):
        if not module.name.startswith(_NOT):
            importlib.import_module(module.name)


def _receive(asked: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    data, streams = b"", array.array("i")
    while not data.endswith(b"\n"):
        more, fds, _, _ = socket.recv_fds(asked, _MORE, 3)
        if not more:
            return None
        data += more
        streams.extend(fds)
    return json.loads(data), list(streams)


def _end(code: int) -> NoReturn:
    """As python ends, without taking the modules apart: that would copy all the memory that was there at the fork."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the end of every python does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _be(wanted: dict[str, Any], streams: list[int]) -> int:
    from cockpit.cli.main import main

    for stream, number in zip(streams, (0, 1, 2), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(wanted["env"])
    time.tzset()
    os.chdir(wanted["cwd"])
    sys.argv[:] = ["cockpit", *wanted["words"]]
    return main()
