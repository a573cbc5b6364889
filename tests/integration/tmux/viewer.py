"""A person who is attached to an agent's window."""

from __future__ import annotations

import os
import pty
import subprocess


class Viewer:
    """A person in front of a terminal of their own."""

    def __init__(self, argv: list[str]) -> None:
        self._master, slave = pty.openpty()
        environment = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        os.set_blocking(self._master, False)

    def gone(self) -> bool:
        self._drain()
        return self.process.poll() is not None

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def _drain(self) -> None:
        try:
            while os.read(self._master, 65536):
                pass
        except OSError:
            pass

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)
