"""A project's container is configured anew while a job runs in it: the job goes on, the next one uses the new one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.config.load import load_settings
from cockpit.docker.engine import Engine
from cockpit.docker.kept import kept_containers
from cockpit.domain.job import State
from tests.desk import Desk
from tests.integration.docker.conftest import BASE, Dock, docked

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.tmux, pytest.mark.git]
WAITS = "echo in $(hostname); while [ ! -e go ]; do sleep 0.02; done"


@pytest.fixture
def dock(engine: Engine, desk: Desk, tmp_path: Path) -> Iterator[Dock]:
    folder = tmp_path / "dock"
    folder.mkdir()
    with docked(engine, folder) as dock:
        yield dock
        dock.made |= {one.name for one in kept_containers(engine, desk.places.home)}


def web(desk: Desk, docker: dict[str, str] | None) -> None:
    desk.configure(projects={"web": {"docker": docker} if docker else {}})


@pytest.mark.parametrize("new", ["this host", "another container", "other limits"])
async def test_the_job_goes_on_in_the_old_one(desk: Desk, dock: Dock, new: str) -> None:
    """Also when another scheduler takes it over meanwhile; its lock would pass on while it lives otherwise."""
    path = desk.repos / "web"
    web(desk, {"image": BASE, "network": "none"})
    job = desk.add("web", WAITS)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        await desk.appears(lambda: desk.output(job), "its first word")
    other = dock.foreign("--mount", f"type=bind,source={path},target={path}") if "another" in new else ""
    limits = {"image": BASE, "network": "none", "memory": "64m"}
    web(desk, {"this host": None, "another container": {"container": other}, "other limits": limits}[new])
    following = desk.add("web", WAITS)
    async with desk.running():
        await desk.until(lambda: desk.job(following).state is State.PENDING, "the lock")
        assert desk.job(job).state is State.RUNNING
        (path / "go").touch()
        first, second = await desk.ended(job, following)
    assert (first.state, first.attempt, second.state) == (State.COMPLETED, 1, State.COMPLETED)
    assert desk.output(job) != desk.output(following)


async def test_it_is_killed_there_where_it_runs(desk: Desk, dock: Dock) -> None:
    """By a command, while no scheduler runs."""
    web(desk, {"image": BASE, "network": "none"})
    job = desk.add("web", WAITS)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
    [kept] = kept_containers(dock.engine, desk.places.home)
    web(desk, None)
    desk.queue.context.settings = load_settings(desk.places, os.environ)
    desk.queue.kill(job, "not needed")
    assert desk.job(job).state is State.KILLED
    assert "hostname" not in dock.engine.run("exec", kept.id, "ps", "-ef")
