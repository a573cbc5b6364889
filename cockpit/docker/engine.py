"""The container engine, by its command line: argv lists in, JSON out, every call with a hard timeout.

The command line and not the socket's API: it knows contexts, DOCKER_HOST, rootless sockets and podman, and a call
costs 15-60 ms, which nothing here is in a hurry for (the pane has its own connection). Everything here blocks: call it
off the event loop.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cockpit.base.errors import CockpitError, NotFound, Unavailable

TIMEOUT = 20.0  # seconds for any one call; a healthy engine needs 0.02-0.5
LONG = 1800.0  # seconds for what moves gigabytes: pull and build

_MISSING = re.compile(
    r"no such (container|image|object|volume)|no container with name|image not known", re.IGNORECASE
)
_NO_PERMISSION = re.compile(
    r"permission denied .*(connect|socket|sock)|connect: permission denied", re.IGNORECASE
)
_NO_DAEMON = re.compile(
    r"cannot connect to (the docker daemon|podman)|is the docker daemon running|error during connect|dial unix",
    re.IGNORECASE,
)


class EngineGone(Unavailable):
    """The engine does not answer: not installed, not running, no permission, or too slow."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`command` is a program (name or path); `environment` is what it runs with, our own unless given."""

    command: str = "docker"
    environment: Mapping[str, str] | None = None
    timeout: float = field(default=TIMEOUT, compare=False)

    @property
    def podman(self) -> bool:
        """Is it podman? It wants to be told to keep the caller's uid."""
        return self.command.rpartition("/")[2].startswith("podman")

    def run(self, *words: str, stdin: bytes | None = None, timeout: float | None = None) -> str:
        """What `docker WORDS` printed, bytes that are no UTF-8 kept as surrogates.

        Raises EngineGone (Unavailable), NotFound for a container or an image that is not there, CockpitError with
        the engine's own line for any other no.
        """
        done = self.start(*words, stdin=stdin, timeout=timeout)
        if done.returncode:
            told = done.stderr or done.stdout  # what runc says comes on stdout
            raise self.refusal(told.decode(errors="replace"))
        return done.stdout.decode("utf-8", "surrogateescape")

    def start(
        self, *words: str, stdin: bytes | None = None, timeout: float | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """As `run`, for who wants the exit code. Raises EngineGone where the command itself can't be had."""
        seconds = self.timeout if timeout is None else timeout
        source: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        try:
            return subprocess.run(
                [self.command, *words], capture_output=True, timeout=seconds, check=False, cwd="/",
                env=None if self.environment is None else dict(self.environment), **source,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise EngineGone(
                f"{self.command} does not answer (no reply to '{words[0]}' in {seconds:g} s)"
            ) from None
        except OSError as error:
            raise self.cannot_start(error) from error

    def cannot_start(self, error: OSError) -> EngineGone:
        """The one line for a command that could not be started."""
        if isinstance(error, FileNotFoundError):
            package = "podman" if self.podman else "docker.io"
            return EngineGone(
                f"{self.command} is not installed: apt install {package}, or set docker.command"
            )
        return EngineGone(f"{self.command} can't be started: {error.strerror}")

    def refusal(self, errors: str) -> CockpitError:
        """What the engine wrote on stderr, as an error of one line that says what to do."""
        line = _last_line(errors)
        if _NO_PERMISSION.search(errors):
            return EngineGone(
                f"no permission on {self.command}'s socket: sudo usermod -aG docker $USER, then log in again"
            )
        if _NO_DAEMON.search(errors):
            how = "start it (sudo systemctl start docker) or set DOCKER_HOST"
            return EngineGone(f"the {self.command} daemon does not run: {how}")
        if _MISSING.search(errors):
            return NotFound(f"{self.command}: {line}")
        return CockpitError(f"{self.command}: {line or 'failed'}")

    def inspect(self, kind: str, *names: str) -> list[dict[str, Any]]:
        """`docker KIND inspect` of `names` (kind: container, image, volume). Raises NotFound, and as `run`."""
        if not names:
            return []
        found: list[dict[str, Any]] = json.loads(self.run(kind, "inspect", *names))
        return found

    def version(self) -> str:
        """The engine's (server's) version. Raises EngineGone."""
        return self.run("version", "--format", "{{.Server.Version}}").strip()


def exec_argv(
    command: str, name: str, user: str, *, terminal: bool = False, variables: Sequence[str] = ()
) -> tuple[str, ...]:
    """The argv prefix that runs a program in container `name` as `user` (`uid:gid`); `variables` are `NAME=value`.

    A UTF-8 locale comes along: without one tmux draws `_` for every character that is not ASCII.
    """
    how = "-it" if terminal else "-i"
    extra = [word for variable in variables for word in ("-e", variable)]
    return (command, "exec", how, "-e", "LC_ALL=C.UTF-8", *extra, "--user", user, name)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("See '", "Run '", "DEPRECATED", "Usage:"))]
    return telling[-1] if telling else ""
