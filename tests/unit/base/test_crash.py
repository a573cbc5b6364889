"""A crash point really kills, at the wanted pass and at no other; the list of names is the true one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import cockpit
from cockpit.base.crash import CRASH_POINTS, crash_point

CODE = """
import atexit
from cockpit.base.crash import crash_point
atexit.register(print, "cleaned up")
for n in range(3):
    print("pass", n + 1, flush=True)
    crash_point("claimed")
"""


def run(at: str | None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ} if at is None else {**os.environ, "COCKPIT_CRASH_AT": at}
    command = [sys.executable, "-c", CODE]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("at", "passes"), [("claimed", 1), ("claimed:1", 1), ("claimed:3", 3)])
def test_the_process_dies_at_the_wanted_pass_without_cleaning_up(at: str, passes: int) -> None:
    result = run(at)
    assert result.returncode == -signal.SIGKILL
    assert result.stdout.splitlines() == [f"pass {n}" for n in range(1, passes + 1)]


@pytest.mark.parametrize("at", [None, "swept", "claimed:4", "claim"])
def test_it_lives_where_another_point_is_wanted_or_none(at: str | None) -> None:
    result = run(at)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "cleaned up"


def test_nothing_happens_without_the_variable() -> None:
    for name in CRASH_POINTS:
        crash_point(name)


def test_every_point_in_the_code_is_listed() -> None:
    called: set[str] = set()
    for file in Path(cockpit.__path__[0]).rglob("*.py"):
        if file.name != "crash.py":
            called.update(re.findall(r"crash_point\(\s*[\"']([^\"']+)", file.read_text(encoding="utf-8")))
    assert called <= set(CRASH_POINTS)
