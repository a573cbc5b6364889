"""Every example of docs/api.md is true: run in order against a home of its own."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tests.conftest import Home

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.tmux
def test_the_examples_of_the_api_page_are_true(home: Home) -> None:
    for name in ("web", "api"):
        (home.config.parent / name).mkdir()
    home.configure(PAGE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0])
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.failed == 0
    assert result.attempted > 35
