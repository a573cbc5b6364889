"""What a person changes of jobs that wait: text, priority, cancel, clear; and how jobs are found."""

from __future__ import annotations

import pytest

from cockpit.base.errors import AmbiguousId, Conflict, NotFound
from cockpit.domain.job import Killed, Priority, State
from cockpit.store.values import JobFilter
from tests.conformance.kit import Desk, new


def test_the_text_of_a_waiting_job_can_be_changed(desk: Desk) -> None:
    id_ = desk.add(prompt="old")
    desk.store.edit(id_, desk.now, prompt="new\0")
    assert desk.store.prompt(id_) == "new\0"


def test_the_priority_of_a_delayed_job_can_be_changed(desk: Desk) -> None:
    id_ = desk.add(not_before=desk.now + 1)
    assert desk.store.edit(id_, desk.now, priority=Priority.LOW).priority is Priority.LOW
    assert desk.store.counts().pending[Priority.LOW] == 0
    desk.clock.advance(1)
    desk.store.promote_due(desk.now)
    assert desk.store.counts().pending[Priority.LOW] == 1


def test_a_running_job_can_not_be_edited_or_cancelled(desk: Desk) -> None:
    desk.add()
    claim = desk.must_claim()
    with pytest.raises(Conflict):
        desk.store.edit(claim.job_id, desk.now, prompt="other")
    with pytest.raises(Conflict, match="cockpit kill"):
        desk.store.cancel(claim.job_id, "no", desk.now)


def test_a_cancelled_job_never_runs(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    assert desk.store.cancel(first, "not needed", desk.now).status == Killed(desk.now, "not needed")
    assert desk.store.kill(second, "nor this", desk.now).status == Killed(desk.now, "nor this")
    assert desk.claim() is None
    with pytest.raises(Conflict):
        desk.store.cancel(first, "again", desk.now)


def test_clear_takes_all_that_wait_and_nothing_else(desk: Desk) -> None:
    ids = [desk.add(f"user{i % 3}") for i in range(450)]
    delayed = desk.add("late", not_before=desk.now + 1)
    claim = desk.must_claim()
    assert desk.store.count_waiting() == 450
    assert desk.store.clear("cleared", desk.now) == 450
    assert desk.state(delayed) is State.KILLED
    assert sum(state == "killed" for state in desk.states(ids)) == 449
    assert desk.end(claim).state is State.COMPLETED


def test_clear_of_one_project_or_user(desk: Desk) -> None:
    mine, other = desk.add("alice", "web"), desk.add("alice", "api")
    his = desk.add("bob", "web")
    assert desk.store.count_waiting(project="web", user="alice") == 1
    assert desk.store.clear("cleared", desk.now, project="web", user="alice") == 1
    assert desk.states([mine, other, his]) == ["killed", "pending", "pending"]
    assert desk.store.clear("cleared", desk.now, project="web") == 1
    assert desk.store.clear("cleared", desk.now, user="alice") == 1
    assert desk.store.clear("cleared", desk.now) == 0


def test_clear_kills_a_chain_and_fails_only_what_it_was_not_told_to_take(desk: Desk) -> None:
    first = desk.add("alice")
    mine = desk.add("alice", after=(first,))
    his = desk.add("bob", after=(mine,))
    assert desk.store.count_waiting(user="alice") == desk.store.clear("cleared", desk.now, user="alice")
    assert desk.states([first, mine, his]) == ["killed", "killed", "failed"]


def test_any_unambiguous_part_of_an_id(desk: Desk) -> None:
    first = desk.add("alice", "web")
    desk.clock.advance(3661)
    second = desk.add("alice", "web")
    for part in (first, first[:6], first[2:8], f"agent:web:{first}", f" {first.upper()} "):
        assert desk.store.resolve(part) == first
    with pytest.raises(AmbiguousId) as raised:
        desk.store.resolve("-")
    assert sorted(raised.value.matches) == sorted([first, second])
    for part in ("", "agent:web:", "zz", "%", "_", "'", "\0"):
        with pytest.raises(NotFound):
            desk.store.resolve(part)


def test_a_whole_id_is_exact_even_when_it_is_part_of_another(desk: Desk) -> None:
    ids = [accepted.job_id for accepted in desk.accept(*[new(f"u{i % 50}") for i in range(3000)])]
    assert len(set(ids)) == 3000  # in one second: 68 collisions were to be expected
    for id_ in ids[:20]:
        assert desk.store.resolve(id_) == id_


def test_jobs_newest_first_filtered_and_paged(desk: Desk) -> None:
    ids = [desk.add(user, project) for user, project in (("a", "x"), ("b", "x"), ("a", "y"), ("b", "y"))]
    desk.must_claim()
    assert [job.id for job in desk.store.jobs()] == ids[::-1]
    assert [job.id for job in desk.store.jobs(JobFilter(user="a"))] == [ids[2], ids[0]]
    assert [job.id for job in desk.store.jobs(JobFilter(project="y", user="b"))] == [ids[3]]
    assert [job.id for job in desk.store.jobs(JobFilter(states=(State.ASSIGNED,)))] == [ids[0]]
    assert len(desk.store.jobs(JobFilter(states=(State.ASSIGNED, State.PENDING)))) == 4
    page = desk.store.jobs(limit=3)
    assert [job.id for job in desk.store.jobs(limit=3, before=page[-1].seq)] == [ids[0]]
    assert desk.store.names("user") == ["a", "b"]
    assert desk.store.names("project") == ["x", "y"]


def test_how_many_of_the_same_user_go_before(desk: Desk) -> None:
    low = desk.add(priority=Priority.LOW)
    desk.add("alice", "another")
    held = desk.add()
    desk.store.hold("job", held, desk.now)
    desk.add("bob")
    high = desk.add(priority=Priority.HIGH)
    assert desk.store.ahead(desk.job(low)) == 2
    assert desk.store.ahead(desk.job(low), most=1) == 1
    assert desk.store.ahead(desk.job(high)) == 0


def test_what_ended_long_ago_is_found_until_it_is_pruned(desk: Desk) -> None:
    id_ = desk.add()
    desk.run_all()
    assert desk.store.ended_before(desk.now) == []
    desk.clock.advance(1)
    assert desk.store.ended_before(desk.now) == [id_]
    desk.store.mark_pruned(id_)
    assert desk.store.ended_before(desk.now) == []
    assert desk.job(id_).state is State.COMPLETED
    assert desk.kinds(id_)[-1] == "completed"  # the history stays


def test_events_tell_everything_in_order(desk: Desk) -> None:
    first, second = desk.add(), desk.add(origin="migrated")
    desk.store.edit(second, desk.now, priority=Priority.HIGH)
    desk.store.hold("job", first, desk.now)
    desk.store.cancel(second, "no", desk.now)
    told = [(event.job_id, event.kind, event.reason) for event in desk.store.events()]
    assert told == [
        (first, "queued", None),
        (second, "queued", "migrated"),
        (second, "edited", "priority normal -> high"),
        (first, "held", None),
        (second, "killed", "no"),
    ]
    assert [event.kind for event in desk.store.events(limit=2)] == ["held", "killed"]


def test_the_scheduler_registers_beats_and_leaves(desk: Desk) -> None:
    assert desk.store.node() is None
    desk.store.register_node("here", "daemon", desk.me, 4, desk.now)
    desk.clock.advance(10)
    desk.store.beat("here", 5, desk.now)
    node = desk.store.node()
    assert node is not None
    assert (node.host, node.process, node.slots, node.beat_at - node.since) == (
        "here",
        desk.me,
        5,
        10_000_000,
    )
    assert node.running()
    desk.store.unregister_node("here", desk.me)
    assert desk.store.node() is None
