"""What is told of a job before it is enqueued: what it waits for, and about how long, over a real store."""

from __future__ import annotations

import time

from cockpit.controller.jobs import Jobs
from cockpit.controller.requests import EnqueueRequest
from cockpit.tui.form.forecast import forecast, read_outlook
from cockpit.tui.overview import read_overview
from tests.ui.stage import NOON, Stage


def told(
    stage: Stage, count: int = 1, project: str = "web", *, serialize: bool = True, **more: object
) -> str:
    new = Jobs(stage.context, stage.store).check(EnqueueRequest(project, "x", **more))  # type: ignore[arg-type]  # by name
    now = read_overview(stage.store, stage.context, "scheduler", stage.store.active())
    return forecast(new, read_outlook(stage.store, new, now, serialize=serialize), count)


def ran(stage: Stage, project: str, minutes: int) -> None:
    """A job of this project has taken so long."""
    job = stage.start(project)
    stage.clock.advance(60 * minutes)
    stage.finish(job)


def test_it_starts_now_where_a_slot_is_free(stage: Stage) -> None:
    assert told(stage) == "Starts now."
    stage.enqueue("api")
    assert told(stage) == "Starts now.", "bob's job leaves two slots of three"


def test_a_time_of_its_own_and_other_jobs_come_first(stage: Stage) -> None:
    later = NOON // 1_000_000 + 7200
    clock = time.strftime("%H:%M", time.localtime(later))
    assert told(stage, delay="2h") == f"Starts at {clock} (in 2h), or when alice's turn comes after that."
    first, second = stage.enqueue("api"), stage.enqueue("docs")
    assert told(stage, after=(first,)) == f"Waits until {first} has completed."
    assert told(stage, after=(first, second)) == f"Waits until {first}, {second} have completed."


def test_the_lock_and_who_stands_before_it(stage: Stage) -> None:
    running = stage.start("web")
    held = f"Waits for alice's lock, held by {running.id}"
    assert told(stage) == f"{held}; how long is unknown, no job of alice has ended lately."
    stage.clock.advance(600)
    stage.finish(running)
    for _ in range(2):
        ran(stage, "web", 20)
    running = stage.start("web")
    stage.clock.advance(300)
    held = f"Waits for alice's lock, held by {running.id}"
    assert told(stage) == f"{held}: about 15m."
    for _ in range(2):
        stage.enqueue("web")
    assert told(stage) == f"{held}, then 2 earlier jobs: about 55m."
    assert told(stage, priority="critical") == f"{held}: about 15m."


def test_earlier_jobs_of_the_same_user(stage: Stage) -> None:
    ran(stage, "web", 30)
    stage.enqueue("web")
    assert told(stage) == "Waits for 1 earlier job of alice: about 30m."


def test_a_free_slot(stage: Stage) -> None:
    ran(stage, "docs", 10)
    for project in ("web", "api"):
        ran(stage, project, 10)
    stage.start("api")
    stage.start("docs")
    assert told(stage) == "Starts now."
    stage.store.register_node("here", "cockpit", stage.store.node().process, 2, NOON)  # type: ignore[union-attr]  # there is one
    assert told(stage) == "Waits for a free slot (2 of 2 used): about 10m."
    assert told(stage, serialize=False).startswith("Waits for a free slot")


def test_holds_and_a_missing_scheduler(stage: Stage) -> None:
    stage.store.hold("project", "web", NOON)
    assert told(stage) == "Waits for a resume: project web is held. Position 1."
    stage.store.hold("all", "", NOON)
    assert told(stage, project="api").startswith("Waits for a resume: the whole queue is held")


def test_several_jobs(stage: Stage) -> None:
    ran(stage, "web", 10)
    assert told(stage, 12) == (
        "12 jobs, one per line. The first: starts now. The others follow one after another, as alice's lock wants it,"
        " about 2h in all."
    )
    assert told(stage, 2, serialize=False).endswith("The others follow as slots come free (3 in all).")


def test_ten_thousand_jobs_of_others_cost_nothing(stage: Stage) -> None:
    from cockpit.domain.job import NewJob, Priority

    new = [NewJob("web", "alice", "shell", "x", Priority.NORMAL) for _ in range(10_000)]
    stage.store.enqueue(new, stage.clock.now())
    assert told(stage).startswith("Waits for 100+ earlier jobs of alice")
    assert told(stage, priority="high") == "Starts now."
    start = time.perf_counter()
    for _ in range(20):
        told(stage, priority="critical")
    assert (time.perf_counter() - start) / 20 < 0.02
