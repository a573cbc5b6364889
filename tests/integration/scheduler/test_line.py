"""Who runs, when, and who waits: users, slots, priorities, dependencies, holds, and a configuration that changes."""

from __future__ import annotations

import asyncio

import pytest

from cockpit.domain.job import ENDED, State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]

# Complains when an agent of the same user lives: the lock is the kernel's, so it goes with its holder.
ALONE = 'exec 9>>"{marks}/$COCKPIT_USER.lock"; flock -n 9 || echo "$COCKPIT_JOB_ID" >>"{marks}/two-at-once"'


async def test_one_job_per_user_and_never_more_than_the_slots(desk: Desk) -> None:
    desk.configure(scheduler={"slots": 2, "grace": 0.3})
    seen: list[int] = []
    script = ALONE.format(marks=desk.marks) + f'; echo "$COCKPIT_JOB_ID" >>{desk.marks}/ran'
    jobs = [desk.add(project, script) for project in ("web", "shop", "api", "docs") * 2]
    async with desk.running():
        await desk.until(
            lambda: (
                seen.append(desk.store.counts().slots_used)
                or all(desk.job(each).state in ENDED for each in jobs)
            ),
            "all jobs",
        )
    assert max(seen) == 2
    assert sorted(desk.marked("ran")) == sorted(jobs)
    assert desk.marked("two-at-once") == []
    assert {desk.job(each).state for each in jobs} == {State.COMPLETED}


async def test_users_run_beside_each_other_and_a_user_alone(desk: Desk) -> None:
    gate = desk.gate("open")
    first, second = desk.add("web", gate.waits), desk.add("shop", "echo second")
    other = desk.add("api", "echo other")
    async with desk.running():
        await desk.ended(other)
        await desk.in_state(first, State.RUNNING)
        assert desk.job(second).state is State.PENDING
        assert "alice" in (desk.queue.jobs.why(desk.job(second)) or "")
        await desk.appears(gate.has_somebody, "the first")
        await desk.ended(first, second)


async def test_priority_before_age(desk: Desk) -> None:
    order = f'echo "$COCKPIT_JOB_ID" >>{desk.marks}/order'
    low, normal = desk.add("web", order, priority="low"), desk.add("web", order)
    critical, high = desk.add("web", order, priority=1), desk.add("shop", order, priority="high")
    async with desk.running():
        await desk.ended(low, normal, critical, high)
    assert desk.marked("order") == [critical, high, normal, low]


async def test_after_and_delay(desk: Desk) -> None:
    gate = desk.gate("first")
    first = desk.add("web", gate.waits)
    then = desk.add("api", f"echo then >>{desk.marks}/order", after=(first,))
    late = desk.add("docs", "echo late", delay="0.4s")
    bad = desk.add("api", "exit 1")
    orphan = desk.add("docs", "echo never", after=(bad,))
    async with desk.running():
        await desk.ended(late, bad, orphan)
        assert desk.job(late).started_at >= desk.job(late).created_at + 400_000
        assert desk.job(then).state is State.PENDING
        assert desk.job(orphan).state is State.FAILED
        assert bad in str(desk.job(orphan).reason)
        await desk.appears(gate.has_somebody, "the first")
        await desk.ended(first, then)
    assert desk.marked("order") == ["then"]


@pytest.mark.parametrize(("scope", "key"), [("all", ""), ("project", "web"), ("user", "alice"), ("job", "")])
async def test_holds_catch_later_jobs_too(desk: Desk, scope: str, key: str) -> None:
    early = desk.add("web", "echo early")
    desk.queue.jobs.hold(scope, key or (early if scope == "job" else ""))
    async with desk.running():
        later = desk.add("web", "echo later")
        free = desk.add("api", "echo free") if scope != "all" else desk.add("api", "echo held")
        passes = {"all": [], "job": [later, free]}.get(scope, [free])
        await desk.ended(*passes)
        await asyncio.sleep(0)
        held = {early, later, free} - set(passes)
        assert {desk.job(each).state for each in held} == {State.PENDING}
        desk.queue.jobs.resume(scope, key or (early if scope == "job" else ""))
        await desk.ended(early, later, free)


async def test_serialization_is_turned_off_and_on_while_running(desk: Desk) -> None:
    gate = desk.gate("open")
    first = desk.add("web", gate.waits)
    async with desk.running():
        await desk.in_state(first, State.RUNNING)
        second = desk.add("shop", "echo beside")
        assert desk.job(second).state is State.PENDING
        desk.configure(per_user_serialization={"enabled": False})
        await desk.ended(second)
        assert desk.job(first).state is State.RUNNING
        desk.configure(per_user_serialization={"enabled": True})
        await desk.until(desk.store.serialization, "serialization")
        third = desk.add("shop", "echo behind")
        other = desk.add("api", "echo other")
        await desk.ended(other)
        assert desk.job(third).state is State.PENDING, "the first was there before, and still counts"
        await desk.appears(gate.has_somebody, "the first")
        await desk.ended(first, third)


async def test_slots_grow_while_running(desk: Desk) -> None:
    desk.configure(scheduler={"slots": 1, "grace": 0.3})
    gate = desk.gate("open")
    first, second = desk.add("web", gate.waits), desk.add("api", "echo second")
    async with desk.running():
        await desk.in_state(first, State.RUNNING)
        assert desk.job(second).state is State.PENDING
        desk.configure(scheduler={"slots": 2, "grace": 0.3})
        await desk.ended(second)
        await desk.appears(gate.has_somebody, "the first")
        await desk.ended(first)
