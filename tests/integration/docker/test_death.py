"""The container is removed under us, killed for its memory, or the daemon stops: noticed at once, with the reason."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.base.process import identify
from cockpit.docker.death import wait_for_death
from cockpit.docker.engine import Engine, EngineGone
from cockpit.docker.sweep import end_attempt
from tests.integration.docker.conftest import BASE, Dock, dock_of, tmux_in, until

pytestmark = [pytest.mark.docker, pytest.mark.slow]
ENGINE_TOOL = Path(__file__).parents[3] / "tools" / "docker_engine.sh"

# What cockpit needs inside, and the libraries of that: a whole Debian would take half a minute to load and remove.
PACK = """set -- /bin/sh /usr/bin/tmux /bin/mkdir /bin/cat /bin/sleep /bin/grep /usr/bin/tr
tar -chf - "$@" $(ldd "$@" | grep -o '/lib[^ ]*' | sort -u) /etc/passwd /etc/group /usr/lib/locale /lib/terminfo"""


@pytest.fixture
def own_engine(engine: Engine) -> Iterator[tuple[Engine, str]]:
    """An engine that may be stopped, with an image of a few megabytes; and its folder."""
    if os.getuid() != 0 or shutil.which("dockerd") is None:
        pytest.skip("needs root and dockerd (Debian: docker.io) to start an engine of its own")
    folder = tempfile.mkdtemp(prefix="dk", dir="/tmp")
    tool = ["sh", str(ENGINE_TOOL)]
    try:
        started = subprocess.run(
            [*tool, "start", folder, "bare"], capture_output=True, text=True, check=False
        )
        assert started.returncode == 0, started.stderr
        own = Engine("docker", {**os.environ, "DOCKER_HOST": started.stdout.strip()}, timeout=60)
        small = engine.start("run", "--rm", "--network", "none", BASE, "sh", "-c", PACK)
        own.run("import", "-", BASE, stdin=small.stdout)
        yield own, folder
    finally:
        subprocess.run([*tool, "stop", folder], check=False)


async def _reason(waiting: asyncio.Task[str]) -> tuple[str, float]:
    begun = time.monotonic()
    async with asyncio.timeout(60):
        return await waiting, time.monotonic() - begun


@pytest.mark.parametrize("seen", [True, False], ids=["by-pidfd", "by-command"])
async def test_a_container_that_is_removed(dock: Dock, seen: bool) -> None:
    running = await asyncio.to_thread(dock.ensure)
    watched = running if seen else replace(running, pid=0)
    waiting = asyncio.create_task(wait_for_death(watched))
    tmux = tmux_in(running)
    await asyncio.to_thread(tmux.ensure)
    assert not waiting.done()
    await asyncio.to_thread(dock.engine.run, "rm", "--force", running.name)
    reason, took = await _reason(waiting)
    assert reason == f"container {running.name} was removed"
    assert took < 5


async def test_a_container_that_is_stopped(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    waiting = asyncio.create_task(wait_for_death(running))
    await asyncio.to_thread(dock.engine.run, "kill", running.name)
    reason, _ = await _reason(waiting)
    assert reason == f"container {running.name} was stopped (exit code 137)"
    again = await asyncio.to_thread(dock.ensure)
    assert again.id == running.id
    assert await asyncio.to_thread(tmux_in(again).ensure)


async def test_who_waits_can_be_cancelled(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    for watched in (running, replace(running, pid=0)):
        waiting = asyncio.create_task(wait_for_death(watched))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()


async def test_a_daemon_that_stops(own_engine: tuple[Engine, str], tmp_path: Path) -> None:
    own, folder = own_engine
    dock = dock_of(own, tmp_path)
    running = await asyncio.to_thread(dock.ensure)
    waiting = asyncio.create_task(wait_for_death(running))
    await asyncio.to_thread(subprocess.run, ["sh", str(ENGINE_TOOL), "stop", folder], check=True)
    reason, _ = await _reason(waiting)
    assert reason == f"the docker daemon stopped, and container {running.name} with it"
    with pytest.raises(EngineGone, match="daemon does not run: start it"):
        await asyncio.to_thread(dock.ensure)
    # it died with the container
    assert await asyncio.to_thread(end_attempt, running, "120000-aaaa", 1, 1, 1.0) == 0


async def test_a_daemon_that_is_killed_leaves_the_agents_alive(
    own_engine: tuple[Engine, str], tmp_path: Path
) -> None:
    own, folder = own_engine
    dock = dock_of(own, tmp_path)
    running = await asyncio.to_thread(dock.ensure)
    waiting = asyncio.create_task(wait_for_death(running))
    daemon = _daemon(folder)
    os.kill(daemon, 9)
    await until(lambda: _ended(daemon), "the daemon to die")
    assert not waiting.done()
    with pytest.raises(EngineGone):  # processes may live there: whoever asks must not be told 0
        await asyncio.to_thread(end_attempt, running, "120000-aaaa", 1, 1, 1.0)
    os.kill(running.pid, 9)
    assert "stopped, and container" in (await _reason(waiting))[0]


def _daemon(folder: str) -> int:
    return int(Path(folder, "pid").read_text(encoding="ascii"))


def _ended(pid: int) -> bool:
    return identify(pid) is None
