"""A store that an older cockpit wrote is brought up to date, with all that was in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cockpit.store import database as opening
from cockpit.store.sqlite import SqliteStore
from cockpit.store.values import JobFilter
from tests.conformance.kit import Desk

MIGRATIONS = Path(opening._MIGRATIONS)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Migrations as the first version had them."""
    folder = tmp_path / "first"
    folder.mkdir()
    name = "0001_initial.sql"
    (folder / name).write_text((MIGRATIONS / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_the_first_schema_learns_how_long_attempts_waited(
    database: str, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(opening, "_MIGRATIONS", str(first))
        SqliteStore(database).close()
    raw = sqlite3.connect(database)
    raw.executescript(
        """
        INSERT INTO jobs (seq, id, project, user, agent, priority, slots, state, attempt, created_at, finished_at)
          VALUES (1, '113754-a2f5', 'web', 'alice', 'shell', 2, 1, 'completed', 2, 1000, 9000),
            (2, '113754-b000', 'web', 'alice', 'shell', 0, 1, 'pending', 0, 1000, NULL);
        INSERT INTO attempts (seq, number, fence, claimed_at) VALUES (1, 1, 1, 1700), (1, 2, 2, 5000);
        INSERT INTO events (at, seq, attempt, kind) VALUES (1000, 1, 0, 'queued'), (1700, 1, 1, 'assigned'),
          (3000, 1, 1, 'delayed'), (4400, 1, 1, 'pending'), (5000, 1, 2, 'assigned'), (9000, 1, 2, 'completed');
        """
    )
    raw.close()
    store = SqliteStore(database)
    for only in (JobFilter(), JobFilter(user="alice"), JobFilter(project="web")):
        assert [job.seq for job in store.jobs(only)] == [2, 1], (
            "jobs are found that stand in other indexes now"
        )
    store.close()
    raw = sqlite3.connect(database)
    assert raw.execute("SELECT number, waited FROM attempts").fetchall() == [(1, 700), (2, 600)]
    assert raw.execute("PRAGMA user_version").fetchone() == (len(list(MIGRATIONS.glob("*.sql"))),)
    raw.close()


def test_the_migrated_store_goes_on(database: str, first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(opening, "_MIGRATIONS", str(first))
        SqliteStore(database).close()
    desk = Desk(lambda: SqliteStore(database))
    job = desk.add("alice")
    desk.clock.advance(7)
    desk.end(desk.must_claim())
    desk.look_round()
    assert desk.kinds(job)[-1] == "completed"
    assert desk.store._rows("SELECT waited FROM attempts") == [(7_000_000,)]  # type: ignore[attr-defined]  # SQLite's
    desk.store.close()
