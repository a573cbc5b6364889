"""Whatever the documents tell people to type is a command that there is, with options that it has."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import pytest

from cockpit.cli.commands import find_command
from cockpit.cli.main import main
from cockpit.cli.parser import Parser
from tests.conftest import Home
from tests.integration.documents.pages import PAGES, ROOT, blocks, commands, in_line

_PLACEHOLDER = re.compile(r"[A-Z]+")


@pytest.fixture
def parse_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are parsed by their real parsers, and not run."""
    real = Parser.parse_args

    def parse(self: Parser, args: Sequence[str] | None = None) -> Namespace:
        parsed = real(self, args)
        parsed.run = lambda _: 0
        return parsed

    monkeypatch.setattr(Parser, "parse_args", parse)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_page_parses(
    page: Path, parse_only: None, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in commands(page):
        if _PLACEHOLDER.fullmatch(words[0]) or (len(words) == 1 and find_command(words[0])):
            continue  # a command that is only named
        assert main(words) == 0, f"{page.name}: cockpit {' '.join(words)}: {capsys.readouterr().err}"


@pytest.mark.parametrize(
    ("line", "code"), [("jobs --wtach", 2), ("lokcs", 2), ("kill", 2), ("daemon halt", 2)]
)
def test_a_command_that_is_not_there_would_be_noticed(
    line: str, code: int, parse_only: None, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == code
    assert capsys.readouterr().err


def test_commands_are_found_in_pipes_and_substitutions() -> None:
    line = 'id=$(cockpit enqueue web "Fix (it)" --priority high); git diff | cockpit logs -f "$id" && echo cockpitless'
    assert list(in_line(line)) == [
        ["enqueue", "web", "Fix (it)", "--priority", "high"],
        ["logs", "-f", "$id"],
    ]


def test_the_pages_name_many_commands() -> None:
    """A reader that finds nothing would let everything pass."""
    named = {words[0] for page in PAGES for words in commands(page)}
    assert named >= {
        "enqueue",
        "jobs",
        "status",
        "logs",
        "attach",
        "kill",
        "retry",
        "edit",
        "hold",
        "resume",
        "clear",
    }
    assert named >= {
        "locks",
        "daemon",
        "projects",
        "config",
        "doctor",
        "demo",
        "migrate",
        "progress",
        "completion",
    }


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "guide.md"], ids=lambda page: page.name)
def test_configurations_of_the_page_are_good(
    page: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in blocks(page, "toml"):
        home.configure(text)
        assert main(["config", "check"]) == 0, capsys.readouterr().err
