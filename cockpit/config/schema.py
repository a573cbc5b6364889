"""From what was read to `Settings`, and from pydantic's errors to lines that a person can act on.

The only module of the configuration that imports pydantic. The document is validated as JSON in strict mode: a list
may become a tuple and a table a dataclass, but "3" is no number and 1 no boolean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .checks import check_and_finish
from .explain import explain
from .inputs import variables
from .lines import KeyPath
from .mistakes import Mistake, config_error, spell
from .places import Places
from .settings import Settings
from .sources import Source, Table, blame, merged, read_sources, variable_source

_adapter: TypeAdapter[Settings] | None = None


def read_settings(places: Places, environ: Mapping[str, str]) -> Settings:
    """Read, merge, validate. Raises ConfigError with every mistake there is."""
    return settings_from(places, environ, None)


def settings_from(places: Places, environ: Mapping[str, str], text: str | None) -> Settings:
    """As `read_settings`, with `text` in place of what the configuration file has."""
    sources, mistakes = read_sources(places, text)
    settings, more = _validate([*sources, *_from_variables(sources, environ, mistakes)], places.config_folder)
    mistakes += more
    if settings is None or mistakes:
        raise config_error(mistakes)
    return settings


def _from_variables(
    sources: list[Source], environ: Mapping[str, str], mistakes: list[Mistake]
) -> list[Source]:
    found = []
    base = _over_defaults(merged(sources))
    for name, text in variables(environ).items():
        source = variable_source(name, text, base)
        if isinstance(source, Mistake):
            mistakes.append(source)
        else:
            found.append(source)
    return found


def _over_defaults(document: Table) -> Table:
    """`document` with the sections that it doesn't have, so that a variable's name finds them."""
    return dict.fromkeys(Settings.__dataclass_fields__, None) | document


def _validate(sources: list[Source], folder: str) -> tuple[Settings | None, list[Mistake]]:
    if not sources:
        return check_and_finish(
            Settings(), folder, lambda path, problem: Mistake("", 0, spell(path), problem)
        )
    document, found = _with_names(merged(sources))
    document = _without_oddities(document, (), found)
    settings = None
    try:
        settings = _parse(document, sources)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            path, problem = explain(item)
            found.setdefault(path, problem)
    mistakes = [_tell(sources, path, problem) for path, problem in found.items()]
    if settings is None:
        return None, mistakes
    settings, more = check_and_finish(settings, folder, lambda path, problem: _tell(sources, path, problem))
    return settings, mistakes + more


def _parse(document: Table, sources: list[Source]) -> Settings:
    """Validate; a variable's value that looked like a number where text is wanted is text after all."""
    global _adapter
    _adapter = _adapter or TypeAdapter(Settings)
    try:
        return _adapter.validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        again = False
        for item in error.errors(include_url=False):
            text = blame(sources, item["loc"]).text
            if item["type"] == "string_type" and text is not None and _put(document, item["loc"], text):
                again = True
        if not again:
            raise
    return _adapter.validate_json(json.dumps(document), strict=True)


def _put(document: Any, path: KeyPath, text: str) -> bool:
    for part in path[:-1]:
        document = document[part]
    if isinstance(document, dict):
        document[path[-1]] = text
    return isinstance(document, dict)


def _tell(sources: list[Source], path: KeyPath, problem: str) -> Mistake:
    source = blame(sources, path)
    return Mistake(source.label, source.line(path), spell(path), problem)


def _with_names(document: Table) -> tuple[Table, dict[KeyPath, str]]:
    """Projects and agents know their own names: those of their sections."""
    found: dict[KeyPath, str] = {}
    document = dict(document)
    for section in ("projects", "agents"):
        tables = document.get(section)
        if isinstance(tables, dict):
            document[section] = {name: _named(section, name, table, found) for name, table in tables.items()}
    return document, found


def _named(section: str, name: str, table: Any, found: dict[KeyPath, str]) -> Any:
    if not isinstance(table, dict):
        return table
    if "name" in table:
        found[section, name, "name"] = f"unknown key 'name'; the name is the section's, '{name}'"
    return table | {"name": name}


def _without_oddities(value: Any, path: KeyPath, found: dict[KeyPath, str]) -> Any:
    """TOML has dates and infinite numbers, no setting has; they are told here and become null."""
    if isinstance(value, dict):
        return {key: _without_oddities(item, (*path, key), found) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_oddities(item, (*path, index), found) for index, item in enumerate(value)]
    if isinstance(value, (date, datetime, time)):
        found[path] = f'is a date or time, which no setting takes; write "{value}" if text is meant'
        return None
    if isinstance(value, float) and not isfinite(value):
        found[path] = "must be a finite number"
        return None
    return value
