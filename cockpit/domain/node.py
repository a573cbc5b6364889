"""A node: a host whose scheduler starts jobs, and what it last said of itself."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.base.process import ProcessId
from cockpit.base.records import dataclass

TYPE_CHECKING = False  # `cockpit enqueue` asks for no load
if TYPE_CHECKING:
    from cockpit.domain.load import Load


@dataclass(frozen=True, slots=True)
class Node:
    """The scheduler of one host: a `daemon`, or embedded in a `cockpit`.

    `beat_at` is its last sign of life, `load` what it measured then; None until it has measured once.
    """

    host: str
    kind: str
    process: ProcessId
    since: Micros
    beat_at: Micros
    slots: int
    load: Load | None = None

    def running(self) -> bool:
        """Does its process live (on this host)?"""
        return self.process.alive()
