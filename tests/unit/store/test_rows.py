"""Rows and statuses: every status fills its columns and comes back from them."""

from __future__ import annotations

import pytest

from cockpit.domain.job import (
    Assigned,
    Completed,
    Delayed,
    Failed,
    Grant,
    Killed,
    Pending,
    Running,
    Stalled,
    Starting,
    State,
    Status,
)
from cockpit.store.rows import JOB_COLUMNS, job_of, status_columns

GRANT = Grant("user:alice", 7, 2, 100)
EVERY: list[Status] = [
    Pending(), Pending("never started"), Delayed(5, "a delayed start"), Assigned(GRANT), Starting(GRANT),
    Running(GRANT), Stalled(GRANT, "silence"), Completed(9), Failed(9, "exit code 1"), Killed(9, "enough"),
]  # fmt: skip


def test_every_state_is_tried() -> None:
    assert {status.state for status in EVERY} == set(State)


@pytest.mark.parametrize("status", EVERY, ids=lambda status: str(status.state))
def test_a_status_comes_back_as_it_was(status: Status) -> None:
    columns = {name.strip().removeprefix("j."): None for name in JOB_COLUMNS.split(",")}
    row = columns | {"priority": 2, "attempt": 2, "fence": 7} | status_columns(status)
    assert job_of(tuple(row.values())).status == status


@pytest.mark.parametrize("status", EVERY, ids=lambda status: str(status.state))
def test_a_status_has_no_columns_but_its_own(status: Status) -> None:
    filled = {name for name, value in status_columns(status).items() if value is not None}
    allowed = {
        State.PENDING: {"reason"}, State.DELAYED: {"reason", "not_before"}, State.COMPLETED: {"finished_at"},
        State.FAILED: {"finished_at", "reason"}, State.KILLED: {"finished_at", "reason"},
        State.STALLED: {"lane", "granted_at", "reason"},
    }  # fmt: skip
    assert filled - {"state"} <= allowed.get(status.state, {"lane", "granted_at"})
