"""What a screen reads at every change costs the same however many jobs there are: counted in SQLite's own steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from cockpit.domain.job import NewJob, State
from cockpit.domain.screen import AgentState, PaneState
from cockpit.store.values import JobFilter, Order
from tests.conformance.kit import Desk, short_desk

FEW, MANY = 200, 4_000


@pytest.fixture(scope="module", params=[FEW, MANY])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """One user's long line, and one agent that runs for another."""
    with short_desk() as desk:
        desk.accept(*(NewJob("web", "alice", "shell", f"number {n}") for n in range(request.param)))
        desk.store.hold("user", "alice", desk.now)
        desk.add("bob")
        claim = desk.must_claim()
        desk.start(claim)
        seen = AgentState(PaneState.WORKING, "rule", "line", desk.now)
        assert desk.store.set_agent_state(claim.job_id, claim.fence, seen)
        yield desk


def steps(desk: Desk, read: Callable[[], object]) -> int:
    """How many tens of instructions SQLite needs for what `read` asks."""
    connection = desk.store._connection  # type: ignore[attr-defined]  # a SqliteStore
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(step, 10)
    try:
        read()
    finally:
        connection.set_progress_handler(None, 0)
    return count


def test_the_screens_of_agents(desk: Desk) -> None:
    assert steps(desk, desk.store.agent_states) < 50


@pytest.mark.parametrize("place", [0, 100])
def test_who_goes_before_a_job(desk: Desk, place: int) -> None:
    job = desk.store.waiting(place + 1)[place]
    assert desk.store.ahead(job) == place
    assert steps(desk, lambda: desk.store.ahead(job)) < 500


@pytest.mark.parametrize("span", [None, 20])
@pytest.mark.parametrize("order", [Order.TAKEN, Order.USER, Order.PROJECT, Order.AGE, Order.NEWEST])
def test_a_page_wherever_it_begins(desk: Desk, order: Order, span: int | None) -> None:
    for offset, back in ((FEW // 2, True), (desk.store.count(order) - FEW // 2, False)):
        key = desk.store.key_at(order, offset)
        read = partial(desk.store.page, order, limit=10, after=key, back=back, span=span)
        assert len(read().jobs) == 10
        assert steps(desk, read) < 200, (offset, back)


@pytest.mark.parametrize("order", [Order.TAKEN, Order.USER, Order.PROJECT])
def test_the_place_of_a_job_near_the_beginning(desk: Desk, order: Order) -> None:
    key = desk.store.key_at(order, 20)
    assert key is not None
    assert desk.store.rank(order, key) == 20
    assert steps(desk, lambda: desk.store.rank(order, key)) < 100


WANTED = [
    JobFilter(),
    JobFilter(user="alice"),
    JobFilter(project="web"),
    JobFilter(user="alice", project="web"),
    JobFilter(states=[State.PENDING]),
    JobFilter(states=[State.PENDING, State.DELAYED], user="alice"),
    JobFilter(states=[State.RUNNING, State.FAILED]),
]


@pytest.mark.parametrize("only", WANTED)
@pytest.mark.parametrize("far", [True, False])
def test_the_newest_jobs_that_an_index_knows(desk: Desk, only: JobFilter, far: bool) -> None:
    read = partial(desk.store.jobs, only, 10, FEW // 2 if far else None)
    assert far or len(read()) in (1, 10)
    assert steps(desk, read) < 200


def test_what_is_asked_once_in_a_while(desk: Desk) -> None:
    bobs = next(job for job in desk.store.active() if job.user == "bob")
    waits = desk.store.waiting(1)[0]
    for read in (
        partial(desk.store.prompts, "web"),
        partial(desk.store.prompts, "web", before=FEW // 2),
        partial(desk.store.others_at_work, bobs.id, desk.now),
        partial(desk.store.others_at_work, waits.id, desk.now),
        desk.store.active,
        desk.store.wishes,
        desk.store.count_waiting,
        desk.store.work_left,
    ):
        assert steps(desk, read) < 150, read


def test_whether_work_is_left_where_all_of_it_is_held() -> None:
    with short_desk() as desk:
        desk.accept(*(NewJob("web", "alice", "shell", "do", not_before=desk.now + n % 2) for n in range(FEW)))
        desk.store.hold("user", "alice", desk.now)
        assert not desk.store.work_left()
        assert steps(desk, desk.store.work_left) < 50
        desk.store.resume("user", "alice", desk.now)
        assert desk.store.work_left()
