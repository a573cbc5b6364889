"""Opens the home's store, so that what is written wakes everybody."""

from __future__ import annotations

from cockpit.base.wakeup import wake_all
from cockpit.config.places import Places
from cockpit.store.base import Store
from cockpit.store.sqlite import SqliteStore


def open_store(places: Places) -> Store:
    """A connection whose commits wake every process of the home."""
    return SqliteStore(places.database, on_commit=lambda: wake_all(places.wake))
