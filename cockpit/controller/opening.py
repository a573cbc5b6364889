"""Opens the home's store, so that what is written wakes everybody; and its statistics, which only read."""

from __future__ import annotations

from cockpit.base.wakeup import wake_all
from cockpit.config.places import Places
from cockpit.store.base import Store
from cockpit.store.sqlite import SqliteStore

TYPE_CHECKING = False  # most commands ask for no statistics
if TYPE_CHECKING:
    from cockpit.store.statistics import Statistics


def open_store(places: Places) -> Store:
    """A connection whose commits wake every process of the home."""
    return SqliteStore(places.database, on_commit=lambda: wake_all(places.wake))


def open_statistics(places: Places) -> Statistics:
    """A connection for questions that take a while: for one thread, beside the store's own."""
    from cockpit.store.statistics import Statistics

    return Statistics(places.database)
