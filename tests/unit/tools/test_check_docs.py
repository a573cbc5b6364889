"""The documents' check finds dead links, missing headings and unknown make targets, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_docs import anchors, mistakes


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "Makefile").write_text("run: install\n\t@x\ninstall:\n\t@y\n")
    (tmp_path / "docs" / "guide.md").write_text(
        "# Guide\n\n## How it's done, twice\n## How it's done, twice\n"
    )
    return tmp_path


def found(tree: Path, text: str) -> list[str]:
    (tree / "README.md").write_text(text)
    return list(mistakes(tree))


@pytest.mark.parametrize(
    "text",
    [
        "See [the guide](docs/guide.md#how-its-done-twice), [again](docs/guide.md#how-its-done-twice-1).",
        "# Top\n[up](#top) [folder](docs) [elsewhere](https://example.org/x#y) [mail](mailto:a@example.org)",
        "```\n[an example](nowhere.md)\nmake run\n```\n`make install`, or make something of it",
    ],
)
def test_what_is_there_is_no_mistake(tree: Path, text: str) -> None:
    assert found(tree, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n[x](docs/gone.md)", "README.md:2: the link docs/gone.md leads nowhere"),
        (
            "[x](docs/guide.md#gone)",
            "README.md:1: the link docs/guide.md#gone names a heading that is not there",
        ),
        ("```\n# No heading\n```\n[x](#no-heading)", "README.md:4: the link #no-heading names a heading"),
        ("Type `make rum`.", "README.md:1: there is no `make rum`"),
        ("```\nmake rum\n```", "README.md:2: there is no `make rum`"),
    ],
)
def test_what_is_missing_is_told_with_file_and_line(tree: Path, text: str, expected: str) -> None:
    (mistake,) = found(tree, text)
    assert mistake.startswith(expected)


def test_anchors_are_those_of_the_code_hosts(tree: Path) -> None:
    assert anchors(tree / "docs" / "guide.md") == {"guide", "how-its-done-twice", "how-its-done-twice-1"}
