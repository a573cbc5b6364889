"""What the enqueue form reads must not grow with the queue: each read is a range of an index."""

from __future__ import annotations

import pytest

from cockpit.domain.job import NewJob, Priority
from tests.conformance.kit import short_desk

_ALLOWED = (
    "MERGE", "LEFT", "RIGHT", "CO-ROUTINE", "SCAN (", "SCAN a", "LIST", "MATERIALIZE", "USE TEMP B-TREE FOR DISTINCT",
)  # fmt: skip
READS = {
    "ready_before": ("alice", Priority.LOW),
    "users_ready": (Priority.LOW,),
    "run_times": (),
    "prompts": ("web",),
}


@pytest.mark.parametrize("read", READS)
def test_no_table_is_scanned_and_nothing_is_sorted(read: str) -> None:
    with short_desk() as desk:
        desk.accept(*(NewJob("web", "alice", "shell", f"number {n}") for n in range(50)))
        connection = desk.store._connection  # type: ignore[attr-defined]  # a SqliteStore
        queries: list[str] = []
        connection.set_trace_callback(queries.append)
        getattr(desk.store, read)(*READS[read])
        connection.set_trace_callback(None)
        plans = [
            row[3]
            for query in queries
            if query.startswith("SELECT")
            for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")
        ]
        assert plans
        for step in plans:
            assert "USING" in step or step.startswith(_ALLOWED), plans
            assert "FOR ORDER BY" not in step, plans
