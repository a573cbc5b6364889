"""The store against the model: the same steps on every machine that says it is CI, others look further each time."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from cockpit.store.sqlite import SqliteStore
from tests.conformance.machine import StoreMachine

QUICK = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("kind", [SqliteStore])
def test_whatever_is_asked_the_store_does_as_the_model(kind: type[SqliteStore]) -> None:
    class Machine(StoreMachine):
        pass

    Machine.kind = kind
    run_state_machine_as_test(Machine, settings=QUICK)
