"""The size of an agent's window: fitted to whoever looks through cockpit, given back, never taken from a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from cockpit.base.errors import NotFound
from cockpit.tmux.pane import PaneController
from cockpit.tmux.sizing import WindowSize
from tests.integration.tmux.viewer import Viewer

pytestmark = pytest.mark.tmux
Opener = Callable[..., Awaitable[PaneController]]


async def size(pane: PaneController) -> tuple[int, int]:
    return (await pane.capture_pane()).size


async def clients(pane: PaneController) -> int:
    printed = await pane.client.command("list-clients", "-F", "#{client_control_mode}")
    return printed.split().count("0")


async def until_clients(pane: PaneController, count: int) -> None:
    async with asyncio.timeout(10):
        while await clients(pane) != count:  # noqa: ASYNC110  # tmux tells nobody of it
            await asyncio.sleep(0.01)


async def test_a_window_is_fitted_and_has_its_own_size_again(open_pane: Opener) -> None:
    pane = await open_pane("sh", "-c", "echo up; cat", ready="up")
    one, other = WindowSize(pane), WindowSize(pane)
    assert await one.fit(90, 20)
    assert await size(pane) == (90, 20)
    assert await other.fit(70, 30), "another cockpit looks, too"
    assert await size(pane) == (70, 30)
    await one.restore()
    assert await size(pane) == (200, 50), "whoever gives it back gives back the first size"
    await other.restore()
    assert await size(pane) == (200, 50)


async def test_a_person_who_is_attached_keeps_the_window(open_pane: Opener) -> None:
    pane = await open_pane("sh", "-c", "echo up; cat", ready="up")
    window = WindowSize(pane)
    assert await window.fit(90, 20)
    viewer = Viewer(pane.client.server.attach_argv((await pane.capture_pane()).window_id))
    try:
        await until_clients(pane, 1)
        assert not await window.fit(70, 30)
        theirs = await size(pane)
        assert theirs not in ((90, 20), (70, 30)), "it is as large as their terminal"
        await window.restore()
        assert await size(pane) == theirs
        viewer.type(b"\x02d")
        await until_clients(pane, 0)
        assert await window.fit(70, 30)
        assert await size(pane) == (70, 30)
    finally:
        viewer.close()


async def test_a_window_that_is_gone_is_told(open_pane: Opener) -> None:
    pane = await open_pane("sh", "-c", "echo up; cat", ready="up")
    await pane.kill()
    with pytest.raises(NotFound):
        await WindowSize(pane).fit(90, 20)
