"""An attempt inside: through tmux, with run.sh in the shared folder, to its exit code; and what ends it."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from pathlib import Path

import pytest

from cockpit.docker.requests import answer, read_requests
from cockpit.docker.sweep import count_processes, end_attempt
from cockpit.docker.usage import UsageMeter, stats
from cockpit.jobdir.progress import read_progress
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from tests.integration.docker.conftest import Dock, tmux_in, until, write_attempt

pytestmark = [pytest.mark.docker, pytest.mark.slow]
JOB = "113754-a2f5"


def text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


async def test_from_start_to_exit_code(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    say = 'printf "done by %s %s\\n" "$SECRET" "$(pwd)" | tee result; test ! -s "$COCKPIT_JOB_DIR/env"; echo $?; exit 3'
    folder = write_attempt(running, JOB, ["sh", "-c", say], SECRET="it's me")
    inside = running.attempt_inside(JOB, 1)
    window = await tmux_in(running).open_window(
        JOB, inside, ["/bin/sh", f"{inside}/run.sh"], f"{inside}/output.log"
    )
    await until(lambda: Path(folder, "exit_code").exists(), "the exit code")
    assert text(f"{folder}/exit_code") == "3\n"
    assert text(f"{running.spec.path}/result") == f"done by it's me {running.spec.path}\n"
    await until(lambda: "done by" in text(f"{folder}/output.log"), "the output")
    assert text(f"{folder}/pid").strip() == str(window.pid)
    assert text(f"{folder}/started").startswith("run ")


async def test_every_character_and_colour_comes_through(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    server = tmux_in(running)
    await asyncio.to_thread(server.ensure)
    async with TmuxClient(server, timeout=10) as client:
        assert client.degraded is None
        window = await server.open_window("job", "/", ["/bin/sh"], "/dev/null")
        pane = PaneController(client, window.pane_id, server_pid=window.server_pid)
        assert (await pane.wait_for_shell_prompt(timeout=20)).seen
        receipt = await pane.send_keys("printf '\\033[38;2;12;34;56mgrün 日本語 ✓\\033[0m\\n'")
        assert receipt
        assert (await pane.wait_for_prompt("^grün 日本語 ✓", timeout=20)).seen
        screen = await pane.capture_pane(escapes=True)
        assert any("\x1b[38;2;12;34;56mgrün 日本語 ✓" in line for line in screen.lines)
        done = await pane.execute("echo $((6 * 7)); (exit 5)", timeout=20)
        assert (done.output.strip(), done.exit_code) == ("42", 5)
        assert await pane.kill()


@pytest.fixture(scope="session")
def started() -> list[str]:
    """The programs that this process starts from now on."""
    programs: list[str] = []

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "subprocess.Popen":
            programs.append(str(arguments[0]))

    sys.addaudithook(note)
    return programs


async def test_capturing_costs_no_process(dock: Dock, started: list[str]) -> None:
    running = await asyncio.to_thread(dock.ensure)
    server = tmux_in(running)
    await asyncio.to_thread(server.ensure)
    async with TmuxClient(server, timeout=10) as client:
        window = await server.open_window("job", "/", ["/bin/sh"], "/dev/null")
        pane = PaneController(client, window.pane_id, server_pid=window.server_pid)
        await pane.capture_pane()
        started.clear()
        for _ in range(20):
            await pane.capture_pane()
        assert started == []
        await server.run("capture-pane", "-p", "-t", window.pane_id)
        assert len(started) == 1, "each of which is a process here and one inside"


async def test_a_person_attaches(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    server = tmux_in(running)
    window = await server.open_window("job", "/", ["sh", "-c", "echo here I am; exec sleep 100"], "/dev/null")
    master, slave = pty.openpty()
    viewer = await asyncio.create_subprocess_exec(
        *server.attach_argv(window.window_id), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    seen = b""
    while b"here I am" not in seen:
        seen += await asyncio.to_thread(os.read, master, 4096)
    await server.kill_window(window.window_id)
    assert await asyncio.wait_for(viewer.wait(), 20) == 0
    os.close(master)


async def test_all_of_an_attempt_is_ended_and_nothing_else(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    server = tmux_in(running)
    hide = "(env -i setsid sh -c 'trap \"\" TERM; echo up >hidden; while :; do sleep 1; done' &); sleep 1000"
    write_attempt(running, JOB, ["sh", "-c", hide])
    neighbour = write_attempt(running, JOB + "1", ["sleep", "1000"])
    for name in (JOB, JOB + "1"):
        inside = running.attempt_inside(name, 1)
        await server.open_window(name, inside, ["/bin/sh", f"{inside}/run.sh"], f"{inside}/output.log")
    await until(
        lambda: Path(running.spec.path, "hidden").exists() and Path(neighbour, "started").exists(), "both"
    )
    assert await asyncio.to_thread(count_processes, running, JOB, 7, 1) >= 4
    assert await asyncio.to_thread(end_attempt, running, JOB, 7, 1, 0.3) >= 4
    assert await asyncio.to_thread(count_processes, running, JOB, 7, 1) == 0
    assert await asyncio.to_thread(count_processes, running, JOB + "1", 7, 1) >= 2
    assert await asyncio.to_thread(count_processes, running, JOB + "1", 6, 1) >= 1  # by its session


async def test_what_died_has_no_processes(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    dock.engine.run("stop", "--time", "0", running.name)
    assert end_attempt(running, JOB, 7, 1, 1) == 0
    dock.engine.run("rm", "--force", running.name)
    assert end_attempt(running, JOB, 7, 1, 1) == 0
    assert not running.alive()


async def test_the_command_inside_tells_progress_and_asks_for_jobs(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    folder = write_attempt(running, JOB, ["true"])
    variables = {"COCKPIT_JOB_ID": JOB, "COCKPIT_FENCE": "7", "COCKPIT_JOB_DIR": folder}
    setting = [f"{name}={value}" for name, value in variables.items()]
    call = ["env", *setting, f"{running.bin}/cockpit"]
    running.run(*call, "progress", "30%", "half", "of it")
    assert (read_progress(folder).percent, read_progress(folder).message) == (30, "half of it")
    text = "fix \"this\" & that\nänd 日本 \\ $HOME 'x'"
    argv = [*running.prefix[1:], *call, "enqueue", "web", text, "-"]
    asking = asyncio.create_task(asyncio.to_thread(running.engine.start, *argv, stdin=b"more\n"))
    await until(lambda: bool(read_requests(folder)), "the request")
    (request,) = read_requests(folder)
    assert request.argv == ("enqueue", "web", text, "-")
    assert (request.job_id, request.fence, request.stdin) == (JOB, 7, "more\n")
    answer(request, 0, "agent:web:113755-0001\n")
    done = await asking
    assert (done.returncode, done.stdout) == (0, b"agent:web:113755-0001\n")
    assert os.listdir(f"{folder}/requests") == []
    refused = await asyncio.to_thread(running.engine.start, *running.prefix[1:], *call, "kill", "x")
    assert refused.returncode == 2


async def test_load_is_the_containers_own(dock: Dock) -> None:
    running = await asyncio.to_thread(dock.ensure)
    meter = UsageMeter(running)
    quiet = meter.read()
    assert quiet is not None
    assert quiet.cpu < 0.5
    running.run("sh", "-c", "i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done")
    busy = meter.read()
    assert busy is not None
    assert busy.cpu > quiet.cpu
    assert busy.memory > 0
    told = await asyncio.to_thread(stats, running)
    assert told is not None
    assert told.memory > 0
