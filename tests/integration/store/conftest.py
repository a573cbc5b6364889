"""A store in a file, and other real processes that work on the same file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.store.sqlite import SqliteStore

ROOT = Path(__file__).parents[3]


class Racer:
    """Another process at the same store; it waits at the line until `go`."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.integration.store.racers", *words]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert self.line() == "ready"

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def lines(self) -> list[str]:
        """All that it prints until it ends; it must end well."""
        assert self.process.stdout is not None
        said = self.process.stdout.read().splitlines()
        assert self.process.wait(60) == 0
        return said

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                pass


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "cockpit.db")


@pytest.fixture
def store(database: str) -> Iterator[SqliteStore]:
    opened = SqliteStore(database)
    yield opened
    opened.close()


@pytest.fixture
def racer() -> Iterator[Callable[..., Racer]]:
    """Starts another process; all of them are gone afterwards."""
    started: list[Racer] = []

    def start(*words: str) -> Racer:
        started.append(Racer(*words))
        return started[-1]

    yield start
    for one in started:
        one.end()
