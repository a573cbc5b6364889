"""The story is whole: it shows what it promises, and its parts fit together."""

from __future__ import annotations

import os

from cockpit.demo.fleet import HANDED_OUT, ON_SCREEN, REPOSITORIES, TASKS, YESTERDAY
from cockpit.demo.ground import AGENTS
from cockpit.domain.job import Priority


def test_it_has_four_users_and_five_repositories() -> None:
    assert len(REPOSITORIES) == 5
    assert len({each.user for each in REPOSITORIES}) == 4


def test_it_shows_every_priority_a_dependency_a_delay_a_hold_and_a_retry() -> None:
    assert {Priority.parse(task.priority) for task in TASKS} == set(Priority)
    assert any(task.after for task in TASKS)
    assert [task.key for task in TASKS if task.delayed] == ["typos"]
    assert [task.key for task in TASKS if task.held] == ["publish"]
    assert [task.key for task in TASKS if task.retries] == ["flaky"]


def test_every_task_names_what_is_there() -> None:
    seen: set[str] = set()
    for task in (*TASKS, *ON_SCREEN):
        assert task.project in {each.name for each in REPOSITORIES}
        assert os.path.exists(f"{AGENTS}/{task.agent}.sh")
        assert set(task.after) <= seen, "a job waits for earlier ones only"
        seen.add(task.key)
    assert len(seen) == len(TASKS) + len(ON_SCREEN)


def test_agents_hand_out_as_many_jobs_as_are_waited_for() -> None:
    assert sum(line.startswith("then: ") for task in TASKS for line in task.script) == HANDED_OUT


def test_what_is_looked_at_fails_once_runs_long_and_has_a_past() -> None:
    assert [task.key for task in ON_SCREEN if "fail: always" in task.script] == ["links"]
    assert sum(past.code != 0 for past in YESTERDAY) == 1
    assert {past.project for past in YESTERDAY} <= {each.name for each in REPOSITORIES}
