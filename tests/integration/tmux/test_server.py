"""The server of its own: started once, windows with their logs, viewers who don't drag each other around."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from cockpit.base.errors import Unavailable
from cockpit.base.files import write_atomic
from cockpit.base.tag import carries, in_bytes, tag_of
from cockpit.tmux.server import TmuxServer
from tests.integration.tmux.viewer import Viewer

# as run.sh does: a pane that ends with its last output may lose it inside tmux
LINGER = "/bin/true; /bin/true"
pytestmark = pytest.mark.tmux


async def until(seen: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < end, f"waited for {what}"
        await asyncio.sleep(0.005)


def text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def test_ensure_is_idempotent(server: TmuxServer) -> None:
    assert not server.alive()
    first = server.ensure()
    second = server.ensure()
    assert (first.fresh, second.fresh) == (True, False)
    assert first.pid == second.pid
    assert server.alive()


def test_options_are_cockpits_own(server: TmuxServer) -> None:
    server.ensure()
    options = server._libtmux().cmd("show-options", "-gA").stdout
    windows = server._libtmux().cmd("show-options", "-gwA").stdout
    assert "default-size 200x50" in options
    assert "history-limit 20000" in options
    assert "mouse on" in options
    assert {"remain-on-exit off", "automatic-rename off", "allow-rename off"} <= set(windows)
    assert server._libtmux().cmd("show-options", "-sv", "exit-empty").stdout == ["off"]
    assert server._libtmux().cmd("source-file", server.base[-1]).stderr == []


def test_two_processes_start_one_server(server: TmuxServer) -> None:
    script = (
        "import sys; from cockpit.tmux.server import TmuxServer;"
        "print(TmuxServer(sys.argv[1], sys.argv[2]).ensure().pid)"
    )
    argv = [sys.executable, "-c", script, server.socket, server.base[-1]]
    racers = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {racer.communicate(timeout=30)[0].strip() for racer in racers}
    assert pids == {str(server.ensure().pid)}


async def test_agents_do_not_get_our_environment(
    server: TmuxServer, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_FIRST_STARTER", "1")
    monkeypatch.setenv("VIRTUAL_ENV", "/nowhere")
    log = f"{folder}/log"
    await server.open_window("job", "/", ["sh", "-c", f"env; {LINGER}"], log)
    await until(lambda: "TMUX_PANE=" in text(log), "the environment")
    names = {line.partition("=")[0] for line in text(log).split("\r\n")}
    allowed = {
        "PATH",
        "HOME",
        "SHELL",
        "USER",
        "LOGNAME",
        "TERM",
        "LANG",
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
    }
    assert names <= allowed | {"TMUX", "TMUX_PANE", "COLORTERM", "PWD", "SHLVL", "_", ""}


async def test_short_jobs_lose_no_output(server: TmuxServer, folder: str) -> None:
    for n in range(50):
        script = f"echo output-{n}; {LINGER}"
        await server.open_window(f"j{n}", folder, ["/bin/sh", "-c", script], f"{folder}/log{n}")
    for n in range(50):
        await until(lambda n=n: f"output-{n}\r\n" == text(f"{folder}/log{n}"), f"the output of job {n}")  # type: ignore[misc]


async def test_window_carries_identity(server: TmuxServer, folder: str) -> None:
    window = await server.open_window(
        "113754-a2f5", folder, ["/bin/sh", "-c", "echo $$; cat"], f"{folder}/log"
    )
    assert window.server_pid == server.ensure().pid
    await until(lambda: text(f"{folder}/log").startswith(f"{window.pid}\r"), "the pid")
    assert [found.window_id for found in await server.list_windows()] == [window.window_id]
    assert (await server.list_windows())[0] == window
    assert await server.kill_window(window.window_id)
    assert not await server.kill_window(window.window_id)
    assert await server.list_windows() == []


@pytest.mark.parametrize(
    "word", ["a;", "\\;", "a\\;", ";", "#{pid}", "%H", "#S", "$HOME", "'", '"', "ü 😀", "a\nb", "", "-x"]
)
async def test_arguments_arrive_as_they_are(server: TmuxServer, folder: str, word: str) -> None:
    await server.open_window(
        "job", folder, ["sh", "-c", f'printf "%s|" "$@"; {LINGER}', "sh", word, "end"], f"{folder}/log"
    )
    await until(lambda: "end|" in text(f"{folder}/log"), "the output")
    assert text(f"{folder}/log") == f"{word}|end|".replace("\n", "\r\n")


async def test_one_word_is_not_read_by_a_shell(server: TmuxServer, folder: str) -> None:
    script = f"{folder}/it's; $HOME"
    write_atomic(script, f"#!/bin/sh\necho ran\n{LINGER}\n", mode=0o700)
    await server.open_window("job", folder, [script], f"{folder}/log")
    await until(lambda: text(f"{folder}/log") == "ran\r\n", "the script")


async def test_unsafe_paths_are_refused(server: TmuxServer, folder: str) -> None:
    for cwd, log, name in (("/a b", "/l", "n"), ("/", "/l'x", "n"), ("/", "/l", "a:b"), ("/", "/l", "a.b")):
        with pytest.raises(ValueError, match="not a"):
            await server.open_window(name, cwd, ["true"], log)


async def test_window_after_the_session_was_killed(server: TmuxServer, folder: str) -> None:
    pid = server.ensure().pid
    await server.run("kill-session", "-t", "=cockpit")
    window = await server.open_window("job", folder, ["cat"], f"{folder}/log")
    assert window.server_pid == pid


async def test_window_after_the_server_was_killed(server: TmuxServer, folder: str) -> None:
    os.kill(server.ensure().pid, signal.SIGKILL)
    window = await server.open_window("job", folder, ["cat"], f"{folder}/log")
    assert window.server_pid == server.ensure().pid


async def test_a_stopped_server_times_out(server: TmuxServer, stopped: Callable[[], int]) -> None:
    pid = stopped()
    server.timeout = 0.2
    with pytest.raises(Unavailable, match="does not answer"):
        await server.list_windows()
    with pytest.raises(Unavailable, match="does not answer"):
        await asyncio.to_thread(server.ensure)
    os.kill(pid, signal.SIGCONT)
    server.timeout = 5.0
    assert await server.list_windows() == []


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("tmux 2.9a", "tmux 2.9a is too old: install tmux 3.2 or newer"),
        (None, "tmux is not installed: install tmux 3.2 or newer"),
    ],
)
def test_missing_or_old_tmux(folder: str, says: str | None, message: str) -> None:
    command = f"{folder}/tmux"
    if says:
        write_atomic(command, f"#!/bin/sh\necho {says}\n", mode=0o700)
    with pytest.raises(Unavailable, match=message):
        TmuxServer(f"{folder}/s", f"{folder}/conf", command=command).ensure()


async def test_viewers_have_sessions_of_their_own(server: TmuxServer, folder: str) -> None:
    one = await server.open_window("one", folder, ["cat"], f"{folder}/1")
    two = await server.open_window("two", folder, ["cat"], f"{folder}/2")
    viewers = [Viewer(server.attach_argv(window.window_id)) for window in (one, two)]
    try:
        for _ in range(500):
            shown = sorted((await server.run("list-clients", "-F", "#{window_id}")).split())
            if len(shown) == 2:
                break
            await asyncio.sleep(0.01)
        listed = [window.name for window in await server.list_windows()]
        assert listed == ["one", "two"]
        assert shown == [one.window_id, two.window_id]
        await server.kill_window(two.window_id)
        await until(viewers[1].gone, "the viewer of the closed window to leave")
        assert not viewers[0].gone()
        viewers[0].type(b"\x02d")
        await until(viewers[0].gone, "the viewer to detach")
        assert (await server.run("list-sessions", "-F", "#{session_name}")).split() == ["cockpit"]
    finally:
        for viewer in viewers:
            viewer.close()


async def test_attaching_to_a_closed_window_fails(server: TmuxServer) -> None:
    server.ensure()
    viewer = Viewer(server.attach_argv("@99"))
    try:
        await until(viewer.gone, "the viewer to give up")
        assert viewer.process.returncode != 0
        assert (await server.run("list-sessions", "-F", "#{session_name}")).split() == ["cockpit"]
    finally:
        viewer.close()


def test_a_server_that_a_job_starts_does_not_carry_the_jobs_tag(server: TmuxServer) -> None:
    """Another home's agents would end with that job."""
    soft, hard = resource.getrlimit(resource.RLIMIT_RSS)
    tag = tag_of("/some/home", "113754-a2f5", 3)
    resource.setrlimit(resource.RLIMIT_RSS, (in_bytes(tag), hard))
    try:
        assert not carries(server.ensure().pid, tag)
    finally:
        resource.setrlimit(resource.RLIMIT_RSS, (soft, hard))
