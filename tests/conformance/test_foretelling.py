"""What the enqueue form asks: who stands before a new job, how long others took, what was asked for earlier."""

from __future__ import annotations

from cockpit.domain.job import Priority
from cockpit.domain.retry import Cause
from tests.conformance.kit import Desk, new

SECOND = 1_000_000


def test_ready_before_counts_the_users_own_ready_jobs_of_the_same_or_a_higher_priority(desk: Desk) -> None:
    first = desk.add("alice", "web")
    desk.add("alice", "api", priority=Priority.HIGH)
    desk.add("alice", "web", priority=Priority.LOW)
    desk.add("alice", "web", after=(first,))
    desk.store.hold("job", desk.add("alice", "web"), desk.now)
    desk.add("bob")
    before = [desk.store.ready_before("alice", priority) for priority in Priority]
    assert before == [0, 1, 2, 3]
    assert desk.store.ready_before("alice", Priority.LOW, most=2) == 2
    assert desk.store.ready_before("nobody", Priority.LOW) == 0


def test_users_ready_are_those_whose_job_a_slot_would_go_to(desk: Desk) -> None:
    desk.add("alice")
    desk.add("bob", priority=Priority.LOW)
    desk.add("carol")
    desk.store.hold("user", "carol", desk.now)
    desk.add("boss", slots=0)
    assert desk.store.users_ready(Priority.NORMAL) == ["alice"]
    assert sorted(desk.store.users_ready(Priority.LOW)) == ["alice", "bob"]
    desk.must_claim()
    assert desk.store.users_ready(Priority.HIGH) == []
    desk.run_all()
    assert desk.store.users_ready(Priority.LOW) == []


def test_run_times_are_those_of_attempts_that_ended_by_themselves_newest_first(desk: Desk) -> None:
    for user, seconds, cause in (
        ("alice", 60, Cause.EXITED), ("bob", 30, Cause.EXITED), ("alice", 5, Cause.KILLED), ("bob", 1, Cause.LOST),
    ):  # fmt: skip
        desk.add(user)
        claim = desk.must_claim()
        desk.start(claim)
        desk.clock.advance(seconds)
        desk.finish(claim, cause, exit_code=0 if cause is Cause.EXITED else None)
        desk.store.clear("tried again", desk.now)
    desk.add("carol")
    assert desk.store.run_times() == [
        ("bob", "bob_project", 30 * SECOND), ("alice", "alice_project", 60 * SECOND),
    ]  # fmt: skip
    assert desk.store.run_times(limit=3) == [("bob", "bob_project", 30 * SECOND)]


def test_prompts_of_a_project_come_newest_first_and_page_by_page(desk: Desk) -> None:
    desk.accept(*(new("alice", "web", prompt=f"number {n}") for n in range(5)))
    desk.add("bob", "api", prompt="another")
    page = desk.store.prompts("web", 2)
    assert [prompt for _, prompt in page] == ["number 4", "number 3"]
    following = desk.store.prompts("web", 9, page[-1][0])
    assert [prompt for _, prompt in following] == ["number 2", "number 1", "number 0"]
    assert desk.store.prompts("web", 2, following[-1][0]) == []
    assert desk.store.prompts("nothing") == []
