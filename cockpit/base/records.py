"""`dataclass`, ten times cheaper to define.

A process that puts one job into the queue spent most of its time in the standard library's `dataclasses`, which
compiles six functions per class and imports `inspect`; the screen's first picture waited for a hundred of them. Here
one is compiled and the rest is shared. To the type checker these are dataclasses, and `dataclasses.fields`,
`replace`, `asdict` and `is_dataclass` know them.

What is not supported: inheritance between records, `field(...)`, and annotations that are not text (each module needs
`from __future__ import annotations`).
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from typing import Any

    __all__ = ["dataclass"]
else:

    def dataclass(*, frozen: bool = False, slots: bool = True) -> Callable[[type], type]:
        """As `dataclasses.dataclass(frozen=..., slots=True)`."""
        assert slots
        return lambda cls: _make(cls, frozen)


def _make(cls: type, frozen: bool) -> type:
    space = dict(cls.__dict__)
    names = [
        name for name, kind in space.get("__annotations__", {}).items() if not kind.startswith("ClassVar")
    ]
    defaults = {name: space.pop(name) for name in names if name in space}
    for name in ("__dict__", "__weakref__"):
        space.pop(name, None)
    space |= {"__slots__": tuple(names), "__match_args__": tuple(names)} | _shared(names, frozen)
    space["__dataclass_fields__"] = _Fields(names, defaults)
    made = type(cls)(cls.__name__, cls.__bases__, space)
    made.__init__ = _init(made, names, defaults)  # type: ignore[misc]  # that is what is made here
    return made


def _init(made: type, names: list[str], defaults: dict[str, Any]) -> Any:
    words = [f"{name}=d_{name}" if name in defaults else name for name in names]
    lines = [f" s_{name}(self, {name})" for name in names]
    if "__post_init__" in made.__dict__:
        lines.append(" self.__post_init__()")
    body = "\n".join(lines) or " pass"
    scope = {f"s_{name}": made.__dict__[name].__set__ for name in names}
    scope |= {f"d_{name}": value for name, value in defaults.items()}
    exec(f"def __init__(self, {', '.join(words)}):\n{body}\n", scope)
    return scope["__init__"]


def _shared(names: list[str], frozen: bool) -> dict[str, Any]:
    values = attrgetter(*names) if names else lambda _: ()

    def equal(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def told(self: Any) -> str:
        return (
            f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"
        )

    def parts(self: Any) -> Any:
        return self.__class__, tuple(getattr(self, name) for name in names)

    shared: dict[str, Any] = {"__eq__": equal, "__repr__": told, "__reduce__": parts, "__hash__": None}
    if frozen:
        shared |= {
            "__hash__": lambda self: hash(values(self)),
            "__setattr__": _refuse,
            "__delattr__": _refuse,
        }
    return shared


def _refuse(_self: Any, name: str, *_: Any) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


class _Fields:
    """`__dataclass_fields__`, made when somebody asks for the first time: only dataclasses' own functions do."""

    def __init__(self, names: list[str], defaults: dict[str, Any]) -> None:
        self._names = names
        self._defaults = defaults

    def __get__(self, _: Any, owner: type) -> dict[str, Any]:
        import dataclasses

        kinds: dict[str, Any] = owner.__annotations__
        parts: list[Any] = [(name, kinds[name]) for name in self._names if name not in self._defaults]
        parts += [
            (name, kinds[name], dataclasses.field(default=value)) for name, value in self._defaults.items()
        ]
        found: dict[str, Any] = vars(dataclasses.make_dataclass(owner.__name__, parts))[
            "__dataclass_fields__"
        ]
        owner.__dataclass_fields__ = fields = {name: found[name] for name in self._names}  # type: ignore[attr-defined]
        return fields
