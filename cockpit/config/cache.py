"""Validated settings as JSON beside the state: reading them back needs neither pydantic nor a TOML parser.

The cache is believed only while nothing that it was made from has changed (stamps.py); any doubt is a miss. The JSON
has the classes' names in it, so that this works for dataclasses that others own.

`settings-good.json` is the last valid reading. It stays when the configuration has changed: a typo saved while agents
run must not keep anybody from stopping or answering them.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import CockpitError
from cockpit.base.files import private_dir, write_atomic

from .facts import facts_of, facts_path
from .places import Places
from .settings import Settings
from .stamps import may_be_kept, sets_environment, shape_of

if TYPE_CHECKING:
    from .stamps import Key


def read(places: Places, key: Key) -> Settings | None:
    """The settings that were made from exactly this; None where there are none."""
    try:
        with open(_path(places), encoding="utf-8") as file:
            stored = json.load(file)
        if stored["key"] != key:
            return None
        found = _revive(stored["settings"])
    except Exception:  # whatever stands in that file, it is only a cache
        return None
    return found if isinstance(found, Settings) else None


def write(places: Places, key: Key, settings: Settings, environ: Mapping[str, str]) -> None:
    """Keep `settings` for the next process; never fails, at worst the next one is slower."""
    if not os.path.isdir(places.home) or sets_environment(environ):
        return
    try:
        plain = _plain(settings)
        private_dir(places.cache)
        good = {"shape": shape_of(key), "config": places.config_file, "settings": plain}
        write_atomic(_good(places), json.dumps(good, ensure_ascii=False))
        if may_be_kept(key):
            write_atomic(_path(places), json.dumps({"key": key, "settings": plain}, ensure_ascii=False))
            facts = json.dumps({"key": key, "facts": facts_of(settings)}, ensure_ascii=False)
            write_atomic(facts_path(places), facts)
    except (OSError, CockpitError, TypeError):
        return


def read_last_good(places: Places, key: Key) -> Settings | None:
    """What the last valid reading of this configuration file gave, whatever has changed since; None if unknown."""
    try:
        with open(_good(places), encoding="utf-8") as file:
            stored = json.load(file)
        if stored["shape"] != shape_of(key) or stored["config"] != places.config_file:
            return None
        found = _revive(stored["settings"])
    except Exception:  # as above
        return None
    return found if isinstance(found, Settings) else None


def _path(places: Places) -> str:
    return f"{places.cache}/settings.json"


def _good(places: Places) -> str:
    return f"{places.cache}/settings-good.json"


def _plain(value: Any) -> Any:
    """JSON for dataclasses, enums, tuples and dicts, each with what it was."""
    if isinstance(value, Enum):
        return ["e", _name(type(value)), value.value]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            "d",
            _name(type(value)),
            *(_plain(getattr(value, field.name)) for field in fields(value) if field.init),
        ]
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
