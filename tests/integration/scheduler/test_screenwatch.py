"""Whatever a pane prints is known a moment later; what can't be read is unknown, and never idle."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from cockpit.base.clock import Clock
from cockpit.domain.profile import Profile, Rule
from cockpit.domain.screen import AgentState, PaneState
from cockpit.scheduler.screenwatch import ScreenWatch
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer, write_conf
from tests.conftest import Home

pytestmark = pytest.mark.tmux
PATIENCE = 15.0  # seconds
PROFILE = Profile(
    name="fake",
    command=("false",),
    interactive=("true",),
    mode="interactive",
    finish="idle",
    rules=(
        Rule("question", PaneState.BLOCKED, (r"\[y/n\] *$",), "last_line"),
        Rule("limit", PaneState.LIMITED, ("^limit",), "last_line"),
        Rule("busy", PaneState.WORKING, ("^working",), "last_line"),
        Rule("ready", PaneState.IDLE, ("^ready",), "last_line"),
    ),
)


class Watched:
    """A pane of `cat` without echo, so that what is typed is what it shows, and a watch over it."""

    def __init__(self, client: TmuxClient, pane: PaneController) -> None:
        self.client, self.pane = client, pane
        self.told: list[tuple[AgentState, str]] = []
        self._news = asyncio.Event()
        self.watch = ScreenWatch(client, pane, PROFILE, Clock(), self._changed)

    def _changed(self, seen: AgentState, text: str) -> None:
        self.told.append((seen, text))
        self._news.set()

    @property
    def states(self) -> list[PaneState]:
        return [seen.state for seen, _ in self.told]

    async def prints(self, line: str) -> None:
        await self.client.server.run("send-keys", "-t", self.pane.pane_id, "-l", line)
        await self.client.server.run("send-keys", "-t", self.pane.pane_id, "Enter")

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not seen():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def watched(home: Home) -> AsyncIterator[Watched]:
    home.run.mkdir(mode=0o700)
    conf = str(home.run / "conf")
    write_conf(conf)
    server = TmuxServer(str(home.run / "tmux.sock"), conf)
    async with TmuxClient(server, timeout=0.5, ping_every=0.3) as client:
        script = "stty -echo; echo ready; exec cat"
        window = await server.open_window("job", str(home.run), ["sh", "-c", script], str(home.run / "log"))
        made = Watched(client, PaneController(client, window.pane_id, server_pid=window.server_pid))
        made.watch.start()
        await made.until(lambda: made.states[-1:] == [PaneState.IDLE])
        yield made
        made.watch.stop()


async def test_each_state_is_told_once_with_its_evidence(watched: Watched) -> None:
    for line, state in (
        ("working 1", PaneState.WORKING), ("Go on? [y/n]", PaneState.BLOCKED), ("limit reached", PaneState.LIMITED),
        ("what is this", PaneState.UNKNOWN), ("ready", PaneState.IDLE),
    ):  # fmt: skip
        await watched.prints(line)
        await watched.until(lambda state=state: watched.states[-1] is state)  # type: ignore[misc]
    told = [seen for seen, _ in watched.told if seen.state is PaneState.BLOCKED]
    assert [(seen.rule, seen.line) for seen in told] == [("question", "Go on? [y/n]")]


async def test_the_same_state_is_no_news_but_another_question_is(watched: Watched) -> None:
    await watched.prints("working 1")
    await watched.until(lambda: watched.states[-1] is PaneState.WORKING)
    count = len(watched.told)
    await watched.prints("working 2")
    await watched.prints("First? [y/n]")
    await watched.until(lambda: watched.states[-1] is PaneState.BLOCKED)
    since = watched.watch.seen.since
    await watched.prints("Second? [y/n]")
    await watched.until(lambda: watched.watch.seen.line == "Second? [y/n]")
    assert watched.states[count:] == [PaneState.BLOCKED, PaneState.BLOCKED]
    assert watched.watch.seen.since == since, "it has needed a person all the time"


async def test_a_question_after_a_flood(watched: Watched) -> None:
    await watched.prints("working\n" * 200)
    await watched.prints("Sure? [y/n]")
    await watched.until(lambda: watched.states[-1] is PaneState.BLOCKED)
    assert watched.watch.seen.line == "Sure? [y/n]"


async def test_a_stopped_server_makes_it_unknown_and_it_recovers(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.scheduler.screenwatch._STALE_AFTER", 1.0)
    pid = watched.client.server_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        await watched.until(lambda: watched.states[-1] is PaneState.UNKNOWN)
        assert (watched.watch.seen.rule, watched.watch.seen.line) == ("stale", "tmux does not answer")
    finally:
        os.kill(pid, signal.SIGCONT)
    await watched.until(lambda: watched.states[-1] is PaneState.IDLE)
    await watched.prints("working")
    await watched.until(lambda: watched.states[-1] is PaneState.WORKING)
    assert watched.states.count(PaneState.IDLE) == 2, "never idle between"


async def test_a_connection_that_is_lost_and_made_again(watched: Watched) -> None:
    clients = await watched.client.command("list-clients", "-F", "#{client_pid}")
    os.kill(int(clients.split()[0]), signal.SIGKILL)
    await watched.prints("working")
    await watched.until(lambda: watched.states[-1] is PaneState.WORKING)


async def test_a_closed_window_says_nothing(watched: Watched) -> None:
    count = len(watched.told)
    assert await watched.pane.kill()
    await watched.watch._look()
    assert len(watched.told) == count


async def test_nothing_is_told_after_stop(watched: Watched) -> None:
    watched.watch.stop()
    count = len(watched.told)
    await watched.prints("working")
    assert (await watched.pane.wait_for_prompt("^working")).seen
    assert len(watched.told) == count
    assert watched.watch._timer is None or watched.watch._timer.cancelled()
