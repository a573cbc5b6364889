"""Pages of jobs in every order, filtered and turned round, agree with what one would get by sorting all jobs."""

from __future__ import annotations

import pytest

from cockpit.domain.job import ENDED, Job, Priority, State
from cockpit.store.pages import key_of
from cockpit.store.values import JobFilter, Key, Order
from tests.conformance.kit import Desk, new

NOBODY = JobFilter(users=())


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Jobs of three users in two projects: some ended at different times, two in the same moment, the others wait."""
    desk.accept(
        *(
            new(
                ("alice", "bob", "carol")[n % 3],
                ("web", "api")[n % 2],
                priority=Priority(n % 4),
                prompt=prompt(n),
            )
            for n in range(40)
        )
    )
    for n in range(14):
        claim = desk.must_claim()
        if n != 7:
            desk.clock.advance(60)
        desk.end(claim, exit_code=n % 3)
    desk.add("dora", prompt="later", not_before=desk.now + 1_000_000)
    return desk


def prompt(n: int) -> str:
    return f"\n  Fix Part {n}\nand more"


def expected(desk: Desk, order: Order) -> list[Job]:
    """All jobs of an order, sorted here."""
    jobs = desk.store.jobs(limit=1000)
    if order is Order.NEWEST:
        return jobs
    if order is Order.ENDED:
        ended = [job for job in jobs if job.state in ENDED]
        return sorted(ended, key=lambda job: key_of(order, job), reverse=True)
    return sorted((j for j in jobs if j.state is State.PENDING), key=lambda job: key_of(order, job))


def walked(desk: Desk, order: Order, only: JobFilter, *, back: bool, span: int | None) -> list[str]:
    """All ids by pages of three."""
    found: list[str] = []
    after: Key | None = None
    while True:
        page = desk.store.page(order, only, 3, after, back=back, span=span)
        assert len(page.jobs) <= 3
        found += [job.id for job in page.jobs]
        if page.last is None:
            return found
        after = page.last


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("order", Order)
def test_pages_join_up_to_the_whole_order(busy: Desk, order: Order, back: bool) -> None:
    ids = [job.id for job in expected(busy, order)][:: -1 if back else 1]
    assert len(ids) > 10
    assert walked(busy, order, JobFilter(), back=back, span=None) == ids
    assert walked(busy, order, JobFilter(), back=back, span=5) == ids
    assert busy.store.count(order) == len(ids)
    for place, id_ in enumerate(ids):
        key = key_of(order, busy.job(id_))
        assert busy.store.key_at(order, place, back=back) == key
        assert busy.store.rank(order, key, back=back) == place
    assert busy.store.key_at(order, len(ids), back=back) is None


@pytest.mark.parametrize(
    "only",
    [
        JobFilter(users=["alice", "carol"]),
        JobFilter(user="bob", projects=["web"]),
        JobFilter(agents=["shell"], priorities=[Priority.HIGH, Priority.LOW]),
        JobFilter(agents=["other"]),
        JobFilter(states=[State.FAILED, State.DELAYED]),
        JobFilter(words=[("part 1", "LATER"), ("fix",)]),
        NOBODY,
    ],
)
@pytest.mark.parametrize("order", Order)
def test_filters_narrow_every_order(busy: Desk, order: Order, only: JobFilter) -> None:
    def fits(job: Job) -> bool:
        head = busy.store.head(job.id).lower()
        return (
            (not only.states or job.state in only.states)
            and (only.users is None or job.user in only.users)
            and (only.user is None or job.user == only.user)
            and (only.projects is None or job.project in only.projects)
            and (only.agents is None or job.agent in only.agents)
            and (not only.priorities or job.priority in only.priorities)
            and all(any(word.lower() in head for word in words) for words in only.words)
        )

    ids = [job.id for job in expected(busy, order) if fits(job)]
    for span in (None, 4):
        assert walked(busy, order, only, back=False, span=span) == ids
    assert busy.store.count(order, only) == len(ids)
    if ids:
        assert busy.store.key_at(order, len(ids) - 1, only) == key_of(order, busy.job(ids[-1]))
        assert busy.store.rank(order, key_of(order, busy.job(ids[-1])), only) == len(ids) - 1


def test_what_ended_is_bounded_by_its_end_and_stays_when_its_folder_is_gone(busy: Desk) -> None:
    ended = expected(busy, Order.ENDED)
    for job in ended:
        busy.store.mark_pruned(job.id)
    start, end = ended[8].finished_at, ended[2].finished_at
    only = JobFilter(finished_from=start, finished_before=end)
    found = walked(busy, Order.ENDED, only, back=False, span=None)
    assert found == [job.id for job in ended if start <= (job.finished_at or 0) < (end or 0)]  # type: ignore[operator]  # all ended
    assert len(found) in (5, 6)


def test_who_waits_is_counted_by_user_and_project(busy: Desk) -> None:
    waiting = expected(busy, Order.TAKEN)
    for column in ("user", "project"):
        names = sorted({getattr(job, column) for job in waiting})
        counted = [(name, sum(getattr(job, column) == name for job in waiting)) for name in names]
        assert busy.store.waiting_by(column) == counted


def test_words_are_looked_for_across_id_and_reason(desk: Desk) -> None:
    job = desk.add(prompt="100% _sure_")
    desk.end(desk.must_claim(), exit_code=3)
    for words, found in ((("exit CODE 3",), 1), ((job[:6],), 1), (("100% _",), 1), (("%",), 1), (("1%",), 0)):
        assert desk.store.count(Order.ENDED, JobFilter(words=[words])) == found, words


def test_events_are_read_from_any_number_on_and_found_by_time(desk: Desk) -> None:
    for _ in range(5):
        desk.add()
        desk.clock.advance(10)
        desk.end(desk.must_claim())
        desk.clock.advance(10)
    every = desk.store.events(limit=1000)
    assert [event for event, _ in desk.store.events_between(0, 1000)] == every
    page = desk.store.events_between(every[4].number, 3)
    assert [event for event, _ in page] == every[5:8]
    assert [job.id for _, job in page] == [event.job_id for event in every[5:8]]
    assert [event for event, _ in desk.store.events_between(0, 99, before=every[2].number)] == every[:2]
    for when in {event.at for event in every} | {0, desk.now + 1}:
        before = [event.number for event in every if event.at < when]
        assert desk.store.event_at(when) == (before[-1] if before else 0)
