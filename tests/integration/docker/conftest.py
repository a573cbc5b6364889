"""A real engine (DOCKER_HOST; tools/docker_engine.sh starts one), and containers that are gone after the test."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cockpit.base.tag import tag_of
from cockpit.docker.container import Containers
from cockpit.docker.engine import Engine
from cockpit.docker.running import RunningContainer
from cockpit.docker.spec import ContainerSpec, spec_of
from cockpit.domain.project import Container, Project
from cockpit.scheduler.environment import command_line, env_file
from cockpit.scheduler.folder import RUN_SH
from cockpit.tmux.conf import conf_text
from cockpit.tmux.hosts import Host
from cockpit.tmux.server import TmuxServer

BASE = "debian:bookworm-slim"


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that DOCKER_HOST names."""
    return Engine("docker", timeout=60)


@pytest.fixture(autouse=True)
def _base_image(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("docker") and not _has_base():
        pytest.skip(f"the engine has no image {BASE} (tools/docker_engine.sh makes it)")


def _has_base() -> bool:
    known = getattr(_has_base, "known", None)
    if known is None:
        done = subprocess.run(["docker", "image", "inspect", BASE], capture_output=True, check=False)
        known = done.returncode == 0
        _has_base.known = known  # type: ignore[attr-defined]
    return bool(known)


@dataclass
class Dock:
    """One home with containers of its own."""

    engine: Engine
    folder: Path
    containers: Containers
    made: set[str] = field(default_factory=set)

    @property
    def home(self) -> str:
        return str(self.folder / "home")

    def spec(self, name: str = "web", user: str = "", **docker: object) -> ContainerSpec:
        """A project with a container of `BASE`, unless `docker` says otherwise."""
        path = self.folder / name
        path.mkdir(exist_ok=True)
        settings = Container(image="" if "container" in docker else BASE, network="none")
        project = Project(name, str(path), user or name, docker=replace(settings, **docker))  # type: ignore[arg-type]
        spec = spec_of(project, self.home)
        self.made.add(spec.name)
        return spec

    def ensure(self, name: str = "web", **docker: object) -> RunningContainer:
        return self.containers.ensure(self.spec(name, **docker))

    def foreign(self, *words: str, command: str = "exec sleep infinity") -> str:
        """A container that is not cockpit's; its name."""
        name = f"foreign-{uuid.uuid4().hex[:8]}"
        self.made.add(name)
        argv = ["run", "-d", "--init", "--name", name, "--network", "none", *words, BASE, "sh", "-c", command]
        self.engine.run(*argv)
        return name

    def close(self) -> None:
        for name in self.made:
            self.engine.start("rm", "--force", "--volumes", name)
            self.engine.start("volume", "rm", "--force", f"{name}-home")


@pytest.fixture
def dock(engine: Engine, tmp_path: Path) -> Iterator[Dock]:
    """A home and projects below tmp_path."""
    with docked(engine, tmp_path) as dock:
        yield dock


@contextlib.contextmanager
def docked(engine: Engine, folder: Path) -> Iterator[Dock]:
    """A dock in `folder` whose containers are gone afterwards."""
    dock = dock_of(engine, folder)
    try:
        yield dock
    finally:
        dock.close()


def dock_of(engine: Engine, folder: Path) -> Dock:
    """A dock in `folder`."""
    (folder / "home").mkdir(mode=0o700, exist_ok=True)
    return Dock(engine, folder, Containers(engine, conf_text()))


def tmux_in(running: RunningContainer) -> TmuxServer:
    """The tmux server inside, as the controller makes it."""
    host = Host(f"container {running.name}", running.prefix, running.terminal_prefix)
    return TmuxServer(running.tmux_socket, running.tmux_conf, host=host, timeout=20)


def attempt_files(
    running: RunningContainer, job_id: str, argv: list[str], folder: str, **variables: str
) -> dict[str, str]:
    """What the scheduler writes for an attempt; `folder` is its path inside."""
    environment = {
        "COCKPIT_JOB_ID": job_id,
        "COCKPIT_FENCE": "7",
        "COCKPIT_JOB_DIR": folder,
        "COCKPIT_WORKDIR": running.spec.workdir,
        "PATH": f"{running.bin}:{running.path}",
        **variables,
    }
    return {
        "env": env_file(environment, 0o022, tag_of(running.spec.home, job_id, 7)) + command_line(argv),
        "run.sh": Path(RUN_SH).read_text(encoding="utf-8"),
    }


def write_attempt(running: RunningContainer, job_id: str, argv: list[str], **variables: str) -> str:
    """The same, written into the shared folder; the folder's path on this host."""
    folder = running.attempt_outside(job_id, 1)
    os.makedirs(folder)
    for name, text in attempt_files(running, job_id, argv, folder, **variables).items():
        Path(folder, name).write_text(text, encoding="utf-8")
    return folder


async def until(seen: Callable[[], bool], what: str, timeout: float = 20) -> None:
    """Look until it is so; fail saying what was missing."""
    end = time.monotonic() + timeout
    while not seen():
        assert time.monotonic() < end, f"waited {timeout:g} s for {what}"
        await asyncio.sleep(0.02)
