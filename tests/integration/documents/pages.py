"""Reads the documents: blocks of code, and every `cockpit ...` that they tell people to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(cockpit [^`]+)`")
_OPTIONAL = str.maketrans("[]", "  ")


def blocks(page: Path, language: str) -> list[str]:
    """The text of every block of code in this language."""
    return [text for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands(page: Path) -> Iterator[list[str]]:
    """The words of every cockpit command on the page, `cockpit` itself left out."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    lines += [" ".join(found.translate(_OPTIONAL).split()) for found in _INLINE.findall(_BLOCK.sub("", text))]
    for line in lines:
        yield from in_line(line)


def in_line(line: str) -> Iterator[list[str]]:
    """The cockpit commands of a line of shell, those in pipes and $( ) too."""
    tokens = shlex.shlex(line, posix=True, punctuation_chars="();|&")
    tokens.commenters = ""
    words: list[str] | None = None
    for token in [*tokens, ";"]:
        if set(token) <= set("();|&"):
            if words:
                yield words
            words = None
        elif words is not None:
            words.append(token)
        elif token == "cockpit":
            words = []
