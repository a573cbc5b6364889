"""A container that is not ours and shares nothing with this host: files go in and come out over connections."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from cockpit.base.errors import CockpitError
from cockpit.docker.mirror import Mirror
from cockpit.docker.requests import answer, read_requests
from cockpit.docker.running import RunningContainer
from cockpit.docker.transfer import put_files, void_inside
from cockpit.jobdir.progress import read_progress
from tests.integration.docker.conftest import Dock, attempt_files, tmux_in, until

pytestmark = [pytest.mark.docker, pytest.mark.slow]
JOB = "113754-a2f5"


async def _start(dock: Dock, script: str) -> tuple[RunningContainer, str]:
    """The attempt is running; the container and the folder here."""
    name = await asyncio.to_thread(dock.foreign, "--workdir", "/srv")
    running = await asyncio.to_thread(dock.ensure, container=name, workdir="/srv")
    folder = str(dock.folder / "attempt")
    os.mkdir(folder)
    inside = running.attempt_inside(JOB, 1)
    files = attempt_files(running, JOB, ["sh", "-c", script], inside)
    await asyncio.to_thread(put_files, running, inside, {name: text.encode() for name, text in files.items()})
    argv = ["/bin/sh", f"{inside}/run.sh"]
    await tmux_in(running).open_window(JOB, inside, argv, f"{inside}/output.log")
    return running, folder


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


async def test_what_an_attempt_tells_arrives_here(dock: Dock) -> None:
    script = "echo erste Zeile ✓; cockpit progress 40 halfway; read line; echo got $line; seq 50000; exit 4"
    running, folder = await _start(dock, script)
    mirror = Mirror(running, JOB, 1, folder)
    following = asyncio.create_task(mirror.run())
    await until(lambda: read_progress(folder).percent == 40, "the progress")
    await until(lambda: "erste Zeile ✓" in _text(f"{folder}/output.log"), "the output")
    assert _text(f"{folder}/started").startswith("run ")
    following.cancel()  # as when cockpit ends and comes back
    await asyncio.gather(following, return_exceptions=True)
    await tmux_in(running).run("send-keys", "-t", "=cockpit:{end}", "more", "Enter")
    async with asyncio.timeout(30):
        await Mirror(running, JOB, 1, folder).run()
    assert _text(f"{folder}/exit_code") == "4\n"
    output = _text(f"{folder}/output.log")
    assert output.count("erste Zeile") == 1
    assert "got more" in output
    numbers = [int(line) for line in output.split() if line.isdigit()]
    assert numbers == list(range(1, 50001))


async def test_a_request_and_its_answer_travel(dock: Dock) -> None:
    running, folder = await _start(dock, "cockpit enqueue web 'do more' >/srv/answer; exit $?")
    following = asyncio.create_task(Mirror(running, JOB, 1, folder).run())
    await until(lambda: bool(read_requests(folder)), "the request")
    (request,) = read_requests(folder)
    assert request.argv == ("enqueue", "web", "do more")
    answer(request, 0, "agent:web:113755-0001\n")
    async with asyncio.timeout(30):
        await following
    assert _text(f"{folder}/exit_code") == "0\n"
    assert running.run("cat", "/srv/answer") == "agent:web:113755-0001\n"


async def test_following_ends_with_the_container_and_leaves_nothing_inside(dock: Dock) -> None:
    running, folder = await _start(dock, "exec sleep 1000")
    following = asyncio.create_task(Mirror(running, JOB, 1, folder).run())
    await until(lambda: _text(f"{folder}/started") != "", "its start")
    assert "offset=$2" in _processes(running)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await until(lambda: "offset=$2" not in _processes(running), "the follower to end")
    again = asyncio.create_task(Mirror(running, JOB, 1, folder).run())
    await asyncio.to_thread(dock.engine.run, "rm", "--force", running.name)
    async with asyncio.timeout(30):
        await again
    assert _text(f"{folder}/exit_code") == ""


async def test_who_starts_is_settled_inside_where_run_sh_looks(dock: Dock) -> None:
    running, _ = await _start(dock, "exec sleep 1000")
    await until(lambda: "sleep 1000" in _processes(running), "the agent")
    assert void_inside(running, JOB, 1) is False
    assert void_inside(running, JOB, 2) is True
    argv = ["/bin/sh", "-c", "cat started; set -C; echo run >started"]
    folder = running.attempt_inside(JOB, 2)
    with pytest.raises(CockpitError, match=r"cannot create|exists"):
        running.run("/bin/sh", "-c", f'cd {folder} && exec "$@"', "sh", *argv)
    await asyncio.to_thread(dock.engine.run, "rm", "--force", running.name)
    assert void_inside(running, JOB, 1) is True, "nothing runs in a container that is gone"


def _processes(running: RunningContainer) -> str:
    return running.run("ps", "-eo", "args")
