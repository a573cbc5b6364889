"""What the configuration is made of: packaged profiles, the user's profiles, the file, the environment; weakest first.

Each source remembers its own text's lines, so that a mistake found in the merged whole is told where it was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .inputs import PACKAGED_PROFILES, profiles_in
from .lines import KeyPath, key_lines
from .mistakes import Mistake
from .places import Places

Table = dict[str, Any]

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One file's or one variable's contribution: `data` is a document from the root, `lines` its keys' lines."""

    label: str
    data: Table
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    text: str | None = None
    """A variable's value as given: what it means where text is wanted."""

    def line(self, path: KeyPath) -> int:
        """Line of `path` or of the nearest thing around it; 0 for a variable."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0 if self.text is not None else 1)


def read_sources(places: Places, text: str | None = None) -> tuple[list[Source], list[Mistake]]:
    """All sources but the variables, weakest first, and what could not be read in them.

    `text` stands for the configuration file's where it is given.
    """
    sources: list[Source] = []
    mistakes: list[Mistake] = []
    profiles = [*profiles_in(PACKAGED_PROFILES), *profiles_in(places.profiles)]
    wanted: list[tuple[str, KeyPath]] = [(path, ("agents", name)) for name, path in profiles]
    for path, root in [*wanted, (places.config_file, ())]:
        given = text if path == places.config_file else None
        found = read_file(path, root) if given is None else parse(path, given, root)
        if isinstance(found, Source):
            sources.append(found)
        elif found is not None:
            mistakes.append(found)
    return sources, mistakes


def read_file(path: str, root: KeyPath) -> Source | Mistake | None:
    """The source that the file at `path` is, hung up at `root`; None where there is no file."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Mistake(path, 1, "", f"can't be read: {error.strerror}")
    try:
        return parse(path, data.decode("utf-8-sig"), root)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Mistake(path, line, "", f"is not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8")


def parse(label: str, text: str, root: KeyPath = ()) -> Source | Mistake:
    """The source that `text` is, hung up at `root`; a Mistake where it is no TOML."""
    import tomllib

    try:
        data = tomllib.loads(text)
        lines = key_lines(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_mistake(label, text, str(error))
    except RecursionError:
        return Mistake(label, 1, "", "is nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return Mistake(label, 1, "", f"is not valid TOML: {error}")
    for part in reversed(root):
        data = {str(part): data}
    return Source(label, data, {root + path: line for path, line in lines.items()})


def variable_source(name: str, text: str, base: Table) -> Source | Mistake:
    """The document that variable `name` stands for. Names are matched with those of `base` whatever their case."""
    path: KeyPath = ()
    here: Any = base
    for part in name.removeprefix("COCKPIT_").split("__"):
        key = _known_name(part, here, keep_case=bool(path) and path[-1] == "env")
        path += (key,)
        here = here.get(key) if isinstance(here, dict) else None
    if "" in path:
        return Mistake(f"environment variable {name}", 0, "", "names no key; write COCKPIT_SECTION__KEY")
    data: Any = _toml_value(text)
    for step in reversed(path):
        data = {str(step): data}
    return Source(f"environment variable {name}", data, text=text)


def merged(sources: list[Source]) -> Table:
    """One document; what comes later wins, tables are joined, everything else is replaced."""
    whole: Table = {}
    for source in sources:
        whole = _over(whole, source.data)
    return whole


def blame(sources: list[Source], path: KeyPath) -> Source:
    """The strongest source that says something at `path`, or at the longest part of it that anyone says."""
    for length in range(len(path), -1, -1):
        for source in reversed(sources):
            if _has(source.data, path[:length]):
                return source
    return sources[-1]


def _syntax_mistake(label: str, text: str, message: str) -> Mistake:
    where = _WHERE.search(message)
    known = where is not None and where[1] is not None
    line, column = (int(where[1]), int(where[2])) if where and known else (max(1, len(text.splitlines())), 0)
    said = message[: where.start()] if where else message
    at = f" at column {column}" if column else " at the end of the file"
    return Mistake(label, line, "", f"is not valid TOML{at}: {said[:1].lower()}{said[1:]}")


def _known_name(part: str, here: Any, *, keep_case: bool) -> str:
    folded = part.lower().replace("-", "_")
    for name in here if isinstance(here, dict) else ():
        if name == part or name.lower().replace("-", "_") == folded:
            return str(name)
    return part if keep_case else part.lower()


def _toml_value(text: str) -> Any:
    """A variable's value: read as TOML where it is one, else the text itself."""
    import tomllib

    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if list(found) == ["value"] else text


def _over(weak: Any, strong: Any) -> Any:
    if not (isinstance(weak, dict) and isinstance(strong, dict)):
        return strong
    return weak | {key: _over(weak[key], value) if key in weak else value for key, value in strong.items()}


def _has(data: Any, path: KeyPath) -> bool:
    for part in path:
        inside = (
            part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        )
        if not inside:
            return False
        data = data[part]
    return True
