"""What whoever notifies people reads: new events of some kinds, and how far they were told."""

from __future__ import annotations

import pytest

from cockpit.domain.screen import AgentState, PaneState
from cockpit.notify.happening import Notice
from cockpit.scheduler.news import read_news
from cockpit.store.batches import _Pace
from cockpit.store.queue import PIECE
from tests.conformance.kit import Desk, new


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


def test_a_batch_on_its_way_in_is_told_when_it_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler is woken by each of its pieces, and must not think that it has read them."""
    other, count, last = desk.open_store(), 3 * PIECE, 0
    seen: list[Notice] = []

    def look() -> None:
        nonlocal last
        more = True
        while more:
            news = read_news(other, last, ["task_queued"])
            last, more = news.last, news.more
            seen.extend(news.notices)

    desk.add("bob")
    monkeypatch.setattr(_Pace, "end", lambda _: look())
    desk.accept(*(new() for _ in range(count)))
    assert sum(notice.count for notice in seen) == 1, "nobody sees them yet"
    look()
    assert sum(notice.count for notice in seen) == count + 1
    other.close()


def test_numbers_of_a_batch_that_was_given_up_are_those_of_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add("bob")
    last = 0

    def give_up(_: object) -> None:
        nonlocal last
        last = read_news(desk.store, last, ["task_completed"]).last
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_Pace, "end", give_up)
        with pytest.raises(KeyboardInterrupt):
            desk.accept(*(new() for _ in range(2 * PIECE)))
    desk.end(desk.must_claim())
    assert [notice.count for notice in read_news(desk.store, last, ["task_completed"]).notices] == [1]
