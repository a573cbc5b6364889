"""The settings described from their own source: reference and sample file are made of this, so neither can drift.

A field's documentation is the text literal below it; Python does not keep it, so the module's source is read.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from cockpit.base.times import format_duration, parse_duration

from .explain import is_duration
from .settings import Between


@dataclass(frozen=True, slots=True)
class Described:
    """One key of a table: `takes` and `default` as words and TOML (`default` empty: none, it must be given)."""

    name: str
    takes: str
    default: str
    says: str


def describe(table: type) -> list[Described]:
    """The keys of a settings dataclass that hold values (not tables), in their order."""
    hints = get_type_hints(table, include_extras=True)
    says = _docs(table)
    found = []
    for field in fields(table):
        hint = hints[field.name]
        if not is_section(hint):
            found.append(Described(field.name, takes(hint), _default(field, hint), says.get(field.name, "")))
    return found


def sections(table: type) -> list[tuple[str, type]]:
    """(name, dataclass) of each plain section of `Settings`."""
    return [
        (name, hint)
        for name, hint in get_type_hints(table).items()
        if isinstance(hint, type) and is_dataclass(hint)
    ]


def summary(table: type) -> str:
    """First line of the table's own documentation."""
    return (table.__doc__ or "").strip().splitlines()[0]


def whole(table: type) -> str:
    """The table's own documentation, its paragraphs unindented."""
    return inspect.cleandoc(table.__doc__ or "")


def is_section(hint: Any) -> bool:
    """Is this a table of its own?"""
    return any(isinstance(one, type) and is_dataclass(one) for one in (hint, *get_args(hint)))


def takes(hint: Any) -> str:
    """What fits, in words: `number 0 to 1`, `list of text`, `"auto" | "off"`."""
    limits = next((one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Between)), None)
    bare = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    if is_duration(hint):
        return "duration above 0" if limits and limits.above else "duration"
    arguments = get_args(bare)
    if arguments and all(isinstance(one, str) for one in arguments):
        return " | ".join(json.dumps(one) for one in arguments)
    if get_origin(bare) is tuple:
        return f"list of {takes(arguments[0])}"
    if get_origin(bare) in (dict, Mapping):
        return "table of text"
    if isinstance(bare, type) and issubclass(bare, Enum):
        return " | ".join(json.dumps(one.value) for one in bare)
    return _WORDS.get(bare, "table") + _range(limits)


def toml(value: Any) -> str:
    """`value` as TOML."""
    if isinstance(value, Enum):
        return toml(value.value)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(toml(item) for item in value)}]"
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


_WORDS: dict[Any, str] = {int: "whole number", float: "number", str: "text", bool: "true or false"}


def _range(limits: Between | None) -> str:
    if limits is None:
        return ""
    if limits.high is None:
        return f" {'above' if limits.above else 'from'} {limits.low:,g}"
    return f" {limits.low:g} to {limits.high:.0f}"


def _default(field: Field[Any], hint: Any) -> str:
    if field.default is not MISSING:
        value = field.default
    elif field.default_factory is not MISSING:
        value = field.default_factory()
    else:
        return ""
    if is_duration(hint) and value and not field.name.endswith("_seconds"):
        written = format_duration(value).replace(" ", "")
        return json.dumps(written) if parse_duration(written) == value else toml(value)
    return toml(value)


def _docs(table: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(table))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(below, ast.Expr)
            and isinstance(field.target, ast.Name)
        ):
            text = ast.literal_eval(below.value)
            found[field.target.id] = " ".join(str(text).split())
    return found
