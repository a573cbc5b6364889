"""Changes to the configuration file that keep the person's comments and layout.

A change is made on the text, the new text is validated as a whole, and only then takes the file's place: a mistake
leaves the file as it was.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cockpit.base.errors import ConfigError, Conflict, NotFound, Unavailable, UsageError
from cockpit.base.files import write_atomic

from .mistakes import config_error, nearest
from .places import Places

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

    from cockpit.domain.project import Project

    from .settings import Settings


def add_project(
    places: Places,
    environ: Mapping[str, str],
    name: str,
    path: str,
    *,
    user: str = "",
    agent: str = "",
    dry_run: bool = False,
) -> Project:
    """Write a section `[projects.NAME]`; the file is made where there is none. Returns the project as it will be.

    `path` is taken from the caller's current folder. Raises Conflict when the name is taken, UsageError for one that
    is not allowed or a path that is no folder, ConfigError when the file would not be valid.
    """
    _check_names(project=name, user=user or name)
    folder = os.path.abspath(os.path.expanduser(path))
    if not os.path.isdir(folder):
        raise UsageError(f"{folder} is no folder; make it first or give another path")
    document, mode = _open(places)
    if name in _projects(document):
        raise Conflict(f"project '{name}' is there already; remove it first: cockpit projects remove {name}")
    given = {"path": folder, "user": user, "agent": agent}
    _put_section(document, name, {key: value for key, value in given.items() if value})
    return _replace(places, environ, document, mode, dry_run=dry_run).projects[name]


def _check_names(**names: str) -> None:
    """Raise UsageError before a line is blamed that nobody has written."""
    from .checks import name_problem

    for what, name in names.items():
        if problem := name_problem(name):
            raise UsageError(f"{what} {name!r} won't do: {problem}")


def remove_project(places: Places, environ: Mapping[str, str], name: str, *, dry_run: bool = False) -> None:
    """Take the section `[projects.NAME]` out of the file; the project's folder is not touched.

    Raises NotFound when the file has no such section.
    """
    document, mode = _open(places)
    projects = _projects(document)
    if name not in projects:
        known = nearest(name, [str(key) for key in projects])
        raise NotFound(
            f"no project '{name}' in {places.config_file}{known}; cockpit projects list shows them"
        )
    del projects[name]
    _replace(places, environ, document, mode, dry_run=dry_run)


def set_value(places: Places, environ: Mapping[str, str], section: str, key: str, value: str | bool) -> None:
    """Write `key` of `[section]`; the section and the file are made where there are none.

    Raises ConfigError when the file would not be valid, Unavailable when it can't be written.
    """
    import tomlkit

    document, mode = _open(places)
    table = document.get(section)
    if table is None:
        table = tomlkit.table()
        document.add(section, table)
    if not isinstance(table, dict):
        raise ConfigError(f"'{section}' is not a table; write [{section}] ({type(table).__name__} found)")
    table[key] = value
    _replace(places, environ, document, mode, dry_run=False)


def _open(places: Places) -> tuple[TOMLDocument, int]:
    """The file's document and mode. Raises ConfigError where it is no TOML, with the line."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from .sources import Source, read_file

    found = read_file(places.config_file, ())
    if found is not None and not isinstance(found, Source):
        raise config_error([found])
    if found is None:
        return tomlkit.document(), 0o600
    with open(places.config_file, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    try:
        return tomlkit.parse(text), os.stat(places.config_file).st_mode & 0o777
    except TOMLKitError as error:  # stricter than tomllib in a few corners
        raise ConfigError(f"{places.config_file}: can't be edited: {error}; edit it by hand") from error


def _projects(document: TOMLDocument) -> Table:
    import tomlkit

    found = document.get("projects")
    if found is None:
        return tomlkit.table(is_super_table=True)
    if not isinstance(found, dict):
        raise ConfigError(f"'projects' is not a table; write [projects.NAME] ({type(found).__name__} found)")
    return found  # type: ignore[return-value]  # tomlkit's tables are dicts of several classes


def _put_section(document: TOMLDocument, name: str, values: dict[str, str]) -> None:
    import tomlkit
    from tomlkit.items import InlineTable

    projects = _projects(document)
    inline = isinstance(projects, InlineTable)  # projects = { web = { ... } }
    table = tomlkit.inline_table() if inline else tomlkit.table()
    table.update(values)
    if "projects" not in document:
        document.add("projects", projects)
    projects[name] = table


def _replace(
    places: Places, environ: Mapping[str, str], document: TOMLDocument, mode: int, *, dry_run: bool
) -> Settings:
    import tomlkit

    from .schema import settings_from

    text = tomlkit.dumps(document)
    settings = settings_from(places, environ, text)
    if dry_run:
        return settings
    target = os.path.realpath(places.config_file)  # a link into a dotfiles repository stays a link
    try:
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        write_atomic(target, text, mode=mode, durable=True)
    except OSError as error:
        raise Unavailable(f"{places.config_file} can't be written: {error.strerror}") from error
    return settings
