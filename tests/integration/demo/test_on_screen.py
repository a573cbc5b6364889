"""`cockpit demo` on a terminal: the cockpit comes up over the fleet; quitting leaves nothing, or what was asked for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home, end_home, run_folder
from tests.terminal import Terminal

pytestmark = [pytest.mark.tmux, pytest.mark.git, pytest.mark.slow]


@pytest.fixture
def terminal(home: Home, tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "t").mkdir()
    opened = Terminal(tmp_path, height=36)
    opened.start([sys.executable, "-P", "-m", "cockpit", "demo"], TMPDIR=str(tmp_path / "t"))
    yield opened
    opened.close()


def quit_and_answer(terminal: Terminal, answer: str) -> str:
    """Quit in the middle of the story; returns the demo's folder."""
    terminal.wait_for(r"slots \d/3")
    terminal.wait_for(r"working .*\d+%")
    terminal.keys("q")
    terminal.wait("Leave the demo?")
    terminal.keys(answer)
    terminal.wait("The demo lies in")
    found = re.search(r"The demo lies in (\S+)\.\s", terminal.text())
    assert found, terminal.screen()
    return found[1]


def test_quitting_it_removes_all_of_it(terminal: Terminal) -> None:
    root = quit_and_answer(terminal, "r")
    terminal.wait("removing its folder")
    assert terminal.ended() == 0
    assert not os.path.exists(root)
    assert not run_folder(Path(root) / "home").exists()
    assert list((terminal.folder / "t").iterdir()) == []


def test_it_can_be_kept_and_come_back_to(terminal: Terminal) -> None:
    root = quit_and_answer(terminal, "k")
    try:
        assert terminal.ended() == 0
        _, _, said = terminal.text().partition("To come back:")
        variables = dict(word.split("=", 1) for word in said.split() if word.startswith("COCKPIT_"))
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cockpit", "agents", "status"],
            env={**os.environ, **variables}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "running" in done.stdout, "its agents run on"
    finally:
        end_home(run_folder(Path(root) / "home"))
        shutil.rmtree(root, ignore_errors=True)
