"""Statistics against brute force: random histories, and every number counted again from events and attempts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.base.errors import CockpitError
from cockpit.domain.events import Event
from cockpit.domain.job import Job
from cockpit.domain.lane import Claim
from cockpit.domain.load import Load
from cockpit.domain.retry import Cause
from cockpit.domain.statistics import DAY, HOUR, MINUTE, Report, Spread, Window, spread_of, window
from cockpit.store.sqlite import SqliteStore
from cockpit.store.statistics import By, Statistics
from cockpit.tui.words import ended_word
from tests.conformance.kit import Desk, short_desk

steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 300)),
        st.tuples(st.just("after"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.integers(0, 2000)),
        st.tuples(st.just("claim")),
        st.tuples(st.just("end"), st.integers(0, 9), st.sampled_from([0, 0, 1, 3])),
        st.tuples(st.just("lose"), st.integers(0, 9)),
        st.tuples(st.just("drop"), st.integers(0, 9)),
        st.tuples(st.just("kill"), st.integers(0, 9)),
        st.tuples(st.just("retry"), st.integers(0, 9)),
        st.tuples(st.just("promote")),
    ),
    max_size=60,
)
windows = st.tuples(st.sampled_from([MINUTE, 5 * MINUTE, HOUR]), st.integers(1, 40), st.integers(0, 3))


class History:
    """Plays steps at a desk; what a step can't do as things stand, it leaves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.jobs: list[str] = []
        self.claims: list[Claim] = []

    def play(self, step: tuple[object, ...]) -> None:
        try:
            getattr(self, f"_{step[0]}")(*step[1:])
        except CockpitError:
            pass  # a kill of what has ended, a retry of what has not

    def _add(self, user: str, retries: int, delay: int) -> None:
        until = self.desk.now + delay * 1_000_000 if delay > 200 else None
        self.jobs.append(self.desk.add(user, f"p{ord(user) % 2}", retries=retries, not_before=until))

    def _after(self, number: int) -> None:
        self.jobs.append(self.desk.add("d", after=(self._job(number),)))

    def _wait(self, seconds: int) -> None:
        self.desk.clock.advance(seconds)

    def _claim(self) -> None:
        if (claim := self.desk.claim(2)) is not None:
            self.claims.append(claim)

    def _end(self, number: int, code: int) -> None:
        if self.claims:
            self.desk.end(self.claims.pop(number % len(self.claims)), code)

    def _lose(self, number: int) -> None:
        if self.claims:
            self.desk.finish(self.claims.pop(number % len(self.claims)), Cause.LOST)

    def _drop(self, number: int) -> None:
        if self.claims:
            self.desk.finish(self.claims.pop(number % len(self.claims)), Cause.NEVER_STARTED)

    def _kill(self, number: int) -> None:
        reason = ("killed by hand", "cancelled by hand", "cleared by hand")[number % 3]
        self.desk.store.kill(self._job(number), reason, self.desk.now)

    def _retry(self, number: int) -> None:
        self.desk.store.retry(self._job(number), self.desk.now)

    def _promote(self) -> None:
        self.desk.store.promote_due(self.desk.now)

    def _job(self, number: int) -> str:
        if not self.jobs:
            self._add("a", 0, 0)
        return self.jobs[number % len(self.jobs)]


ENDS = ("completed", "failed", "killed", "cancelled")


class Counted:
    """The numbers of a report, each looked for in everything that there is."""

    def __init__(self, desk: Desk, asked: Window, by: By) -> None:
        self.asked, self.by = asked, by
        self.ends: Counter[tuple[int, str]] = Counter()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[str] = Counter()
        self.waiting: dict[str, list[int]] = defaultdict(list)
        self.running: dict[str, list[int]] = defaultdict(list)
        self.retries: Counter[str] = Counter()
        for job in desk.store.jobs(limit=10_000):
            self._look_at(job, desk.store.events(job.id), desk)

    def _look_at(self, job: Job, events: list[Event], desk: Desk) -> None:
        name = job.user if self.by == "user" else job.project
        ready = 0
        for event in events:
            if event.kind in ("queued", "pending", "retried"):
                ready = event.at
            if event.kind == "assigned" and self._in(event.at):
                self.waiting[name].append(event.at - ready)
                self.retries[name] += event.attempt > 1
            if event.kind in ("completed", "failed", "killed") and self._in(event.at):
                kind = ended_word(event.kind, event.reason)  # as lists call it
                self.ends[(event.at - self.asked.since) // self.asked.width, kind] += 1
                self.kinds[name, kind] += 1
            if event.kind == "failed" and self._in(event.at):
                after = "which it comes after" in (event.reason or "")
                self.reasons[
                    "a job that it comes after did not complete" if after else event.reason or ""
                ] += 1
        for attempt in desk.store.attempts(job.id):
            if attempt.started_at is not None and attempt.ended_at is not None and self._in(attempt.ended_at):
                self.running[name].append(attempt.ended_at - attempt.started_at)

    def _in(self, at: int) -> bool:
        return self.asked.since <= at < self.asked.until

    def check(self, report: Report) -> None:
        for kind in ENDS:
            counts = [self.ends[bucket, kind] for bucket in range(self.asked.count)]
            assert list(getattr(report.ends, kind)) == counts
            assert getattr(report.total, kind) == sum(counts)
        names = {*self.waiting, *self.running, *(name for name, _ in self.kinds)}
        assert {group.name for group in report.groups} == names
        for group in report.groups:
            name = group.name
            assert group.waiting == spread_of(self.waiting[name])
            assert group.running == spread_of(self.running[name])
            assert group.retries == self.retries[name]
            for kind in ENDS:
                assert getattr(group, kind) == self.kinds[name, kind]
        assert report.total.waiting == spread_of([span for spans in self.waiting.values() for span in spans])
        assert report.total.running == spread_of([span for spans in self.running.values() for span in spans])
        assert report.total.retries == self.retries.total()
        assert dict(report.reasons) == dict(self.reasons)
        assert [count for _, count in report.reasons] == sorted(self.reasons.values(), reverse=True)


@contextmanager
def statistics(desk: Desk) -> Iterator[Statistics]:
    opened = Statistics(cast(SqliteStore, desk.store).path)
    try:
        yield opened
    finally:
        opened.close()


@settings(max_examples=60)
@given(steps, windows, st.sampled_from(["project", "user"]))
def test_every_number_of_random_histories(
    played: list[tuple[object, ...]], asked: tuple[int, int, int], by: By
) -> None:
    with short_desk() as desk:
        history = History(desk)
        for step in played:
            history.play(step)
        width, count, back = asked
        wanted = window(desk.now - back * width, width * count, width)
        with statistics(desk) as opened:
            Counted(desk, wanted, by).check(opened.report(wanted, by, most=1000, reasons=1000))


@given(st.integers(0, 10**18), st.integers(1, 8 * DAY), st.sampled_from([MINUTE, HOUR, 6 * HOUR]))
def test_a_window_holds_now_in_its_last_bucket(now: int, length: int, width: int) -> None:
    asked = window(now, length, width)
    assert asked.since % width == 0
    assert asked.until - width <= now < asked.until
    assert asked.until - asked.since >= length


@given(st.lists(st.integers(0, 10**9)))
def test_percentiles_are_values_that_were_there(values: list[int]) -> None:
    spread = spread_of(values)
    assert (spread.count, spread.total) == (len(values), sum(values))
    if values:
        assert spread.median in values
        assert sum(value <= spread.median for value in values) * 2 >= len(values)
        assert sum(value <= spread.p95 for value in values) * 100 >= 95 * len(values)
        assert sum(value < spread.p95 for value in values) * 100 < 95 * len(values)
    else:
        assert spread == Spread(0, 0, 0, 0)


def test_samples_by_bucket() -> None:
    with short_desk() as desk:
        desk.store.register_node("here", "daemon", desk.me, 4, desk.now)
        desk.clock.advance(3600 - desk.now / 1_000_000 % 3600)
        begun = desk.now
        for n in range(4):
            desk.store.beat("here", 4, desk.now, Load(0.2 * n, 0.5, 0, 0.1 * n))
            desk.add("alice")
            desk.clock.advance(60)
        with statistics(desk) as opened:
            course = opened.report(Window(begun, 2 * MINUTE, 3), "user").course
    assert course.score == pytest.approx([0.05, 0.25, None])
    assert course.cpu == pytest.approx([0.1, 0.5, None])
    assert list(course.slots) == [4, 4, None]
    assert [list(priority) for priority in course.pending][2] == [1, 3, None]


def test_numbers_outlive_the_folders(desk_with_folders: Desk) -> None:
    desk = desk_with_folders
    asked = window(desk.now, HOUR, MINUTE)
    with statistics(desk) as opened:
        before = opened.report(asked, "project")
        for job_id in desk.store.ended_before(desk.now + DAY):
            desk.store.mark_pruned(job_id)
        assert desk.store.ended_before(desk.now + DAY) == []
        assert opened.report(asked, "project") == before
    assert (before.total.completed, before.total.failed) == (2, 1)


@pytest.fixture
def desk_with_folders() -> Iterator[Desk]:
    """Three jobs have ended."""
    with short_desk() as desk:
        for code in (0, 0, 3):
            desk.add("alice")
            desk.end(desk.must_claim(), code)
        yield desk


def test_a_question_writes_nothing(desk_with_folders: Desk) -> None:
    desk = desk_with_folders
    version = desk.store.data_version()
    with statistics(desk) as opened:
        opened.report(window(desk.now, DAY, HOUR), "user")
    assert desk.store.data_version() == version
