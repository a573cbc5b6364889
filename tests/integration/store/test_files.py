"""The file itself on bad days: newer, damaged, not writable, no room left. One clear line, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from cockpit.base.clock import Clock
from cockpit.base.errors import Unavailable
from cockpit.domain.job import NewJob
from cockpit.store import database as database_module
from cockpit.store.sqlite import SqliteStore

NOW = Clock().now()
JOB = NewJob("web", "alice", "shell", "do it")


def one_line(error: pytest.ExceptionInfo[Unavailable]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert error.value.exit_code == 5
    return text


def test_the_file_is_for_its_owner_alone(database: str) -> None:
    old = os.umask(0o022)
    try:
        store = SqliteStore(database)
        store.enqueue([JOB], NOW)
        for name in os.listdir(os.path.dirname(database)):
            assert stat.S_IMODE(os.stat(os.path.join(os.path.dirname(database), name)).st_mode) == 0o600
        store.close()
    finally:
        os.umask(old)


def test_a_newer_schema_is_refused_and_left_as_it_is(database: str) -> None:
    SqliteStore(database).close()
    raw = sqlite3.connect(database)
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    before = Path(database).read_bytes()
    with pytest.raises(Unavailable) as error:
        SqliteStore(database)
    assert "newer cockpit (schema 999" in one_line(error)
    assert Path(database).read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(database: str) -> None:
    Path(database).write_bytes(b"these are the notes of somebody\n" * 300)
    with pytest.raises(Unavailable) as error:
        SqliteStore(database)
    assert "is damaged" in one_line(error)
    assert Path(database).read_bytes().startswith(b"these are the notes")


def test_a_file_damaged_in_the_middle_says_so(database: str) -> None:
    store = SqliteStore(database)
    store.enqueue([JOB] * 400, NOW)
    store.close()
    with open(database, "r+b") as file:
        file.seek(4096)
        file.write(os.urandom(os.path.getsize(database) - 4096))
    with pytest.raises(Unavailable) as error:
        look_at_everything(database)
    assert "is damaged" in one_line(error)


def look_at_everything(database: str) -> None:
    with closing(SqliteStore(database)) as store:
        store.jobs(limit=1000)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as error:
        SqliteStore(str(tmp_path / "nowhere" / "cockpit.db"))
    assert "can't be written" in one_line(error)


def write_one(path: str) -> None:
    with closing(SqliteStore(path)) as store:
        store.enqueue([JOB], NOW)


def _mount(folder: Path, options: str) -> bool:
    """Make `folder` a small disk of its own; only root can."""
    if not shutil.which("mount"):
        return False
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _mount(folder, "size=1m"):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """A folder, and what makes it read-only: its mode, or, as root may write everywhere, its mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and _mount(folder, "size=10m")
    if os.geteuid() == 0 and not mounted:
        pytest.skip("root may write everywhere, and here it may not mount")

    def close() -> Path:
        if mounted:
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        else:
            folder.chmod(0o555)
        return folder

    yield close
    if mounted:
        subprocess.run(["umount", "-l", folder], check=True)
    folder.chmod(0o755)


def test_a_folder_that_can_not_be_written(read_only: Callable[[], Path]) -> None:
    path = str(read_only() / "cockpit.db")
    with pytest.raises(Unavailable) as error:
        SqliteStore(path)
    assert f"{path} can't be written" in one_line(error)


def test_a_store_that_has_become_read_only(read_only: Callable[[], Path], tmp_path: Path) -> None:
    path = str(tmp_path / "disk" / "cockpit.db")
    store = SqliteStore(path)
    [accepted] = store.enqueue([JOB], NOW)
    store.close()
    read_only()
    with pytest.raises(Unavailable) as error:
        write_one(path)
    assert "can't be written" in one_line(error)
    assert accepted.job_id


def fill(store: SqliteStore) -> list[str]:
    """Enqueue until there is no room left; returns the ids that were accepted."""
    accepted: list[str] = []
    with pytest.raises(Unavailable) as error:
        enqueue_for_ever(store, accepted)
    assert "full" in one_line(error)
    return accepted


def enqueue_for_ever(store: SqliteStore, accepted: list[str]) -> None:
    while True:
        accepted += [
            one.job_id for one in store.enqueue([NewJob("web", "alice", "shell", "x" * 20_000)], NOW)
        ]


def test_a_full_disk_loses_nothing_that_was_accepted(small_disk: Path) -> None:
    path = str(small_disk / "cockpit.db")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * 200_000)
    store = SqliteStore(path)
    accepted = fill(store)
    assert accepted
    assert [job.id for job in store.waiting(1000)] == accepted
    store.close()
    ballast.unlink()
    store = SqliteStore(path)
    assert [job.id for job in store.waiting(1000)] == accepted
    [again] = store.enqueue([JOB], NOW)
    assert again.position == len(accepted) + 1
    assert store.reconcile() == store.recount() == []
    store.close()


def test_a_batch_that_does_not_fit_leaves_nothing_once_there_is_room(small_disk: Path) -> None:
    store = SqliteStore(str(small_disk / "cockpit.db"))
    [first] = store.enqueue([JOB], NOW)
    with pytest.raises(Unavailable):
        store.enqueue([NewJob("web", "alice", "shell", "x" * 1000)] * 3000, NOW)
    assert [job.id for job in store.jobs()] == [first.job_id]
    assert store.counts().pending[JOB.priority] == 1
    store.close()


def test_a_wal_that_can_not_be_folded_back_keeps_no_batch_out(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The WAL has room, the file has none: it came out as a traceback."""
    real = SqliteStore._patiently

    def full(self: SqliteStore, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        if "checkpoint(" in statement:
            raise sqlite3.OperationalError("database or disk is full")
        return real(self, statement, values)

    monkeypatch.setattr(SqliteStore, "_patiently", full)
    assert len(store.enqueue([JOB] * 400, NOW)) == 400


def test_a_batch_that_could_not_even_be_removed_goes_later(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process lives on; those who follow the events would wait for it as long."""

    def full(*_: object) -> None:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "_reveal", full)
        patched.setattr(SqliteStore, "_discard_batch", full)
        with pytest.raises(Unavailable):
            store.enqueue([JOB] * 400, NOW)
    assert store.last_whole_event() < store.last_event()
    assert store.discard_dead_batches() == 1
    assert store.last_whole_event() == store.last_event() == 0
    assert store.discard_dead_batches() == 0


def test_no_room_in_the_file_is_told_the_same_way(store: SqliteStore) -> None:
    """Where nobody may mount: SQLite's own limit fails at the same places."""
    store._connection.execute("PRAGMA max_page_count = 150")
    accepted = fill(store)
    assert [job.id for job in store.waiting(1000)] == accepted
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.enqueue([JOB], NOW)
    assert store.reconcile() == store.recount() == []


def test_what_comes_after_a_full_disk_in_one_transaction_does_not_slip_through(store: SqliteStore) -> None:
    """SQLite may end the transaction by itself; a later write would then commit alone while all are told: failed."""
    store._connection.execute("PRAGMA max_page_count = 150")
    with pytest.raises(Unavailable):
        carry_on_regardless(store)
    assert store.jobs() == []
    store.enqueue([JOB], NOW)


def carry_on_regardless(store: SqliteStore) -> None:
    with store.transaction():
        try:
            enqueue_for_ever(store, [])
        except Unavailable:
            pass
        if store._connection.in_transaction:
            store._connection.execute("ROLLBACK")  # where this SQLite kept it open
        store.enqueue([JOB], NOW)


def test_a_store_locked_for_long_says_so(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    raw = sqlite3.connect(store.path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as error:
        store.enqueue([JOB], NOW)
    assert "locked by another process" in one_line(error)
    raw.close()
    store.enqueue([JOB], NOW)


def test_a_store_that_failed_to_open_lets_go_of_the_file(database: str) -> None:
    Path(database).write_bytes(b"no database" * 500)
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    with pytest.raises(Unavailable):
        SqliteStore(database)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
