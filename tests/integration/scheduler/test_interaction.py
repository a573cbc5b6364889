"""Interactive agents from their first screen to their end: typed to once, answered as allowed, done by themselves."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cockpit.base.clock import Clock
from cockpit.base.errors import Unavailable
from cockpit.base.times import SECOND
from cockpit.domain.job import Delayed, State
from cockpit.domain.screen import PaneState
from cockpit.scheduler import interaction
from cockpit.scheduler.resume import GO_ON
from cockpit.scheduler.timeout import Timeout
from cockpit.store.sqlite import SqliteStore
from cockpit.tmux.pane import PaneController
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]
AGENT = Path(__file__).with_name("fake_agent.py")
RULES = """
mode = "interactive"
command = ["false"]
finish = "idle"
settle = 0.2
quit_keys = ["C-c", "C-c"]
answers = { yes = ["1"], no = ["2"] }
[[startup]]
name = "trust"
match = ['^Do you trust this folder']
keys = ["Enter"]
[[rules]]
name = "permission"
state = "blocked"
match = ['^Allow this\\?']
[[rules]]
name = "footer"
state = "working"
match = ['esc to interrupt']
[[rules]]
name = "limit"
state = "limited"
match = ['^Usage limit reached']
[[rules]]
name = "composer"
state = "idle"
region = "cursor_line"
match = ['^ready>']
"""


class Bench:
    """A desk whose project web has the fake agent."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.log = desk.marks / "agent.log"

    def configure(self, *, prompt: str = "typed", env: dict[str, str] | None = None, **more: Any) -> None:
        words = [
            sys.executable,
            "-S",
            str(AGENT),
            str(self.log),
            *(["{prompt}"] if prompt == "argument" else []),
        ]
        given = {"prompt": prompt, "interactive": words, **more}
        text = "\n".join([*(f"{name} = {json.dumps(value)}" for name, value in given.items()), RULES])
        folder = Path(self.desk.places.profiles)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fake.toml").write_text(text, encoding="utf-8")
        self.desk.configure(projects={"web": {"agent": "fake", "env": env or {}}})

    def heard(self, kind: str) -> list[str]:
        """What arrived at the agent."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [what for found, what in map(json.loads, lines) if found == kind]

    async def sees(self, job_id: str, state: PaneState) -> None:
        """The store says that the agent is in `state`."""

        def seen() -> bool:
            found = self.desk.store.agent_state(job_id)
            return found is not None and found.state is state

        await self.desk.until(seen, f"{job_id} to be seen {state}")

    async def opened(self, gate: Any) -> None:
        """Let the agent go on once it waits."""
        await self.desk.appears(gate.has_somebody, "the agent at its work")


@pytest.fixture
def bench(desk: Desk) -> Bench:
    return Bench(desk)


async def test_from_its_prompt_to_its_end_by_itself(bench: Bench) -> None:
    bench.configure()
    desk, gate, later = bench.desk, bench.desk.gate("work"), bench.desk.gate("later")
    prompt = f"work={gate.path} ask work={later.path} say=finished"
    job = desk.add("web", prompt)
    async with desk.running():
        await bench.sees(job, PaneState.WORKING)
        await bench.opened(gate)
        await bench.sees(job, PaneState.BLOCKED)
        seen = desk.store.agent_state(job)
        assert seen is not None
        assert (seen.rule, seen.line) == ("permission", "Allow this? 1 yes 2 no")
        assert desk.job(job).state is State.RUNNING, "who asks is not done"
        panes = _keys(desk, job)
        await panes("1")
        await bench.sees(job, PaneState.WORKING)
        await bench.opened(later)
        [ended] = await desk.ended(job)
    assert (ended.state, ended.exit_code) == (State.COMPLETED, 0)
    assert bench.heard("prompt") == [prompt]
    assert bench.heard("answer") == ["1"]
    assert bench.heard("key") == ["C-c"], "it was asked to leave, once"
    assert desk.store.locks() == []


async def test_a_prompt_in_the_command_line(bench: Bench) -> None:
    bench.configure(prompt="argument")
    gate = bench.desk.gate("work")
    job = bench.desk.add("web", f"work={gate.path}")
    async with bench.desk.running():
        await bench.sees(job, PaneState.WORKING)
        await bench.opened(gate)
        [ended] = await bench.desk.ended(job)
    assert ended.state is State.COMPLETED
    assert bench.heard("prompt") == [f"work={gate.path}"]


async def test_work_that_nobody_saw(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.scheduler.interaction._UNSEEN_WORK", 0.5)
    bench.configure()
    job = bench.desk.add("web", "say=done_already")
    async with bench.desk.running():
        [ended] = await bench.desk.ended(job)
    assert (ended.state, ended.exit_code) == (State.COMPLETED, 0)
    assert bench.heard("prompt") == ["say=done_already"]


async def test_its_own_exit_code_counts(bench: Bench) -> None:
    bench.configure(prompt="argument")
    job = bench.desk.add("web", "exit=7")
    async with bench.desk.running():
        [ended] = await bench.desk.ended(job)
    assert (ended.state, ended.exit_code) == (State.FAILED, 7)


class TestTypedOnce:
    async def test_across_a_scheduler_that_dies(self, bench: Bench) -> None:
        bench.configure()
        desk, gate = bench.desk, bench.desk.gate("work")
        job = desk.add("web", f"work={gate.path} ")
        first = desk.daemon()
        await desk.appears(lambda: bench.heard("prompt"), "the prompt")
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        async with desk.running():
            await bench.sees(job, PaneState.WORKING)
            await bench.opened(gate)
            [ended] = await desk.ended(job)
        assert (ended.state, ended.attempt) == (State.COMPLETED, 1)
        assert bench.heard("prompt") == [f"work={gate.path}"]

    async def test_one_that_died_while_typing_is_not_guessed_at(self, bench: Bench) -> None:
        """The mark is there, the text is not: it may have been typed and cleared. A new attempt is honest."""
        bench.configure(env={"FAKE_FIRST": "mark"})
        gate = bench.desk.gate("work")
        prompt = f"work={gate.path}"
        job = bench.desk.add("web", prompt)
        async with bench.desk.running():
            await bench.sees(job, PaneState.WORKING)
            await bench.opened(gate)
            [ended] = await bench.desk.ended(job)
        first, second = bench.desk.store.attempts(job)
        assert ended.state is State.COMPLETED
        assert "whether it arrived can't be told" in (first.reason or "")
        assert second.exit_code == 0
        assert bench.heard("prompt") == [prompt]

    async def test_one_that_died_before_enter(self, bench: Bench) -> None:
        """The text waits in the composer: only its Enter is missing."""
        gate = bench.desk.gate("work")
        prompt = f"work={gate.path}"
        bench.configure(env={"FAKE_FIRST": "mark", "FAKE_TYPED": prompt})
        job = bench.desk.add("web", prompt)
        async with bench.desk.running():
            await bench.sees(job, PaneState.WORKING)
            await bench.opened(gate)
            [ended] = await bench.desk.ended(job)
        assert (ended.state, ended.attempt) == (State.COMPLETED, 1)
        assert bench.heard("prompt") == [prompt]


class TestStartup:
    async def test_answered_where_that_is_allowed(self, bench: Bench) -> None:
        bench.configure(env={"FAKE_FIRST": "trust"}, answer_startup=["trust"])
        gate = bench.desk.gate("work")
        job = bench.desk.add("web", f"work={gate.path}")
        async with bench.desk.running():
            await bench.sees(job, PaneState.WORKING)
            await bench.opened(gate)
            await bench.desk.ended(job)
        assert (bench.heard("answer"), bench.heard("prompt")) == (["trusted"], [f"work={gate.path}"])

    async def test_a_person_is_asked_otherwise(self, bench: Bench) -> None:
        bench.configure(env={"FAKE_FIRST": "trust"})
        job = bench.desk.add("web", "say=hello_there")
        async with bench.desk.running():
            await bench.sees(job, PaneState.BLOCKED)
            seen = bench.desk.store.agent_state(job)
            assert seen is not None
            assert seen.rule == "startup-trust"
            assert (bench.heard("answer"), bench.heard("prompt")) == ([], [])
            await _keys(bench.desk, job)("Enter")
            await bench.desk.appears(lambda: bench.heard("prompt"), "the prompt")
        assert bench.heard("answer") == ["trusted"]


class TestLimits:
    async def test_one_that_can_resume_comes_back_at_the_named_time(self, bench: Bench) -> None:
        bench.configure(resume=["false"])
        bench.desk.configure(projects={"web": {"agent": "fake"}}, scheduler={"slots": 1, "grace": 0.3})
        job = bench.desk.add("web", "say=Usage_limit_reached,_resets_in_2_hours")
        other = bench.desk.add("shop", "exit 0")
        async with bench.desk.running():
            limited = await bench.desk.in_state(job, State.DELAYED)
            [ended] = await bench.desk.ended(other)
        assert ended.state is State.COMPLETED, "slot and lock are free: shop is alice's, too"
        assert "usage limit until" in (limited.reason or "")
        assert isinstance(limited.status, Delayed)
        wait = (limited.status.until - bench.desk.queue.context.clock.now()) / SECOND
        assert 7000 < wait < 7300
        assert bench.desk.processes() == []
        assert bench.heard("key") == ["C-c"]

    @pytest.mark.parametrize(
        ("handed", "edited"),
        [(["{session}", "{prompt}"], "say=something_else"), (["{session}"], None)],
        ids=["argument, edited", "typed"],
    )
    async def test_it_goes_on_with_its_own_conversation(
        self, bench: Bench, handed: list[str], edited: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cockpit.scheduler.interaction._UNSEEN_WORK", 0.5)
        words = [sys.executable, "-S", str(AGENT), "--session", "{session}", str(bench.log)]
        resume = [*words[:3], "--resume", *handed[:1], str(bench.log), *handed[1:]]
        bench.configure(interactive=words, resume=resume)
        desk, prompt = bench.desk, "say=Usage_limit_reached,_resets_in_2_hours"
        job = desk.add("web", prompt)
        async with desk.running():
            await desk.in_state(job, State.DELAYED)
            if edited is not None:
                desk.queue.jobs.edit(job, prompt=edited)
            desk.queue.jobs.retry(job)
            [ended] = await desk.ended(job)
        assert (ended.state, ended.attempt) == (State.COMPLETED, 2)
        first, told = bench.heard("prompt")
        assert first == prompt
        if edited is None:
            assert told == "The usage limit has ended. Go on where you stopped."
        else:
            assert told.startswith("The usage limit has ended. Your task has been changed meanwhile.")
            assert told.endswith(f"\n\n{edited}")
        [begun], [resumed] = bench.heard("--session"), bench.heard("--resume")
        assert begun == resumed

    async def test_the_latest_conversation_may_be_anothers(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only `{session}` says which; without it the job begins anew once another one has worked in the folder."""
        monkeypatch.setattr("cockpit.scheduler.interaction._UNSEEN_WORK", 0.5)
        bench.configure(resume=["false"])
        desk = bench.desk
        job = desk.add("web", "say=Usage_limit_reached,_resets_in_2_hours")
        async with desk.running():
            await desk.in_state(job, State.DELAYED)
            await desk.ended(desk.add("web", "say=something_else"))
            desk.queue.jobs.retry(job)
            await desk.until(lambda: len(bench.heard("prompt")) == 3, "its own prompt again")
        begun, of_another, begun_anew = bench.heard("prompt")
        assert begun == begun_anew != of_another

    async def test_one_that_cannot_stays(self, bench: Bench) -> None:
        """Its work is in its pane: it keeps the lock and gives the slot to others."""
        bench.configure()
        bench.desk.configure(projects={"web": {"agent": "fake"}}, scheduler={"slots": 1, "grace": 0.3})
        job = bench.desk.add("web", "say=Usage_limit_reached,_resets_in_2_hours")
        async with bench.desk.running():
            await bench.sees(job, PaneState.LIMITED)
            await bench.desk.until(lambda: bench.desk.store.counts().slots_used == 0, "its slot")
            mine, others = bench.desk.add("shop", "exit 0"), bench.desk.add("api", "exit 0")
            await bench.desk.ended(others)
            assert bench.desk.job(job).state is State.RUNNING
            assert bench.desk.job(mine).state is State.PENDING
            assert [lock.job_id for lock in bench.desk.store.locks()] == [job]
        assert bench.heard("key") == []

    async def test_parked_it_outlives_a_scheduler_and_its_clock_stands(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The next scheduler knows from the store that it is parked, and until when, whatever its screen says."""
        monkeypatch.setattr(interaction, "_NAP", 0.05)
        monkeypatch.setattr(interaction, "_TRY_AGAIN", 0.02)
        send, told = PaneController.send_keys, []

        async def silent_at_first(self: PaneController, text: str, **options: Any) -> Any:
            told.extend([text] * (text == GO_ON))
            if told == [GO_ON] == [text]:
                raise Unavailable("tmux does not answer")
            return await send(self, text, **options)

        monkeypatch.setattr(PaneController, "send_keys", silent_at_first)
        clocks: list[str] = []

        def noted(name: str) -> None:
            real = getattr(Timeout, name)
            monkeypatch.setattr(Timeout, name, lambda self: (clocks.append(name), real(self)))

        noted("pause")
        noted("go_on")
        bench.configure()
        desk = bench.desk
        job = desk.add("web", "say=Usage_limit_reached")
        async with desk.running():
            await desk.until(lambda: "parked" in _kinds(desk, job), "its parking")
        assert clocks == ["go_on", "pause", "pause"], "parked; and the end of this scheduler"
        async with desk.running():
            await desk.appears(lambda: len(clocks) == 5, "the next scheduler's timeout to stand")
            monkeypatch.setattr(
                Clock, "now", lambda _: (time.time_ns() // 1000) + 2 * 3600 * SECOND
            )  # a lid closed
            await desk.appears(lambda: len(bench.heard("prompt")) > 1, "the word to go on")
        assert clocks[3:6] == ["go_on", "pause", "go_on"]
        assert [kind for kind in _kinds(desk, job) if "parked" in kind][:2] == ["parked", "unparked"]

    async def test_a_disk_that_is_full_at_that_moment(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, tries = SqliteStore.park, []

        def full_at_first(*words: Any) -> None:
            tries.append(words)
            if len(tries) == 1:
                raise Unavailable("the disk is full")
            real(*words)

        monkeypatch.setattr(SqliteStore, "park", full_at_first)
        monkeypatch.setattr(interaction, "_TRY_AGAIN", 0.02)
        bench.configure()
        job = bench.desk.add("web", "say=Usage_limit_reached,_resets_in_2_hours")
        async with bench.desk.running():
            await bench.sees(job, PaneState.LIMITED)
            await bench.desk.until(lambda: bench.desk.store.counts().slots_used == 0, "its slot")
            assert bench.desk.job(job).state is State.RUNNING


async def test_a_window_closed_by_hand(bench: Bench) -> None:
    bench.configure()
    job = bench.desk.add("web", f"work={bench.desk.gate('work').path}")
    async with bench.desk.running():
        await bench.sees(job, PaneState.WORKING)
        started = bench.desk.store.attempt(job, 1)
        assert started is not None
        await bench.desk.tmux.kill_window(started.window or "")
        await bench.desk.until(lambda: bench.desk.job(job).attempt == 2, "a new attempt")
        await bench.sees(job, PaneState.WORKING)
    [lost, _] = bench.desk.store.attempts(job)
    assert lost.reason
    assert len(bench.heard("prompt")) == 2


def _kinds(desk: Desk, job_id: str) -> list[str]:
    return [event.kind for event in desk.store.events(job_id)]


def _keys(desk: Desk, job_id: str) -> Any:
    """Press keys in the job's pane by a tmux process, as a person who is attached would."""
    attempt = desk.store.attempt(job_id, desk.job(job_id).attempt)
    assert attempt is not None

    async def press(*keys: str) -> None:
        await desk.tmux.run("send-keys", "-t", attempt.pane or "", *keys)

    return press
