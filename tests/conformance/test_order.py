"""Who is next: strict priority, then the user served longest ago, then first in, first out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.job import Priority
from tests.conformance.kit import Desk, new, short_desk

HIGH, NORMAL, LOW = Priority.HIGH, Priority.NORMAL, Priority.LOW


def test_one_users_jobs_run_first_in_first_out(desk: Desk) -> None:
    ids = [desk.add() for _ in range(5)]
    assert desk.run_all() == ids


def test_first_in_first_out_over_several_projects_of_a_user(desk: Desk) -> None:
    ids = [desk.add("alice", project) for project in ("web", "api", "web", "docs", "api")]
    assert desk.run_all() == ids


def test_priority_goes_before_everything(desk: Desk) -> None:
    low = desk.add("alice", priority=LOW)
    normal = desk.add("bob")
    critical = desk.add("bob", priority=Priority.CRITICAL)
    high = desk.add("carol", priority=HIGH)
    assert desk.run_all() == [critical, high, normal, low]


def test_priority_beats_fairness(desk: Desk) -> None:
    desk.add("bob", priority=LOW)
    high = [desk.add("alice", priority=HIGH) for _ in range(3)]
    assert desk.run_all()[:3] == high


def test_the_user_served_longest_ago_is_next(desk: Desk) -> None:
    alice = [desk.add("alice") for _ in range(3)]
    bob = [desk.add("bob") for _ in range(2)]
    carol = [desk.add("carol")]
    assert desk.run_all() == [alice[0], bob[0], carol[0], alice[1], bob[1], alice[2]]


def test_a_user_is_served_by_any_of_their_projects(desk: Desk) -> None:
    web, api = desk.add("alice", "web"), desk.add("alice", "api")
    bob = desk.add("bob")
    assert desk.run_all() == [web, bob, api]


def test_a_new_project_does_not_make_its_user_new(desk: Desk) -> None:
    desk.add("alice", "web")
    desk.run_all()
    bob = desk.add("bob")
    desk.run_all()
    later = desk.add("alice", "brand-new")
    assert desk.add("bob") != bob
    assert desk.claimed() == later  # alice was served before bob


def test_jobs_without_a_slot_stand_in_the_same_order(desk: Desk) -> None:
    first = desk.add("alice", slots=1)
    second = desk.add("alice", slots=0)
    third = desk.add("alice", slots=1)
    assert desk.run_all() == [first, second, third]


def test_a_locked_users_job_is_skipped(desk: Desk) -> None:
    desk.add("alice", priority=HIGH)
    desk.add("alice", priority=HIGH)
    bob = desk.add("bob", priority=LOW)
    desk.must_claim()
    assert desk.claimed() == bob
    assert desk.claim() is None


def test_a_changed_priority_changes_the_order(desk: Desk) -> None:
    first, second, third = desk.add(), desk.add(), desk.add()
    desk.store.edit(third, desk.now, priority=HIGH)
    desk.store.edit(first, desk.now, priority=LOW)
    assert desk.run_all() == [third, second, first]


def test_the_position_counts_those_of_the_same_or_higher_priority(desk: Desk) -> None:
    positions = [
        accepted.position
        for accepted in desk.accept(
            new("a"),
            new("b"),
            new("c", priority=HIGH),
            new("d", priority=LOW),
            new("e", priority=HIGH),
            new("f"),
        )
    ]
    assert positions == [1, 2, 1, 4, 2, 5]
    desk.must_claim()
    assert desk.accept(new("g", priority=LOW))[0].position == 6


def test_waiting_lists_by_priority_then_age_page_by_page(desk: Desk) -> None:
    priorities = [NORMAL, LOW, HIGH, NORMAL, LOW, HIGH]
    ids = [desk.add(f"user{i}", priority=priority) for i, priority in enumerate(priorities)]
    expected = [ids[i] for i in (2, 5, 0, 3, 1, 4)]
    assert [job.id for job in desk.store.waiting(10)] == expected
    paged, after = [], None
    while page := desk.store.waiting(2, after):
        paged += [job.id for job in page]
        after = (page[-1].priority, page[-1].seq)
    assert paged == expected


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(Priority)), max_size=12)
)
def test_any_queue_runs_in_the_order_that_the_words_say(asked: list[tuple[str, str, Priority]]) -> None:
    """One at a time, so that no lock decides: sort by (priority, user's last service, age) again and again."""
    with short_desk() as desk:
        ids = [desk.add(user, project, priority=priority) for user, project, priority in asked]
        expected: list[str] = []
        served = dict.fromkeys("abc", -1)
        left = set(range(len(asked)))
        while left:
            best = min(left, key=lambda i: (asked[i][2], served[asked[i][0]], i))
            left.remove(best)
            served[asked[best][0]] = len(expected)
            expected.append(ids[best])
        assert desk.run_all() == expected
