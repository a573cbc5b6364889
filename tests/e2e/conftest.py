"""The installed command as a process of its own, over a home of its own."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import Home
from tests.e2e.warm import Warm

CONFIG = """
[scheduler]
slots = 2
grace = "0.2s"
[projects.web]
path = "repos/web"
user = "alice"
[projects.api]
path = "repos/api"
user = "bob"
[projects.carol_project]
path = "repos/api"
[agents.echo]
command = ["sh", "-c", "cat \\"$1\\"", "echo-agent", "{prompt_file}"]
[agents.argument]
command = ["echo", "{prompt}"]
"""
COMMAND = [sys.executable, "-P", "-m", "cockpit"]
_FRESH = {("daemon", "run"), ("daemon", "start"), ("daemon", "restart")}
SECONDS = 60.0  # for any one process; a machine that runs tests is shared


@dataclass(frozen=True)
class Result:
    """What a process left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        assert self.out, self
        return json.loads(self.out)

    def refused(self, code: int, *words: str) -> None:
        """Assert: this exit code, nothing on stdout, one line on stderr with each of `words`, no traceback."""
        assert (self.code, self.out) == (code, ""), self
        assert self.err.startswith("cockpit: "), self
        assert self.err.count("\n") == 1, self
        for word in words:
            assert word in self.err, self


@dataclass
class Cockpit:
    """`cockpit(...)` runs the command to its end; `start(...)` leaves it running (ended by `close`).

    `fresh(...)` is a python started from nothing; `cockpit(...)` is one too where it matters: whoever stays behind
    (a daemon) must hold none of its caller's streams.
    """

    home: Home
    warm: Warm
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def __call__(self, *words: str, stdin: str | bytes = "", **environ: str) -> Result:
        if not words or words[0] in {"demo", "serve"} or words[:2] in _FRESH:
            return self.fresh(*words, stdin=stdin, **environ)
        code, out, err = self.warm.run(
            list(words),
            data=stdin.encode() if isinstance(stdin, str) else stdin,
            env=self._env(environ),
            cwd=self.home.state.parent,
            timeout=SECONDS,
        )
        return Result(code, out.decode(), err.decode())

    def fresh(self, *words: str, stdin: str | bytes = "", **environ: str) -> Result:
        """As `cockpit(...)`, by starting python."""
        done = subprocess.run(
            [*COMMAND, *words],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=self._env(environ),
            cwd=self.home.state.parent,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [*COMMAND, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._env(environ),
            cwd=self.home.state.parent,
        )
        self.running.append(child)
        return child

    def in_terminal(
        self, *words: str, until: str = "", then: bytes = b"", size: tuple[int, int] | None = None
    ) -> tuple[int, str]:
        """Run the command on a terminal; when it shows `until`, type `then`. Returns exit code and all it showed.

        Without `then` it is interrupted then, without `until` left alone. `size` is the terminal's, (lines, columns).
        """
        ours, theirs = pty.openpty()
        if size is not None:
            termios.tcsetwinsize(theirs, size)
        environ = self._env({"TERM": "xterm-256color"})
        with subprocess.Popen(
            [*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environ
        ) as child:
            os.close(theirs)
            seen, typed, deadline = b"", False, time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                if not select.select([ours], [], [], 1.0)[0]:
                    continue
                try:
                    data = os.read(ours, 65536)
                except OSError:  # the other side is closed
                    break
                seen += data
                if until and not typed and until.encode() in seen:
                    os.write(ours, then) if then else child.send_signal(signal.SIGINT)
                    typed = True
            else:
                child.kill()
            code = child.wait(SECONDS)
        os.close(ours)
        return code, seen.decode("utf-8", "replace")

    def enqueue(self, *words: str) -> str:
        """The new job's id."""
        done = self("enqueue", *words)
        assert (done.code, done.err) == (0, ""), done
        return done.out.strip().rpartition(":")[2]

    def job(self, job_id: str) -> dict[str, Any]:
        """The job's own object of `jobs JOB --json`."""
        found: dict[str, Any] = self("jobs", job_id, "--json").json["jobs"][0]
        return found

    def run_all(self) -> Result:
        """Let the scheduler run until nothing is left."""
        return self("daemon", "run", "--until-idle")

    def close(self) -> None:
        """End what still runs: our processes, and a daemon that was left behind."""
        for child in self.running:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            child.communicate()
        if (self.home.state / "cockpit.db").exists():
            pid = json.loads(self("daemon", "status", "--json").out or "{}").get("pid")
            if pid:
                self("daemon", "stop")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _env(self, more: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **self.home.environ, **more}


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    made = Warm()
    yield made
    made.close()


@pytest.fixture
def cockpit(home: Home, warm: Warm) -> Iterator[Cockpit]:
    """Configured with two users' projects."""
    made = make_cockpit(home, warm)
    yield made
    made.close()


def make_cockpit(home: Home, warm: Warm, more: str = "") -> Cockpit:
    """A home, its two projects and its configuration."""
    for name in ("web", "api"):
        (home.config.parent / "repos" / name).mkdir(parents=True)
    home.configure(CONFIG + more)
    return Cockpit(home, warm)
