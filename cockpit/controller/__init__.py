"""The one door to everything for the command line, the screen and Python programs.

from cockpit.controller import QueueController, PerUserQueueManager, ConductorLockCleanup
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import Any

    from cockpit.controller.managers import ConductorLockCleanup, PerUserQueueManager
    from cockpit.controller.queue import QueueController

__all__ = ["ConductorLockCleanup", "PerUserQueueManager", "QueueController"]


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: a quick command pays for nothing else."""
    if name == "QueueController":
        from cockpit.controller.queue import QueueController

        return QueueController
    if name in ("PerUserQueueManager", "ConductorLockCleanup"):
        from cockpit.controller import managers

        return getattr(managers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
