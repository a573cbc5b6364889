"""Every store that cockpit has, each with a desk of its own; another store joins by one more line in `_STORES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.store.base import Store
from cockpit.store.sqlite import SqliteStore
from tests.conformance.kit import Desk

_STORES: dict[str, Callable[[Path], Store]] = {
    "sqlite": lambda folder: SqliteStore(str(folder / "cockpit.db")),
}


@pytest.fixture(params=sorted(_STORES))
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty store; when the test is over, the store must be sound."""
    opened: list[Store] = []

    def open_store() -> Store:
        opened.append(_STORES[request.param](tmp_path))
        return opened[-1]

    desk = Desk(open_store)
    yield desk
    desk.look_round()
    for store in opened:
        store.close()
