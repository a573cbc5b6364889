"""The errors' exit codes are the contract's, and the tree in the docstring is the true one."""

from __future__ import annotations

import re

import pytest

from cockpit.base import errors
from cockpit.base.errors import AmbiguousId, CockpitError, Conflict, NotFound, Unavailable, UsageError

CLASSES = {name: value for name, value in vars(errors).items() if isinstance(value, type)}


@pytest.mark.parametrize(
    ("error", "code"), [(CockpitError, 1), (UsageError, 2), (NotFound, 3), (Conflict, 4), (Unavailable, 5)]
)
def test_exit_codes_are_the_contracts(error: type[CockpitError], code: int) -> None:
    assert error.exit_code == code


def test_the_drawn_tree_names_every_class_with_its_code() -> None:
    drawn = dict(re.findall(r"(?m)^[ │├└─]*([A-Z]\w+) +(\d) ", errors.__doc__ or ""))
    assert drawn == {name: str(error.exit_code) for name, error in CLASSES.items()}


def test_an_ambiguous_id_shows_five_matches_and_keeps_all() -> None:
    matches = [f"11375{n}-a2f5" for n in range(7)]
    error = AmbiguousId("a2f5", matches)
    assert error.matches == matches
    assert "113754-a2f5, ..." in str(error)
    assert "113755-a2f5" not in str(error)
    assert "\n" not in str(error)


def test_few_matches_are_not_shortened() -> None:
    assert "..." not in str(AmbiguousId("x", ["1", "2"]))
