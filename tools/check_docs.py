"""Do the documents still fit the tree? Links, anchors and make targets that they name must be there, and the pages
that are made from code must be in step with it.

Prints one line per mistake, `file:line: what is wrong`, and ends with 1 when there is any. Text inside code blocks is
only looked at for make targets: a link there is an example.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

GENERATORS = ("config_reference.py", "keys_reference.py")
"""Scripts of this folder that make a page, and with `--check` exit 1 when it is stale; add new ones here."""

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_MAKE = re.compile(r"(?:^|`|\$ )make ([a-z][\w-]*)")
_TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
_HEADING = re.compile(r"^#+\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


def documents(root: Path) -> list[Path]:
    """The Markdown files at the top and below docs/."""
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")])


def mistakes(root: Path) -> Iterator[str]:
    """One line per mistake in the documents of the tree at `root`."""
    makefile = root / "Makefile"
    targets = set(_TARGET.findall(makefile.read_text(encoding="utf-8"))) if makefile.exists() else set()
    for document in documents(root):
        for number, line, is_code in _lines(document):
            where = f"{document.relative_to(root)}:{number}"
            wrong = [f"there is no `make {name}`" for name in _MAKE.findall(line) if name not in targets]
            if not is_code:
                wrong += filter(None, (_wrong_link(document, link) for link in _LINK.findall(line)))
            yield from (f"{where}: {what}" for what in wrong)


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as the code hosts make them."""
    found: set[str] = set()
    for _, line, is_code in _lines(document):
        heading = None if is_code else _HEADING.match(line)
        if heading:
            slug = re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-")
            count = 0
            unique = slug
            while unique in found:
                count += 1
                unique = f"{slug}-{count}"
            found.add(unique)
    return found


def _wrong_link(document: Path, link: str) -> str | None:
    if re.match(r"[a-z][a-z+.-]*:", link):
        return None
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists():
        return f"the link {link} leads nowhere"
    if anchor and target.suffix == ".md" and anchor not in anchors(target):
        return f"the link {link} names a heading that is not there"
    return None


def _lines(document: Path) -> Iterator[tuple[int, str, bool]]:
    """Number, text and "inside a code block?" of each line."""
    fenced = False
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        if _FENCE.match(line):
            fenced = not fenced
        yield number, line, fenced


def stale(tools: Path) -> bool:
    """Is any generated page out of step? Each generator says so itself, on stderr."""
    checks = [[sys.executable, str(tools / name), "--check"] for name in GENERATORS]
    return max(subprocess.run(check, check=False).returncode for check in checks) > 0


def main() -> int:
    """Check the tree that this script belongs to; the exit code."""
    root = Path(__file__).resolve().parents[1]
    found = list(mistakes(root))
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(documents(root))} documents, {len(found)} mistakes")
    return 1 if stale(root / "tools") or found else 0


if __name__ == "__main__":
    sys.exit(main())
