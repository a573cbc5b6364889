"""A store and the model walk side by side through whatever hypothesis thinks of; they must never differ."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cockpit.base.errors import Conflict, StaleFence
from cockpit.domain.job import ACTIVE, ENDED, WAITING, Job, Priority, State
from cockpit.domain.lane import Claim
from cockpit.domain.retry import Cause
from cockpit.store.sqlite import SqliteStore
from tests.conformance.kit import DEAD, LEASE, Desk, new, short_desk
from tests.conformance.model import Model, ModelJob

USERS = st.sampled_from(["alice", "bob"])
PROJECTS = st.sampled_from(["web", "api"])
PRIORITIES = st.sampled_from([Priority.NORMAL, Priority.NORMAL, *Priority])
GATES = st.sampled_from(
    [("user", "alice"), ("project", "web"), ("user", "bob"), ("project", "api"), ("all", "")]
)
ANY = st.integers(0, 99)
"""Which one of those there are: taken modulo their number."""
ENDS = st.sampled_from(
    [
        (Cause.EXITED, 0),
        (Cause.EXITED, 1),
        (Cause.LOST, None),
        (Cause.TIMED_OUT, 0),
        (Cause.NEVER_STARTED, None),
    ]
)


def if_any(states: frozenset[State]) -> Any:
    """The rule is for later unless a job is in one of `states`: a step that does nothing is wasted."""
    return precondition(lambda self: any(job.state in states for job in self.model.jobs))


class _Crash(Exception):
    """The process dies here."""


class StoreMachine(RuleBasedStateMachine):
    """`kind` is the store under test: the real one, or one that was broken on purpose."""

    kind: type[SqliteStore] = SqliteStore

    def __init__(self) -> None:
        super().__init__()
        self._exit = ExitStack()
        self.desk: Desk = self._exit.enter_context(short_desk(self.kind))
        self.model = Model()
        self.claims: list[Claim] = []
        self.undo: list[tuple[list[Job], list[tuple[ModelJob, int, int | None]]]] = []

    def teardown(self) -> None:
        self._exit.close()

    def some(self, states: frozenset[State], which: int) -> ModelJob:
        jobs = self.model.in_state(states)
        return jobs[which % len(jobs)]

    @initialize(users=st.lists(USERS, min_size=3, max_size=5))
    def a_queue_to_begin_with(self, users: list[str]) -> None:
        for user in users:
            self.enqueue(
                user=user, project="web", priority=Priority.NORMAL, slots=1, retries=1, delay=0, after=[]
            )

    # jobs come and wait

    @rule(user=USERS, project=PROJECTS, priority=PRIORITIES, slots=st.sampled_from([1, 1, 1, 0]),
          retries=st.integers(0, 2), delay=st.sampled_from([0, 0, 0, 5]),
          after=st.one_of(st.just([]), st.lists(ANY, max_size=2)))  # fmt: skip
    def enqueue(
        self,
        *,
        user: str,
        project: str,
        priority: Priority,
        slots: int,
        retries: int,
        delay: int,
        after: list[int],
    ) -> None:
        jobs = self.model.jobs
        needs = [jobs[i] for i in sorted({number % len(jobs) for number in after})] if jobs else []
        until = self.desk.now + delay * 1_000_000 if delay else None
        asked = new(user, project, priority=priority, slots=slots, retries=retries, not_before=until,
                    after=tuple(need.id for need in needs))  # fmt: skip
        if any(need.state in (State.FAILED, State.KILLED) for need in needs):
            with pytest.raises(Conflict):
                self.desk.accept(asked)
            return
        waiting = [job for job in jobs if job.state is State.PENDING and job.priority <= priority]
        [accepted] = self.desk.accept(asked)
        assert accepted.position == len(waiting) + 1
        state = State.DELAYED if until else State.PENDING
        jobs.append(
            ModelJob(accepted.job_id, len(jobs), user, project, priority, slots, retries, needs, state, until)
        )

    @precondition(lambda self: len(self.model.in_state(WAITING)) < 4)
    @rule(users=st.lists(USERS, min_size=2, max_size=4), project=PROJECTS)
    def enqueue_more(self, users: list[str], project: str) -> None:
        """So that there is always something to do."""
        for user in users:
            self.enqueue(
                user=user, project=project, priority=Priority.NORMAL, slots=1, retries=1, delay=0, after=[]
            )

    @if_any(WAITING)
    @rule(which=ANY, priority=st.sampled_from(Priority))
    def reprioritise(self, which: int, priority: Priority) -> None:
        job = self.some(WAITING, which)
        self.desk.store.edit(job.id, self.desk.now, priority=priority)
        job.priority = priority

    @rule(gate=GATES)
    def hold_or_resume(self, gate: tuple[str, str]) -> None:
        if gate in self.model.holds:
            self.model.holds.remove(gate)
            assert self.desk.store.resume(*gate, self.desk.now) is True
        else:
            assert self.desk.store.resume(*gate, self.desk.now) is False
            self.desk.store.hold(*gate, self.desk.now)
            self.model.holds.add(gate)

    @precondition(lambda self: self.model.holds)
    @rule()
    def resume_everything(self) -> None:
        for gate in sorted(self.model.holds):
            self.hold_or_resume(gate)

    @if_any(WAITING | ACTIVE)
    @rule(which=ANY)
    def hold_or_resume_one(self, which: int) -> None:
        job = self.some(WAITING | ACTIVE, which)
        if job.held:
            assert self.desk.store.resume("job", job.id, self.desk.now) is True
        else:
            self.desk.store.hold("job", job.id, self.desk.now)
        job.held = not job.held

    @if_any(frozenset({State.DELAYED}))
    @rule(seconds=st.sampled_from([5, 700]))
    def time_passes(self, seconds: float) -> None:
        self.desk.clock.advance(seconds)
        assert self.desk.store.promote_due(self.desk.now) == self.model.promote(self.desk.now)

    # jobs run

    @rule(slots=st.sampled_from([2, 2, 3, 1, 0]))
    def claim(self, slots: int) -> None:
        expected = self.model.next(slots)
        claim = self.desk.claim(slots)
        assert (claim and claim.job_id) == (expected and expected.id)
        if claim is not None and expected is not None:
            self.claims.append(claim)
            self.model.grant(expected, claim.fence)
            assert self.model.slots_used() <= slots or not expected.slots

    @rule(rounds=st.integers(1, 3), end=ENDS)
    def run_some(self, rounds: int, end: tuple[Cause, int | None]) -> None:
        """The usual day: claim, run, finish, and again."""
        for _ in range(rounds):
            self.claim(2)
            if self.model.in_state(ACTIVE):
                self.finish(0, end)

    @if_any(ACTIVE)
    @rule(which=ANY)
    def one_step_on(self, which: int) -> None:
        job = self.some(ACTIVE, which)
        assert job.fence is not None
        if job.state is State.RUNNING:
            self.desk.store.stalled(job.id, job.fence, "silence", self.desk.now)
            job.state = State.STALLED
        elif job.state is State.STALLED:
            self.desk.store.running(job.id, job.fence, self.desk.now)
            job.state = State.RUNNING
        else:
            self.desk.start(self.current(job))
            job.state = State.RUNNING

    def current(self, job: ModelJob) -> Claim:
        return next(claim for claim in self.claims if claim.fence == job.fence)

    @if_any(ACTIVE)
    @rule(which=ANY, end=ENDS)
    def finish(self, which: int, end: tuple[Cause, int | None]) -> None:
        job = self.some(ACTIVE, which)
        if job.state is State.ASSIGNED and end[1] == 0:
            self.desk.start(self.current(job))
        self.desk.finish(self.current(job), end[0], exit_code=end[1])
        self.model.finish(job, *end, self.desk.now)

    @if_any(WAITING | ACTIVE)
    @rule(which=ANY)
    def kill(self, which: int) -> None:
        job = self.some(WAITING | ACTIVE, which)
        self.desk.store.kill(job.id, "enough", self.desk.now)
        if job.state in WAITING:
            self.model.end_badly(job, State.KILLED)
        else:
            job.wish = True

    @if_any(ENDED | {State.DELAYED})
    @rule(which=ANY)
    def retry_by_hand(self, which: int) -> None:
        job = self.some(ENDED | {State.DELAYED}, which)
        if self.model.may_retry(job):
            self.desk.store.retry(job.id, self.desk.now)
            self.model.retry(job)
        else:
            with pytest.raises(Conflict):
                self.desk.store.retry(job.id, self.desk.now)

    @if_any(WAITING)
    @rule(which=st.lists(ANY, min_size=1, max_size=3))
    def cancel_some(self, which: list[int]) -> None:
        jobs = list({job.id: job for job in (self.some(WAITING, number) for number in which)}.values())
        waiting = [(job, job.attempt, job.until) for job in self.model.in_state(WAITING)]
        before = self.desk.store.cancel_all([job.id for job in jobs], "enough", self.desk.now)
        self.model.cancel(jobs)
        gone = [was for was in waiting if was[0].state not in WAITING]
        assert {job.id for job in before} == {job.id for job, *_ in gone}
        self.undo.append((before, gone))

    @precondition(lambda self: self.undo)
    @rule()
    def take_back(self) -> None:
        before, gone = self.undo.pop()
        back = self.desk.store.restore(before, self.desk.now)
        assert [job.id for job in back] == [job.id for job in self.model.restore(gone, self.desk.now)]

    def out_of_date(self) -> list[Claim]:
        current = {job.fence for job in self.model.in_state(ACTIVE)}
        return [claim for claim in self.claims if claim.fence not in current]

    @precondition(lambda self: self.out_of_date())
    @rule(which=ANY, word=st.sampled_from(["finish", "running", "stalled"]))
    def zombie(self, which: int, word: str) -> None:
        """An attempt that has ended speaks up."""
        old = self.out_of_date()
        claim = old[-1 - which % len(old)]
        assert self.desk.store.renew([claim.fence], LEASE, self.desk.now) == 0
        with pytest.raises(StaleFence):
            self.late_word(claim, word)

    def late_word(self, claim: Claim, word: str) -> None:
        if word == "finish":
            self.desk.finish(claim, Cause.EXITED, "late", 0)
        elif word == "running":
            self.desk.store.running(claim.job_id, claim.fence, self.desk.now)
        else:
            self.desk.store.stalled(claim.job_id, claim.fence, "late", self.desk.now)

    # locks by hand, and the whole

    @rule(user=USERS, dead=st.booleans())
    def lock_by_hand(self, user: str, dead: bool) -> None:
        if user in self.lapsed():
            del self.model.manual[user]
        lock = self.desk.lock_by_hand(user, DEAD if dead else None)
        assert (lock is None) == self.model.locked(user)
        if lock is not None:
            assert lock.token > self.model.fence
            self.model.fence = lock.token
            self.model.manual[user] = lock.lock_id, dead

    def lapsed(self) -> list[str]:
        return [user for user, (_, dead) in self.model.manual.items() if dead]

    @precondition(lambda self: self.model.manual)
    @rule()
    def release_by_hand(self) -> None:
        for user, (lock_id, _) in self.model.manual.items():
            assert self.desk.store.release(user, "manual-000000.1") is False
            assert self.desk.store.release(user, lock_id) is True
        self.model.manual = {}

    @precondition(lambda self: self.model.manual)
    @rule()
    def leases_run_out(self) -> None:
        """All of them; that frees no lock whose holder lives, taken by hand or not."""
        self.time_passes(LEASE)
        lapsed = self.lapsed()
        assert self.desk.store.sweep_manual(LEASE, self.desk.now) == len(lapsed)
        for user in lapsed:
            del self.model.manual[user]

    @rule(what=st.sampled_from(["crash", "serialization", "crash", "clear"]), user=USERS)
    def rare(self, what: str, user: str) -> None:
        """What seldom happens is one rule, so that it stays seldom."""
        if what == "serialization":
            self.model.serialize = not self.model.serialize
            self.desk.store.set_serialization(self.model.serialize)
        elif what == "clear":
            assert self.desk.store.clear("cleared", self.desk.now, user=user) == self.model.clear(user)
        else:
            with pytest.raises(_Crash):
                self.die_inside()
            self.desk.store.close()
            self.desk.store = self.desk.open_store()

    def die_inside(self) -> None:
        with self.desk.store.transaction():
            self.desk.accept(new("alice"), new("bob"))
            self.desk.claim(3)
            raise _Crash

    # what holds at any moment

    @invariant()
    def store_and_model_agree(self) -> None:
        found = {
            job.id: (job.state, job.attempt, job.fence, job.failures, job.losses, job.priority, job.held)
            for job in self.desk.store.jobs(limit=1000)
        }
        assert found == {
            job.id: (job.state, job.attempt, job.fence, job.failures, job.losses, job.priority, job.held)
            for job in self.model.jobs
        }

    @invariant()
    def no_lane_has_two(self) -> None:
        lanes = [lock.lane for lock in self.desk.store.locks()]
        assert len(lanes) == len(set(lanes))
        users = [
            job.user for job in self.desk.store.active() if job.grant and job.grant.lane.startswith("user:")
        ]
        assert len(users) == len(set(users))

    @invariant()
    def everything_kept_is_right(self) -> None:
        self.desk.look_round()
