"""The cheap dataclasses behave as the standard library's."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass as standard
from typing import ClassVar

import pytest

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y


@standard(frozen=True, slots=True)
class Model:
    """The same by the standard library."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2


@dataclass(slots=True)
class Loose:
    """One that changes."""

    x: int


@dataclass(frozen=True, slots=True)
class Even:
    """One that looks at its values."""

    x: int

    def __post_init__(self) -> None:
        if self.x % 2:
            raise ValueError("odd")


def test_what_comes_after_init_is_called() -> None:
    assert Even(2).x == 2
    with pytest.raises(ValueError, match="odd"):
        Even(3)


def test_values() -> None:
    assert (Point(1).x, Point(1).y, Point(y=3, x=1).sum, Point.kind) == (1, 2, 4, "point")
    assert Point(1) == Point(1, 2) != Point(2)
    assert hash(Point(1)) == hash(Point(1, 2))
    assert Point(1) != Model(1)
    assert repr(Point(1)) == repr(Model(1)).replace("Model", "Point")
    assert not hasattr(Point(1), "__dict__")


def test_frozen_means_frozen() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 3  # type: ignore[misc]  # that is what is tried
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x  # type: ignore[misc]  # as above
    loose = Loose(1)
    loose.x = 2
    assert loose.x == 2
    with pytest.raises(TypeError):
        hash(loose)


def test_wrong_arguments_are_told_by_name() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]  # that is what is tried


def test_the_standard_functions_know_them() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [field.name for field in dataclasses.fields(Point)] == [
        field.name for field in dataclasses.fields(Model)
    ]
    assert dataclasses.replace(Point(1), y=5) == Point(1, 5)
    assert Point.__dataclass_fields__ is Point.__dataclass_fields__, "made once: it costs a millisecond"
    assert dataclasses.asdict(Point(1)) == dataclasses.asdict(Model(1))
    assert copy.deepcopy(Point(1)) == pickle.loads(pickle.dumps(Point(1))) == Point(1)
    match Point(1):
        case Point(x, y):
            assert (x, y) == (1, 2)
