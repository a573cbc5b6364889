"""What a running agent costs its host."""

from __future__ import annotations

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` in cores (1.5: one and a half are busy), `memory` in bytes (resident, shared pages counted once each)."""

    cpu: float
    memory: int
