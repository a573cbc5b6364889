"""One of pydantic's errors in words: what is wrong with this key, what is allowed, and which key was probably meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from cockpit.domain.profile import BadPattern, Profile
from cockpit.domain.project import Project

from .lines import KeyPath
from .mistakes import nearest, one_of
from .settings import Settings

_WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text in quotes",
    "tuple_type": "a list, [...]",
    "dataclass_type": "a table",
    "dict_type": "a table",
    "mapping_type": "a table",
}


def explain(item: Mapping[str, Any]) -> tuple[KeyPath, str]:
    """(the key, what is wrong with it) for one entry of `ValidationError.errors()`."""
    path: KeyPath = item["loc"]
    kind: str = item["type"]
    if kind == "unexpected_keyword_argument":
        return path, _unknown(path)
    if kind in ("missing", "missing_argument"):
        return path, "is missing; it has no default"
    if isinstance(cause := item.get("ctx", {}).get("error"), BadPattern):
        return (*path, *cause.at), str(cause)
    teller = _TELLERS.get(kind)
    if teller is not None:
        return path, teller(item)
    if kind in _WANTED:
        return path, f"must be {_wanted(path, kind)}, not {_show(item['input'])}"
    return path, f"{item['msg'][:1].lower()}{item['msg'][1:]}"


def annotation(path: KeyPath) -> Any:
    """The type that belongs at `path` of the document; None where nothing is known."""
    here: Any = Settings
    for part in path:
        here = _step(_bare(here), part)
    return here


def keys_of(annotated: Any) -> list[str]:
    """The keys that a table of this type may have; none for a free one."""
    bare = _bare(annotated)
    if not is_dataclass(bare):
        return []
    return [field.name for field in fields(bare) if not (field.name == "name" and bare in (Project, Profile))]


def is_duration(annotated: Any) -> bool:
    """Does text like "10m" fit too?"""
    return any(getattr(extra, "duration", False) for extra in getattr(annotated, "__metadata__", ()))


def _unknown(path: KeyPath) -> str:
    known = keys_of(annotation(path[:-1]))
    word = str(path[-1])
    return f"unknown key '{word}'{nearest(word, known)}; allowed: {', '.join(known)}"


def _wanted(path: KeyPath, kind: str) -> str:
    wanted = _WANTED[kind]
    return f'{wanted} of seconds or text such as "10m"' if is_duration(annotation(path)) else wanted


def _value_error(item: Mapping[str, Any]) -> str:
    return str(item["msg"]).removeprefix("Value error, ")


def _literal(item: Mapping[str, Any]) -> str:
    known = [word.strip("' ") for word in str(item["ctx"]["expected"]).replace(" or ", ", ").split(",")]
    given = item["input"]
    hint = nearest(given, known) if isinstance(given, str) else ""
    return f"must be {one_of(known)}, not {_show(given)}{hint}"


def _limit(words: str, key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda item: f"must be {words} {item['ctx'][key]:g}, not {_show(item['input'])}"


_TELLERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "value_error": _value_error,
    "literal_error": _literal,
    "enum": _literal,
    "greater_than": _limit("above", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("below", "lt"),
    "less_than_equal": _limit("at most", "le"),
}


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _step(here: Any, part: str | int) -> Any:
    if is_dataclass(here) and isinstance(here, type):
        return get_type_hints(here, include_extras=True).get(str(part))
    arguments = get_args(here)
    if isinstance(part, int):
        return arguments[0] if arguments else None
    return arguments[1] if len(arguments) == 2 and get_origin(here) is not tuple else None


def _bare(annotated: Any) -> Any:
    """Without Annotated and without `| None`."""
    if hasattr(annotated, "__metadata__"):
        annotated = annotated.__origin__
    arguments = get_args(annotated)
    if type(None) in arguments:
        return next(argument for argument in arguments if argument is not type(None))
    return annotated
