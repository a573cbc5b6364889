"""States, transitions and priorities: a closed machine."""

from __future__ import annotations

import itertools
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.errors import Conflict, UsageError
from cockpit.domain.job import (
    ACTIVE,
    ENDED,
    TRANSITIONS,
    WAITING,
    Completed,
    Delayed,
    Killed,
    Priority,
    Running,
    State,
    check_transition,
)


def test_every_state_waits_runs_or_has_ended() -> None:
    assert set(State) == WAITING | ACTIVE | ENDED
    assert not WAITING & ACTIVE
    assert not (WAITING | ACTIVE) & ENDED
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", sorted(WAITING | ACTIVE))
def test_whatever_has_not_ended_can_be_killed_and_can_fail(state: State) -> None:
    check_transition("x", state, State.KILLED)
    check_transition("x", state, State.FAILED)


def test_an_ended_job_comes_back_to_its_line_only() -> None:
    for old, new in itertools.product(ENDED, State):
        if new is State.PENDING:
            check_transition("x", old, new)
        else:
            with pytest.raises(Conflict, match=f"job x is {old}; it can't become {new}"):
                check_transition("x", old, new)


def test_only_a_pending_job_is_assigned_and_only_a_started_one_completes() -> None:
    assert {old for old in State if State.ASSIGNED in TRANSITIONS[old]} == {State.PENDING}
    assert {old for old in State if State.COMPLETED in TRANSITIONS[old]} == ACTIVE - {State.ASSIGNED}


def test_a_status_carries_what_its_state_needs_and_nothing_else() -> None:
    with pytest.raises(TypeError):
        Delayed()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Running()  # type: ignore[call-arg]
    assert not hasattr(Completed(1), "reason")
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        Killed(1, "x").reason = "y"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("critical", 0), (" High ", 1), ("normal", 2), ("LOW", 3), (1, 0), ("2", 0), (3, 1), ("4", 1), (5, 2), (6, 2),
     ("7", 2), (8, 3), (9, 3), ("10", 3)],
)  # fmt: skip
def test_priorities_by_word_and_by_number(asked: str | int, expected: int) -> None:
    assert Priority.parse(asked) == expected


def is_no_priority(asked: str | int) -> bool:
    text = str(asked).strip().lower()
    number = int(text) if text.isascii() and text.isdigit() else 0
    return text not in {priority.label for priority in Priority} and not 1 <= number <= 10


@given(st.one_of(st.integers(), st.text(max_size=8)).filter(is_no_priority))
def test_anything_else_is_no_priority(asked: str | int) -> None:
    with pytest.raises(UsageError, match="from 1 to 10"):
        Priority.parse(asked)
