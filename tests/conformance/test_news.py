"""What whoever notifies people reads: new events of some kinds, and how far they were told."""

from __future__ import annotations

from cockpit.domain.screen import AgentState, PaneState
from tests.conformance.kit import Desk


def seen(state: PaneState, since: int, line: str = "Allow this?") -> AgentState:
    return AgentState(state, "rule", line, since)


def test_events_after_come_in_order_and_by_kind(desk: Desk) -> None:
    mark = desk.store.last_event()
    first = desk.add("alice")
    second = desk.add("bob")
    claim = desk.must_claim()
    desk.end(claim)
    found = desk.store.events_after(mark, ("queued", "completed"))
    assert [(event.kind, event.job_id) for event in found] == [
        ("queued", first),
        ("queued", second),
        ("completed", claim.job_id),
    ]
    assert [event.job_id for event in desk.store.events_after(found[0].number, ("queued",))] == [second]
    assert len(desk.store.events_after(mark, ("queued", "completed"), 2)) == 2
    assert desk.store.events_after(desk.store.last_event(), ("queued",)) == []


def test_how_far_was_told_only_grows(desk: Desk) -> None:
    assert desk.store.told() is None
    assert desk.store.set_told(9)
    assert desk.store.set_told(10)
    assert not desk.store.set_told(10), "another scheduler has told that"
    assert not desk.store.set_told(3)
    assert desk.store.told() == 10


def test_that_an_agent_needs_a_person_is_an_event_when_it_begins(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()

    def asks() -> list[str | None]:
        return [event.reason for event in desk.store.events(claim.job_id) if event.kind == "needs input"]

    for state in (PaneState.WORKING, PaneState.BLOCKED, PaneState.BLOCKED):
        assert desk.store.set_agent_state(claim.job_id, claim.fence, seen(state, desk.now))
    assert desk.store.set_agent_state(
        claim.job_id, claim.fence, seen(PaneState.BLOCKED, desk.now, "And this?")
    )
    assert desk.store.set_agent_state(claim.job_id, claim.fence, seen(PaneState.FAILED, desk.now))
    assert asks() == ["Allow this?"], "it needed a person all the time"
    desk.store.set_agent_state(claim.job_id, claim.fence, seen(PaneState.WORKING, desk.now))
    desk.store.set_agent_state(claim.job_id, claim.fence, seen(PaneState.FAILED, desk.now, "Log in"))
    assert asks() == ["Allow this?", "Log in"]
    assert not desk.store.set_agent_state(claim.job_id, claim.fence - 1, seen(PaneState.BLOCKED, desk.now))
    assert asks() == ["Allow this?", "Log in"], "who carries an old token says nothing"
