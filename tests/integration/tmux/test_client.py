"""The live connection: quick, honest about its end, and never without an answer."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import time
from collections.abc import Awaitable, Callable

import pytest

from cockpit.base.errors import CockpitError, NotFound, Unavailable
from cockpit.base.files import write_atomic
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.news import Connected, Disconnected, News, WindowChanged, WindowClosed, WindowOpened
from cockpit.tmux.server import TmuxServer

pytestmark = pytest.mark.tmux
Eventually = Callable[[Callable[[], bool], str], Awaitable[None]]
NASTY = 'it\'s "quoted" $(id) `id` #{pid} %H ; \\ ~ {x} é 漢字 👩‍👩‍👧 \\n \r\nnext\tline'


async def test_answers_come_to_who_asked(client: TmuxClient) -> None:
    words = [f"answer {n}" for n in range(200)]
    asked = [client.command("display-message", "-p", word) for word in words]
    refused = client.command("no-such-command")
    answers = await asyncio.gather(*asked, refused, return_exceptions=True)
    assert answers[:-1] == words
    assert isinstance(answers[-1], CockpitError)


async def test_arguments_are_not_read_as_commands(client: TmuxClient) -> None:
    await client.command("set-option", "-g", "@text", NASTY)
    assert await client.command("show-options", "-gv", "@text") != ""
    await client.set_buffer("b", NASTY * 2000)
    saved = f"{os.path.dirname(client.server.socket)}/saved"
    await client.command("save-buffer", "-b", "b", saved)
    with open(saved, encoding="utf-8", newline="") as file:  # noqa: ASYNC230  # a test may block
        assert file.read() == NASTY * 2000


async def test_a_screen_that_looks_like_the_protocol(
    client: TmuxClient, server: TmuxServer, folder: str
) -> None:
    script = "printf '%%end 1 2 1\\n%%exit\\n%%begin 9 9 1\\n%%output %%0 x\\n%%error 5 5 1\\n'; cat"
    window = await server.open_window("job", folder, ["sh", "-c", script], f"{folder}/log")
    for _ in range(500):
        shown = await client.command("capture-pane", "-p", "-t", window.pane_id)
        if "%error" in shown:
            break
        await asyncio.sleep(0.01)
    assert shown.split("\n")[:5] == ["%end 1 2 1", "%exit", "%begin 9 9 1", "%output %0 x", "%error 5 5 1"]
    assert client.degraded is None


async def test_what_is_not_there(client: TmuxClient) -> None:
    with pytest.raises(NotFound, match="can't find pane"):
        await client.command("capture-pane", "-p", "-t", "%99")


async def test_news_of_windows_and_output(
    client: TmuxClient, server: TmuxServer, folder: str, eventually: Eventually
) -> None:
    news: list[News] = []
    dirty: list[str] = []
    client.on_news(news.append)
    window = await server.open_window("job", folder, ["sh", "-c", "read x; echo $x; read y"], f"{folder}/log")
    await eventually(lambda: WindowOpened(window.window_id) in news, "the window")
    forget = client.on_output(window.pane_id, dirty.append)
    await client.command("send-keys", "-t", window.pane_id, "hello", "Enter")
    await eventually(lambda: window.pane_id in dirty, "output")
    forget()
    await client.command("rename-window", "-t", window.window_id, "by a person")
    await eventually(lambda: WindowChanged(window.window_id) in news, "the new name")
    await client.command("split-window", "-d", "-t", window.window_id, "cat")
    assert [found.pane_id for found in await server.list_windows()] == [window.pane_id]
    await server.kill_window(window.window_id)
    await eventually(lambda: WindowClosed(window.window_id) in news, "the end of the window")


async def test_a_listener_that_fails_hinders_nobody(
    client: TmuxClient, server: TmuxServer, folder: str, eventually: Eventually
) -> None:
    news: list[News] = []

    def fails(_: News) -> None:
        raise RuntimeError("no")

    client.on_news(fails)
    client.on_news(news.append)
    await server.open_window("job", folder, ["cat"], f"{folder}/log")
    await eventually(lambda: bool(news), "the window")


async def test_a_stopped_server_is_noticed_and_comes_back(
    client: TmuxClient, stopped: Callable[[], int], eventually: Eventually
) -> None:
    client.timeout = 0.2
    news: list[News] = []
    client.on_news(news.append)
    pid = stopped()
    await eventually(lambda: client.degraded is not None, "the ping to fail")  # nobody asked anything
    assert "does not answer" in str(client.degraded)
    start = time.monotonic()
    with pytest.raises(Unavailable):
        await client.command("display-message", "-p", "x")
    with pytest.raises(Unavailable):
        await client.ask(["display-message", "-p", "x"])
    assert time.monotonic() - start < 2
    os.kill(pid, signal.SIGCONT)
    await eventually(lambda: client.degraded is None, "the connection")
    assert await client.command("display-message", "-p", "x") == "x"
    assert isinstance(news[0], Disconnected)
    assert news[-1] == Connected(pid)


async def test_a_killed_server_is_noticed_and_the_next_one_found(
    client: TmuxClient, server: TmuxServer, folder: str, eventually: Eventually
) -> None:
    first = client.server_pid
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: client.degraded is not None, "the end")
    with pytest.raises(NotFound):
        await client.command("list-windows")
    await server.open_window("job", folder, ["cat"], f"{folder}/log")
    client.poke()
    await eventually(lambda: client.degraded is None, "the next server")
    assert client.server_pid != first


async def test_the_server_ends_orderly(
    client: TmuxClient, server: TmuxServer, eventually: Eventually
) -> None:
    await asyncio.to_thread(server.kill)
    await eventually(lambda: client.degraded == "no tmux server is running", "the end")


async def connection_pid(client: TmuxClient) -> int:
    """Of the live connection; a busy machine may have missed a ping, and it is being made anew."""
    async with asyncio.timeout(10):
        while True:
            listed = await client.command("list-clients", "-F", "#{client_pid}")
            if listed.strip():
                return int(listed)
            await asyncio.sleep(0.01)


async def test_a_killed_connection_is_made_anew(client: TmuxClient, eventually: Eventually) -> None:
    news: list[News] = []
    client.on_news(news.append)
    pid = await connection_pid(client)
    news.clear()
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: any(isinstance(item, Connected) for item in news), "another connection")
    assert await client.command("display-message", "-p", "x") == "x"


@pytest.fixture
def refusing(server: TmuxServer, folder: str) -> TmuxServer:
    """A server whose tmux knows no control mode."""
    wrapper = f"{folder}/tmux"
    write_atomic(
        wrapper, '#!/bin/sh\ncase "$*" in *" -C "*) echo no control mode >&2; exit 1;; esac\nexec tmux "$@"\n'
    )
    os.chmod(wrapper, stat.S_IRWXU)
    return TmuxServer(server.socket, server.base[-1], command=wrapper)


async def test_without_control_mode_the_same_api_goes_on(
    refusing: TmuxServer, folder: str, eventually: Eventually
) -> None:
    async with TmuxClient(refusing) as client:
        assert client.degraded == "no control mode"
        news: list[News] = []
        dirty: list[str] = []
        client.on_news(news.append)
        client.on_output(None, dirty.append)
        window = await refusing.open_window("job", folder, ["cat"], f"{folder}/log")
        await eventually(lambda: window.pane_id in dirty, "the pane")
        await client.set_buffer("b", NASTY * 2000)
        await client.command("save-buffer", "-b", "b", f"{folder}/saved")
        with open(f"{folder}/saved", encoding="utf-8", newline="") as file:  # noqa: ASYNC230  # a test may block
            assert file.read() == NASTY * 2000
        first, second = await client.ask(
            ["display-message", "-p", "a;"], ["capture-pane", "-p", "-t", window.pane_id]
        )
        assert (first, second.count("\n")) == ("a;", 49)
        with pytest.raises(NotFound):
            await client.command("capture-pane", "-p", "-t", "%99")
        await refusing.kill_window(window.window_id)
        await eventually(lambda: WindowClosed(window.window_id) in news, "the end of the window")


async def test_a_flood_is_paused_and_commands_answer(
    client: TmuxClient, server: TmuxServer, folder: str, eventually: Eventually
) -> None:
    client._gate.most = 4096  # tmux 3.3 hands out about 130 KB/s of a flood by itself
    window = await server.open_window("job", folder, ["yes", "y" * 70], "/dev/null")
    await eventually(lambda: client.flooding(window.pane_id), "the pause")
    start = time.process_time()
    slowest = 0.0
    for _ in range(50):
        asked = time.monotonic()
        await client.command("display-message", "-p", "x")
        slowest = max(slowest, time.monotonic() - asked)
        await asyncio.sleep(0.01)
    assert slowest < 0.5
    assert time.process_time() - start < 0.4
    dirty: list[str] = []
    client.on_output(window.pane_id, dirty.append)
    await eventually(lambda: bool(dirty), "a look now and then")
    assert client.degraded is None
