"""What the scheduler asks of the store: is there something to do, is anything left, has something failed?"""

from __future__ import annotations

from tests.conformance.kit import Desk


def test_may_claim_says_what_claim_then_finds(desk: Desk) -> None:
    assert not desk.store.may_claim(4)
    desk.add("alice")
    desk.add("alice")
    assert desk.store.may_claim(4)
    assert not desk.store.may_claim(0)
    desk.store.hold("all", "", desk.now)
    assert not desk.store.may_claim(4)
    desk.store.resume("all", "", desk.now)
    desk.must_claim()
    assert not desk.store.may_claim(4)


def test_work_is_left_while_something_waits_or_runs(desk: Desk) -> None:
    assert not desk.store.work_left()
    desk.add(not_before=desk.now + 1)
    assert desk.store.work_left()
    desk.clock.advance(1)
    desk.store.promote_due(desk.now)
    claim = desk.must_claim()
    assert desk.store.work_left()
    desk.end(claim)
    assert not desk.store.work_left()


def test_what_is_held_and_what_comes_after_it_is_no_work(desk: Desk) -> None:
    first = desk.add("alice", "web")
    second = desk.add("bob", after=(first,))
    desk.add("carol", after=(second,))
    assert desk.store.work_left()
    for scope, key in (("job", first), ("user", "alice"), ("project", "web"), ("all", "")):
        desk.store.hold(scope, key, desk.now)
        assert not desk.store.work_left()
        desk.store.resume(scope, key, desk.now)
        assert desk.store.work_left()


def test_failed_since_sees_what_failed_for_good(desk: Desk) -> None:
    desk.add()
    desk.end(desk.must_claim(), 1)
    mark = desk.store.last_event()
    assert not desk.store.failed_since(mark)
    again = desk.add()
    desk.end(desk.must_claim(), 1)
    assert desk.store.failed_since(mark)
    desk.store.retry(again, desk.now)
    assert not desk.store.failed_since(mark)


def test_serialization_is_on_unless_told(desk: Desk) -> None:
    assert desk.store.serialization()
    desk.store.set_serialization(False)
    assert not desk.open_store().serialization()


def test_others_at_work_are_those_of_the_same_project_since_then(desk: Desk) -> None:
    mine = desk.add("alice", "web")
    desk.end(desk.must_claim())
    desk.clock.advance(1)
    since = desk.now
    desk.add("alice", "shop")
    desk.end(desk.must_claim())
    assert not desk.store.others_at_work(mine, since), "its own, and another project's"
    other = desk.add("bob", "web")
    assert not desk.store.others_at_work(mine, since), "it has not begun"
    claim = desk.must_claim()
    assert desk.store.others_at_work(mine, since)
    desk.end(claim)
    assert desk.store.others_at_work(mine, since)
    desk.clock.advance(1)
    assert not desk.store.others_at_work(mine, desk.now), other
