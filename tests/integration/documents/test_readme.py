"""README's five things, typed as they stand there into a shell of a person who has two repositories and an agent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.integration.documents.pages import ROOT, blocks

pytestmark = [pytest.mark.tmux, pytest.mark.git, pytest.mark.slow]

_NEEDS_A_TERMINAL = ("cockpit", "cockpit jobs --watch", 'cockpit attach "$id"')
_AGENT = """#!/bin/sh
for prompt; do :; done
echo "working on: $prompt"
cockpit progress 100 done
"""


@pytest.fixture
def environ(home: Home, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A person with ~/src/web and ~/src/api, `cockpit` on PATH, and a stand-in for Claude Code."""
    person, programs = tmp_path / "person", tmp_path / "bin"
    for name in ("web", "api"):
        folder = person / "src" / name
        folder.mkdir(parents=True)
        git = ["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.invalid"]
        subprocess.run([*git, "init", "--quiet"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Start"], check=True)
    programs.mkdir()
    write_program(programs / "cockpit", f'#!/bin/sh\nexec "{sys.executable}" -P -m cockpit "$@"\n')
    write_program(programs / "claude", _AGENT)
    variables = {**os.environ, "HOME": str(person), "PATH": f"{programs}:{os.environ['PATH']}"}
    yield variables
    subprocess.run(["cockpit", "daemon", "stop"], env=variables, check=False, capture_output=True)


def write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def five_things() -> list[str]:
    """The blocks of README's section, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("## Five things people do")[1].split("\n## ")[0]
    found = [block for block in blocks(ROOT / "README.md", "sh") if block in section]
    assert len(found) == 5
    return found


def test_the_five_things_work_as_printed(environ: dict[str, str], tmp_path: Path) -> None:
    lines = [line for block in five_things() for line in block.splitlines() if line not in _NEEDS_A_TERMINAL]
    # README has the cockpit open here
    lines.insert(lines.index("cockpit doctor") + 1, "cockpit daemon start")
    script = "\n".join(["set -eu -o pipefail", *lines])
    done = subprocess.run(
        ["bash", "-x", "-c", script],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "working on: Fix the login button" in done.stdout

    rest = subprocess.run(
        ["cockpit", "daemon", "run", "--until-idle"], env=environ, capture_output=True, text=True, check=False,
        timeout=200,
    )  # fmt: skip
    assert rest.returncode == 0, rest.stdout + rest.stderr
    jobs = subprocess.run(["cockpit", "jobs"], env=environ, capture_output=True, text=True, check=True).stdout
    assert "4 jobs: 4 completed; slots 0/4" in jobs
