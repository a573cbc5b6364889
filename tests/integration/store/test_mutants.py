"""Stores that are broken on purpose: each fault that others shipped must be noticed by the suites.

The faults live here alone, patched in by inheritance. A suite that lets one of them pass is no suite.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cockpit.base.clock import Micros
from cockpit.base.errors import CockpitError, StaleFence
from cockpit.domain.job import Job
from cockpit.domain.lane import Claim
from cockpit.store.claims import Claims
from cockpit.store.lines import Lines
from cockpit.store.sqlite import SqliteStore
from tests.conformance import (
    test_fencing,
    test_gates,
    test_manual_locks,
    test_order,
    test_slots_and_locks,
)
from tests.conformance.kit import Desk, short_desk
from tests.conformance.machine import StoreMachine


class NoFenceCheck(SqliteStore):
    """Believes whoever speaks up."""

    def _fenced(self, job_id: str, fence: int) -> Job:
        return self._job(job_id)


class CandidateFromBefore(SqliteStore):
    """Chooses outside of the transaction, and does not look again inside."""

    between: Callable[[], object] = staticmethod(lambda: None)

    def claim(self, slots_max: int, lease: float, now: Micros) -> Claim | None:
        candidates = self._candidates(slots_max)
        if not candidates:
            return None
        chosen = self._job_by_seq(min(candidates)[2])
        self.between()
        with self.transaction():
            return self._grant(chosen, lease, now)


class SlotsOffByOne(SqliteStore):
    """Counts one slot too many."""

    def _candidates(self, slots_max: int) -> list[tuple[int, int, int]]:
        return super()._candidates(slots_max + 1)


class SweeperWithoutComparison(SqliteStore):
    """Frees a user's lock, whatever its token is by now."""

    def _revoke(self, user: str, where: str, values: tuple[object, ...]) -> bool:
        return super()._revoke(user, "user = ?", (user,))


class LastInFirstOut(SqliteStore):
    """Leads a line to its youngest job."""

    def _refresh_head(self, user: str, project: str, slots: int) -> None:
        super()._refresh_head(user, project, slots)
        newest = (
            "(SELECT MAX(j.seq) FROM jobs j WHERE j.user = lines.user AND j.project = lines.project"
            " AND j.slots = lines.slots AND j.state = 'pending' AND j.held = 0 AND j.waits_for = 0"
            " AND j.priority = lines.head_priority)"
        )
        where = "user = ? AND project = ? AND slots = ?"
        self._execute(f"UPDATE lines SET head_seq = {newest} WHERE {where}", (user, project, slots))


class LinesStayOpen(SqliteStore):
    """Forgets to close the lines of a user whose lock was taken."""

    def _refresh_locked(self, user: str) -> None:
        pass


class BelievesOpenLines(LinesStayOpen):
    """And does not look at the lock itself either."""

    def _lane_is_held(self, job: Job) -> bool:
        return False


class UnfairToUsers(SqliteStore):
    """Forgets who was served last."""

    def _grant(self, job: Job, lease: float, now: Micros) -> Claim:
        claim = super()._grant(job, lease, now)
        self._execute("UPDATE lines SET last_served = 0 WHERE user = ?", (job.user,))
        return claim


class FenceStandsStill(SqliteStore):
    """Gives the same token twice."""

    def _next_fence(self) -> int:
        fence = super()._next_fence()
        if fence % 2 == 0:
            self._execute("UPDATE counters SET value = value - 1 WHERE name = 'fence'")
        return fence


class HoldsForgetTheNew(SqliteStore):
    """A line that is made behind a hold stands open."""

    def _add_line(self, user: str, project: str, slots: int) -> int:
        added = super()._add_line(user, project, slots)
        self._execute("UPDATE lines SET held = 0 WHERE user = ? AND project = ?", (user, project))
        return added


MUTANTS = [
    NoFenceCheck, SlotsOffByOne, SweeperWithoutComparison, LastInFirstOut, LinesStayOpen,
    BelievesOpenLines, UnfairToUsers, FenceStandsStill, HoldsForgetTheNew,
]  # fmt: skip

Test = Callable[[Desk], None]
TOLD_BY: list[tuple[type[SqliteStore], Test]] = [
    (NoFenceCheck, lambda desk: test_fencing.test_an_ended_job_hears_nobody(desk, test_fencing.ZOMBIE_WORDS[0])),
    (NoFenceCheck, lambda desk: test_fencing.test_an_old_attempt_changes_nothing_of_the_new_one(
        desk, test_fencing.ZOMBIE_WORDS[3])),
    (SlotsOffByOne, test_slots_and_locks.test_never_more_than_the_slots),
    (SweeperWithoutComparison, test_manual_locks.test_only_its_own_id_gives_it_back),
    (SweeperWithoutComparison, test_manual_locks.test_a_jobs_lock_is_not_given_back_by_hand),
    (LastInFirstOut, test_order.test_one_users_jobs_run_first_in_first_out),
    (LinesStayOpen, test_order.test_a_locked_users_job_is_skipped),
    (BelievesOpenLines, test_slots_and_locks.test_one_user_one_job_over_all_projects),
    (UnfairToUsers, test_order.test_the_user_served_longest_ago_is_next),
    (FenceStandsStill, test_fencing.test_the_fence_only_grows),
    (HoldsForgetTheNew, test_gates.test_a_hold_catches_a_line_that_is_new),
]  # fmt: skip
NOTICED = (AssertionError, CockpitError, pytest.fail.Exception, Exception)


@pytest.mark.parametrize(("mutant", "test"), TOLD_BY, ids=lambda value: getattr(value, "__name__", None))
def test_a_test_of_the_suite_tells(mutant: type[SqliteStore], test: Test) -> None:
    with short_desk() as desk:
        test(desk)  # the store as it is passes
    with short_desk(mutant) as desk, pytest.raises(NOTICED):
        test(desk)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_model_tells(mutant: type[SqliteStore]) -> None:
    """Without being told where to look: the walk beside the model ends in a difference."""

    class Machine(StoreMachine):
        kind = mutant

    look = settings(
        max_examples=300, stateful_step_count=30, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with pytest.raises(NOTICED):
        run_state_machine_as_test(Machine, settings=look)


def race_for_one_job(kind: type[CandidateFromBefore] | type[SqliteStore]) -> list[str]:
    """Two claimants see the same job; returns who got it. The second one claims between the first one's two steps."""
    with short_desk(kind) as desk:
        id_ = desk.add()
        winners: list[str] = []
        other = Desk(desk.open_store)

        def second() -> None:
            if other.claim() is not None:
                winners.append("second")

        if isinstance(desk.store, CandidateFromBefore):
            desk.store.between = second  # type: ignore[method-assign]
        else:
            second()
        try:
            if desk.claim() is not None:
                winners.append("first")
        finally:
            assert winners.count("second") == 1
            assert [attempt.number for attempt in desk.store.attempts(id_)] == [1]
        return winners


def test_a_claim_that_does_not_look_again_is_noticed() -> None:
    assert race_for_one_job(SqliteStore) == ["second"]
    with pytest.raises(NOTICED):
        race_for_one_job(CandidateFromBefore)


def test_the_mutants_differ_from_the_store_in_what_they_say() -> None:
    """Should a method be renamed, its mutant would be no mutant any more."""
    for mutant in [*MUTANTS, CandidateFromBefore]:
        changed = [name for name, value in vars(mutant).items() if isinstance(value, FunctionType)]
        assert changed
        assert all(hasattr(SqliteStore, name) for name in changed)
    assert issubclass(SqliteStore, (Claims, Lines))
    assert issubclass(StaleFence, CockpitError)
