"""A desk with real tmux, real repositories and a scheduler: see tests/desk.py."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.desk import Desk


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with one commit, to be copied."""
    path = tmp_path_factory.mktemp("template") / "repository"
    path.mkdir()
    (path / "README.md").write_text("a project\n", encoding="utf-8")
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *words], cwd=path, check=True)
    return path


@pytest.fixture
def desk(home: Home, tmp_path: Path, repository: Path) -> Iterator[Desk]:
    """A desk of its own; every process of it is ended afterwards."""
    made = Desk(home, tmp_path, repository)
    yield made
    made.close()
