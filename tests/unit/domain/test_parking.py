"""When an attempt was parked, from its job's events."""

from __future__ import annotations

from cockpit.domain.events import Event
from cockpit.domain.parking import Parking, parking


def happened(*what: tuple[int, int, str]) -> list[Event]:
    return [Event(n, at, "j", attempt, kind, f"{kind} {at}") for n, (at, attempt, kind) in enumerate(what)]


def test_stretches_of_this_attempt_alone_are_added_up() -> None:
    told = happened(
        (10, 1, "parked"), (20, 1, "failed"), (100, 2, "parked"), (130, 2, "unparked"), (140, 2, "edited"),
        (150, 2, "parked"), (155, 2, "parked"),
    )  # fmt: skip
    found = parking(told, 2)
    assert found == Parking(30, 150, "parked 150")
    assert found.total(160) == 40
    assert found.total(120) == 30, "a clock that was set back takes nothing away"
    assert parking(told[:4], 2) == Parking(30)
    assert parking(told, 3) == Parking()
