"""Validated settings as JSON beside the state: reading them back needs neither pydantic nor a TOML parser.

The cache is believed only while nothing that it was made from has changed: size, times and inode of every file, the
set of profile files, cockpit's version, and the COCKPIT_*__* variables (as a digest: their values may be secrets).
Any doubt is a miss. JSON with the classes' names in it, so that this works for dataclasses that others own.
"""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from cockpit import __version__
from cockpit.base.errors import CockpitError
from cockpit.base.files import private_dir, write_atomic

from .places import Places, sha256
from .settings import Settings
from .sources import PACKAGED_PROFILES, profiles_in, variables

Key = list[Any]

RACY_NS = 50_000_000
"""A file changed more recently than this is not cached: a second change might leave the same time and size."""

_PACKAGE = os.path.dirname(os.path.dirname(PACKAGED_PROFILES))
_CODE = ("config/settings.py", "domain/project.py", "domain/profile.py")


def key_of(places: Places, environ: Mapping[str, str]) -> Key:
    """What the settings are made from, short and without any value of a variable."""
    files = [places.config_file]
    for folder in (places.profiles, PACKAGED_PROFILES):
        files += [path for _, path in profiles_in(folder)]
    files += [f"{_PACKAGE}/{name}" for name in _CODE]
    given = variables(environ)
    digest = sha256("\0".join(f"{name}={value}" for name, value in given.items())) if given else ""
    return [__version__, environ.get("HOME", ""), digest, [_stamp(path) for path in files]]


def read(places: Places, key: Key) -> Settings | None:
    """The settings that were made from exactly this; None where there are none."""
    try:
        with open(_path(places), encoding="utf-8") as file:
            stored = json.load(file)
        if stored["key"] != key:
            return None
        found = _revive(stored["settings"])
    except Exception:  # noqa: BLE001 - whatever stands in that file, it is only a cache
        return None
    return found if isinstance(found, Settings) else None


def write(places: Places, key: Key, settings: Settings, environ: Mapping[str, str]) -> None:
    """Keep `settings` for the next process; never fails, at worst the next one is slower."""
    if not os.path.isdir(places.home) or _racy(key) or _sets_environment(environ):
        return
    try:
        text = json.dumps({"key": key, "settings": _plain(settings)}, ensure_ascii=False, separators=(",", ":"))
        private_dir(places.cache)
        write_atomic(_path(places), text)
    except (OSError, CockpitError, TypeError):
        return


def _path(places: Places) -> str:
    return f"{places.cache}/settings.json"


def _stamp(path: str) -> list[Any]:
    try:
        found = os.stat(path)
    except OSError:
        return [path, -1, 0, 0, 0]
    return [path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _racy(key: Key) -> bool:
    now = time.time_ns()
    return any(now - max(stamp[2], stamp[3]) < RACY_NS for stamp in key[3])


def _sets_environment(environ: Mapping[str, str]) -> bool:
    """A variable that sets an agent's environment may carry a secret, which must not be written down."""
    return any("__ENV__" in name.upper() or name.upper().endswith("__ENV") for name in variables(environ))


def _plain(value: Any) -> Any:
    """JSON for dataclasses, enums, tuples and dicts, each with what it was."""
    if isinstance(value, Enum):
        return ["e", _name(type(value)), value.value]
    if is_dataclass(value) and not isinstance(value, type):
        return ["d", _name(type(value)), *(_plain(getattr(value, field.name)) for field in fields(value) if field.init)]
    if isinstance(value, (tuple, list)):
        return ["t" if isinstance(value, tuple) else "l", *map(_plain, value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(type(value))


def _revive(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        tag = value[0]
        if tag == "t":
            return tuple([_revive(item) for item in value[1:]])
        if tag == "d":
            return _class(value[1])(*[_revive(item) for item in value[2:]])
        if tag == "e":
            return _class(value[1])(value[2])
        return [_revive(item) for item in value[1:]]
    if kind is dict:
        return {key: _revive(item) for key, item in value.items()}
    return value


_classes: dict[str, Any] = {}


def _class(name: str) -> Any:
    found = _classes.get(name)
    if found is None:
        module, _, attribute = name.partition(":")
        if not module.startswith("cockpit."):
            raise ValueError(name)
        found = _classes[name] = getattr(importlib.import_module(module), attribute)
    return found


def _name(of: type) -> str:
    return f"{of.__module__}:{of.__qualname__}"
