"""One SQLite connection: how it is opened, migrated, and how a write transaction begins, ends and fails.

WAL, so that readers never wait. `timeout=0` and a fair retry of BEGIN IMMEDIATE every 0.5-1.5 ms: SQLite's own
back-off sleeps up to 100 ms and starves one of four writers.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from cockpit.base.errors import CockpitError, Unavailable

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import Any

BUSY_SECONDS = 10.0
CHECKPOINT_PAGES = 8000
"""The WAL is folded back into the file by whoever commits beyond this; 32 MB."""
CACHE = 2000
"""Kilobytes of the file that a connection keeps in memory."""
_MIGRATIONS = os.path.join(os.path.dirname(__file__), "migrations")


class Database:
    """A connection and its transactions; the parts of the store build on it.

    `on_commit` is called after every outermost commit that changed something (the wake-up); after one that changed
    nothing, those who look again when woken would wake each other for ever. Raises Unavailable when the file is from
    a newer cockpit, damaged, on a full disk, or busy for longer than `BUSY_SECONDS`.
    """

    def __init__(self, path: str, on_commit: Callable[[], None] | None = None) -> None:
        self.path = path
        self._on_commit = on_commit
        self._depth = 0
        self._synchronous = ""
        self._durable = True
        with self._explained():
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                self._keep_private()
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._cache(CACHE)
                self._fold_back_after(CHECKPOINT_PAGES)
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the connection; a WAL that nobody else uses is folded into the file."""
        self._connection.close()

    def data_version(self) -> int:
        """Changes when another connection has committed (PRAGMA data_version)."""
        version: int = self._value("PRAGMA data_version")
        return version

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """A write transaction; inside another one, a savepoint of it.

        `durable` commits are on the disk when this returns (synchronous=FULL); others may be lost by a power cut,
        never by a crash of the process.
        """
        if self._depth:
            assert self._durable or not durable, "a durable write inside a transaction that is not durable"
            with self._explained(), self._savepoint():
                yield
            return
        with self._explained():
            self._begin("FULL" if durable else "NORMAL")
            changes = self._connection.total_changes
            self._depth, self._durable = 1, durable
            try:
                yield
                self._still_open()
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0
        if self._on_commit is not None and self._connection.total_changes != changes:
            self._on_commit()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._still_open()
        name = f"s{self._depth}"
        self._connection.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk ends the whole transaction by itself
                self._connection.execute(f"ROLLBACK TO {name}")
            raise
        finally:
            self._depth -= 1
            if self._connection.in_transaction:
                self._connection.execute(f"RELEASE {name}")

    def _still_open(self) -> None:
        """A full disk rolls the transaction back by itself; what came after it would each commit on its own."""
        if not self._connection.in_transaction:
            raise Unavailable(
                f"nothing was written to {self.path}: an earlier write failed; free some space, try again"
            )

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """A transaction of this connection's temporary tables alone: it holds nobody up."""
        with self._explained():
            self._connection.execute("BEGIN")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _keep_private(self) -> None:
        try:
            if os.stat(self.path).st_mode & 0o077:
                os.chmod(self.path, 0o600)
        except OSError as error:
            raise Unavailable(
                f"{self.path} can't be kept private: {error.strerror}; set COCKPIT_HOME"
            ) from error

    def _cache(self, kilobytes: int) -> None:
        """Keep at most so much of the file in memory; what is more now is given back."""
        self._patiently(f"PRAGMA cache_size = -{kilobytes}")
        self._patiently("PRAGMA shrink_memory")

    def _fold_back_after(self, pages: int) -> None:
        self._patiently(f"PRAGMA wal_autocheckpoint = {pages}")

    def _fold_back(self) -> None:
        """Fold the WAL back into the file, as far as no reader needs it, and flush both; holds no writer up.

        Only to be quicker: where the file can't grow, the commit that comes after says so, if it can't do without.
        """
        with suppress(sqlite3.OperationalError):
            self._patiently("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _begin(self, synchronous: str) -> None:
        if self._synchronous != synchronous:
            self._connection.execute(f"PRAGMA synchronous = {synchronous}")
            self._synchronous = synchronous
        self._patiently("BEGIN IMMEDIATE")

    def _patiently(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement. Even a read may find the file busy: while another process opens, mends or closes it."""
        deadline = 0.0
        while True:
            try:
                return self._connection.execute(statement, values)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                deadline = deadline or time.monotonic() + BUSY_SECONDS
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"the store {self.path} was locked by another process for {BUSY_SECONDS:.0f} s; try again"
                    ) from error
            import random

            time.sleep(random.uniform(0.0005, 0.0015))

    def _prepare(self) -> None:
        """Bring the file to this version; cheap when it is there already."""
        known = _migrations()
        version = self._value("PRAGMA user_version")
        if version > len(known):
            raise Unavailable(
                f"{self.path} was written by a newer cockpit (schema {version}, this one knows {len(known)}); "
                "upgrade cockpit, or set COCKPIT_HOME to another folder"
            )
        if version == len(known):
            return
        self._patiently("PRAGMA journal_mode = WAL")
        with self.transaction():
            for number in range(self._value("PRAGMA user_version"), len(known)):
                with open(os.path.join(_MIGRATIONS, known[number]), encoding="utf-8") as file:
                    for statement in _statements(file.read()):
                        self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number + 1}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite says into what a person can act on."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise _explain(self.path, error) from error
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            raise Unavailable(
                f"{self.path} is damaged ({error}); move it away, or restore a copy of it"
            ) from error

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._explained():
            return self._patiently(query, values).fetchall()

    def _row(self, query: str, values: Sequence[Any] = ()) -> Any:
        with self._explained():
            return self._patiently(query, values).fetchone()

    def _value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        row = self._row(query, values)
        return None if row is None else row[0]

    def _execute(self, query: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; returns how many rows it changed."""
        return self._connection.execute(query, values).rowcount


def _explain(path: str, error: sqlite3.OperationalError) -> CockpitError:
    code = error.sqlite_errorcode & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return Unavailable(
            f"the disk is full or failing: {path} was not written ({error}); free some space, try again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return Unavailable(
            f"{path} can't be written ({error}); check its folder's owner, or set COCKPIT_HOME"
        )
    return Unavailable(f"the store {path} failed: {error}")


def _migrations() -> list[str]:
    return sorted(name for name in os.listdir(_MIGRATIONS) if name.endswith(".sql"))


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit what is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
