"""Prompt templates: `templates/*.md` beside the configuration. The first line is the title, the rest the prompt.

`{project}`, `{user}`, `{agent}` and `{date}` are filled in where they are known; every other `{word}` stays as it is,
to be typed over. A file that can't be used is told with its reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from cockpit.base.records import dataclass

_LARGEST = 256 * 1024
_MOST = 1000
_PLACE = re.compile(r"\{([a-z][a-z0-9_ -]{0,40})\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One usable file."""

    name: str
    title: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Templates:
    """What a folder holds: usable ones by title, and a line for each file that is not."""

    usable: tuple[Template, ...] = ()
    problems: tuple[str, ...] = ()


def read_templates(folder: str) -> Templates:
    """Read all of them; a folder that is not there has none. Touches the disk: not for the event loop."""
    try:
        names = sorted(
            name for name in os.listdir(folder) if name.endswith(".md") and not name.startswith(".")
        )
    except FileNotFoundError:
        return Templates()
    except OSError as error:
        return Templates(problems=(f"{folder} can't be read: {error.strerror}",))
    usable, problems = [], []
    for name in names[:_MOST]:
        found = _read(os.path.join(folder, name), name)
        if isinstance(found, Template):
            usable.append(found)
        else:
            problems.append(f"{name}: {found}")
    if len(names) > _MOST:
        problems.append(f"only the first {_MOST:,} of {len(names):,} files were read")
    return Templates(tuple(sorted(usable, key=lambda each: each.title.casefold())), tuple(problems))


def _read(path: str, name: str) -> Template | str:
    """The template, or why it is none."""
    try:
        if not os.path.isfile(path):
            return "is no file"
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        return f"can't be read: {error.strerror}"
    if len(data) > _LARGEST:
        return f"is larger than {_LARGEST // 1024} KB"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return f"line {line} is not UTF-8"
    return parse_template(name.removesuffix(".md"), text)


def parse_template(name: str, text: str) -> Template | str:
    """From a file's text; a line that says what is wrong otherwise."""
    if "\0" in text:
        return "holds a NUL character"
    first, _, rest = text.lstrip().partition("\n")
    title = " ".join("".join(char if char.isprintable() else " " for char in first.lstrip("# ")).split())
    if not title:
        return "is empty; the first line is the title, the rest the prompt"
    prompt = rest.strip("\r\n").rstrip().replace("\r\n", "\n")
    return Template(name, title[:200], prompt) if prompt else "has a title, but no prompt below it"


def fill(prompt: str, values: Mapping[str, str]) -> str:
    """The prompt with the placeholders that have a value; in one pass, so that no value is filled in again."""
    return _PLACE.sub(lambda found: values.get(found[1]) or found[0], prompt)


def first_place(prompt: str) -> tuple[int, int] | None:
    """Start and end of the first placeholder that is left; None where there is none."""
    found = _PLACE.search(prompt)
    return None if found is None else found.span()
