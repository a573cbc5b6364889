"""Set-up and take-down of a tmux server by libtmux, off the event loop.

libtmux waits for ever when the server is wedged, and runs tmux with our own environment. `BoundedServer` is
libtmux's Server with both mended at the one place where its commands start: `cmd`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import libtmux
from libtmux.common import tmux_cmd

from cockpit.base.errors import Unavailable


class _BoundedCommand(tmux_cmd):
    """One tmux process that ends in time; the attributes are tmux_cmd's."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str] | None, timeout: float) -> None:
        self.cmd = list(argv)
        try:
            done = subprocess.run(
                self.cmd, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False,
                env=None if environment is None else dict(environment), cwd="/",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Unavailable(f"tmux does not answer (no reply to {argv[-1]!r} in {timeout:g} s)") from None
        except OSError as error:
            raise Unavailable(f"{argv[0]} can't be started: {error.strerror}") from error
        self.returncode = done.returncode
        self.stdout = done.stdout.decode(errors="replace").splitlines()
        self.stderr = [line for line in done.stderr.decode(errors="replace").splitlines() if line]


class BoundedServer(libtmux.Server):
    """libtmux's Server over any argv prefix, with a hard timeout in seconds and an environment of its own."""

    def __init__(self, base: Sequence[str], environment: Mapping[str, str] | None, timeout: float) -> None:
        super().__init__()
        self._base = list(base)
        self._environment = environment
        self._timeout = timeout

    def cmd(self, cmd: str, *args: Any, target: str | int | None = None) -> tmux_cmd:
        """Run one tmux command. Raises Unavailable when it does not end in time."""
        targeted = [] if target is None else ["-t", str(target)]
        argv = [*self._base, cmd, *targeted, *(str(arg) for arg in args)]
        return _BoundedCommand(argv, self._environment, self._timeout)
