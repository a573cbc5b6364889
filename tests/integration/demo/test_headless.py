"""`cockpit demo --headless` as a person runs it: real tmux, real git, a process of its own; nothing is left."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home, run_folder

pytestmark = [pytest.mark.tmux, pytest.mark.git, pytest.mark.slow]

COMMAND = [sys.executable, "-P", "-m", "cockpit", "demo", "--headless"]
LINE = re.compile(r"^\d\d:\d\d:\d\d (alice|bob|carol|dave)/\w+ +\d{6}-[0-9a-f]{4,} \w", re.MULTILINE)


@pytest.fixture
def environ(home: Home, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A person with a cockpit, a git identity and a TMPDIR of their own, none of which the demo may touch."""
    home.configure("[scheduler]\nslots = 7\n")
    (tmp_path / "t").mkdir()
    (tmp_path / "gitconfig").write_text(
        "[core]\nhooksPath = /nowhere\n[commit]\ngpgsign = true\n", encoding="utf-8"
    )
    yield {
        **os.environ,
        "TMPDIR": str(tmp_path / "t"),
        "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"),
        "GIT_DIR": "/nowhere",
        "COCKPIT_SCHEDULER__SLOTS": "1",
    }
    assert list(home.state.iterdir()) == [], "the person's home was touched"
    assert home.config.read_text(encoding="utf-8") == "[scheduler]\nslots = 7\n"


def nothing_left(tmp_path: Path, root: str) -> None:
    """No folder, no sockets, no process that was started there."""
    assert list((tmp_path / "t").iterdir()) == []
    assert not run_folder(Path(root) / "home").exists()
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            left += [pid] if os.fsencode(root) in Path(f"/proc/{pid}/environ").read_bytes() else []
            left += [pid] if os.fsencode(root) in Path(f"/proc/{pid}/cmdline").read_bytes() else []
        except OSError:
            continue
    assert left == []


def test_it_tells_what_happens_judges_it_and_leaves_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    """Two demos at a time: one for people, one for programs."""
    with subprocess.Popen(
        [*COMMAND, "--json"], env=environ, stdout=subprocess.PIPE, text=True
    ) as for_programs:
        done = subprocess.run(COMMAND, env=environ, capture_output=True, text=True, check=False, timeout=400)
        document = json.loads(for_programs.communicate(timeout=200)[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith("cockpit demo: 4 users, 5 git repositories, 14 jobs, 3 slots; in ")
    assert len(LINE.findall(done.stdout)) > 45
    assert "started (attempt 2)" in done.stdout
    assert "attempt 1 failed (exit code 1), and will be tried again" in done.stdout
    assert re.search(r"^completed +16$", done.stdout, re.MULTILINE)
    assert "one at a time per user: held (17 attempts of 4 users, never two of one user at once)" in lines
    assert "BROKEN" not in done.stdout
    assert lines[-1] == "cockpit demo: all went as scripted"
    nothing_left(tmp_path, lines[0].split(" in ")[1].split(",")[0])
    assert for_programs.returncode == 0
    assert document["ok"] is True
    assert document["counts"] == {"completed": 16}
    assert all(check["held"] for check in document["checks"])
    assert all(count > 0 for count in document["changed_files"].values())


def test_interrupted_it_says_so_and_leaves_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(COMMAND, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        root = process.stdout.readline().split(" in ")[1].split(",")[0]
        for line in process.stdout:
            if "started" in line:
                break
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 1
    assert "all completed: BROKEN" in rest
    assert rest.endswith("cockpit demo: it did not go as scripted\n")
    nothing_left(tmp_path, root)


def test_without_git_it_says_what_to_do(environ: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND,
        env=environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 5
    assert done.stdout == ""
    assert done.stderr.startswith("cockpit: git is not installed (Debian: apt-get install git)")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_terminal_it_names_the_way_that_needs_none(environ: dict[str, str]) -> None:
    done = subprocess.run(
        COMMAND[:-1],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert (
        done.stderr
        == "cockpit: there is no terminal to show the demo on; 'cockpit demo --headless' needs none\n"
    )
