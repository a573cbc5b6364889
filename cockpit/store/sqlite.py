"""The store on SQLite: the parts put together. See base.py for what it promises."""

from __future__ import annotations

from cockpit.store.batches import Batches
from cockpit.store.claims import Claims
from cockpit.store.locks import Locks
from cockpit.store.pages import Pages
from cockpit.store.panestates import PaneStates
from cockpit.store.samples import Samples
from cockpit.store.undoing import Undoing
from cockpit.store.upkeep import Upkeep


class SqliteStore(Batches, Undoing, Claims, Locks, PaneStates, Samples, Upkeep, Pages):
    """One connection to the durable queue; not for two threads at once."""
