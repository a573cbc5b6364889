"""What the scheduler tells outside: the person's command gets every event once, whoever schedules."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from cockpit.domain.job import State
from cockpit.store.sqlite import SqliteStore
from tests.desk import Desk
from tests.integration.scheduler.test_interaction import Bench

pytestmark = [pytest.mark.tmux, pytest.mark.git]
ALL = ["task_queued", "task_dequeued", "task_started", "task_completed", "task_error", "needs_input"]


class Hook:
    """A command that keeps what it was told."""

    def __init__(self, desk: Desk) -> None:
        self._told = desk.marks / "told"
        self.path = desk.marks / "hook"
        self.path.write_text(f'#!/bin/sh\nprintf "%s %s\\n" "$1" "$(cat)" >>{self._told}\n', encoding="utf-8")
        self.path.chmod(0o755)

    def section(self, *events: str, interval: float = 0.0, **more: Any) -> dict[str, Any]:
        return {"command": [str(self.path)], "events": list(events), "interval": interval, **more}

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Name and document of every call."""
        lines = self._told.read_text(encoding="utf-8").splitlines() if self._told.exists() else []
        pairs = [line.partition(" ") for line in lines if line.endswith("}")]
        return [(name, json.loads(text)) for name, _, text in pairs]

    def counts(self) -> dict[str, int]:
        """How many happenings each event had."""
        found: dict[str, int] = {}
        for name, document in self.told():
            found[name] = found.get(name, 0) + document["count"]
        return found


@pytest.fixture
def hook(desk: Desk) -> Hook:
    return Hook(desk)


def test_a_daemons_run_tells_what_completed(desk: Desk, hook: Hook) -> None:
    desk.configure(notify=hook.section("task_completed"))
    job = desk.add("web", "echo done")
    assert desk.run_until_idle() == 0
    [(name, document)] = hook.told()
    assert (name, document["event"], document["count"]) == ("task_completed", "task_completed", 1)
    [told] = document["jobs"]
    kept = desk.job(job)
    assert (told["job_id"], told["project"], told["user"]) == (job, "web", "alice")
    assert (told["state"], told["exit_code"], told["prompt"]) == ("completed", 0, "echo done")
    assert told["finished_at"] is not None
    assert kept.state is State.COMPLETED
    assert Path(desk.places.home).stat().st_mode & 0o777 == 0o700


async def test_every_event(desk: Desk, hook: Hook) -> None:
    desk.configure(notify=hook.section(*ALL))
    async with desk.running():
        good, bad = desk.add("web", "exit 0"), desk.add("api", "exit 3")
        await desk.ended(good, bad)
        expected = {
            "task_queued": 2,
            "task_dequeued": 2,
            "task_started": 2,
            "task_completed": 1,
            "task_error": 1,
        }
        await desk.appears(lambda: hook.counts() == expected, f"{hook.counts()} to be all")
        [why] = [document["jobs"][0]["why"] for name, document in hook.told() if name == "task_error"]
        assert why == "exit code 3"


async def test_switched_on_after_a_long_time_it_begins_from_now(
    desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody wanted to know is not told later, and not even read: it may be the history of a month."""
    reads: list[int] = []
    real = SqliteStore.events_after
    monkeypatch.setattr(
        SqliteStore,
        "events_after",
        lambda self, after, *more: (reads.append(after), real(self, after, *more))[1],
    )
    caplog.set_level("INFO")
    desk.store.set_told(1)
    async with desk.running():
        await desk.ended(*[desk.add("web", "exit 0") for _ in range(3)])
        before = desk.store.last_event()
        desk.configure(notify=hook.section("task_completed"))
        await desk.appears(lambda: "configuration was taken up" in caplog.text, "the new settings")
        job = desk.add("api", "exit 0")
        await desk.appears(hook.told, "what came after")
    assert [document["jobs"][0]["job_id"] for _, document in hook.told()] == [job]
    assert min(reads) >= before


async def test_a_burst_is_told_together(desk: Desk, hook: Hook) -> None:
    desk.configure(notify=hook.section("task_queued", interval=0.5))
    async with desk.running():
        for n in range(30):
            desk.add("web", f"echo {n}")
        await desk.appears(lambda: hook.counts() == {"task_queued": 30}, "all of them")
        assert len(hook.told()) < 10
        assert any(document["count"] > 1 for _, document in hook.told())


async def test_a_question_is_told_once_while_it_stands(desk: Desk, hook: Hook) -> None:
    bench = Bench(desk)
    bench.configure()
    with desk.home.config.open("a", encoding="utf-8") as file:
        section = hook.section("needs_input")
        file.write("\n[notify]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in section.items()) + "\n")
    first = desk.daemon()
    job = desk.add("web", "ask say=finished")
    await desk.appears(hook.told, "the question")
    [(name, document)] = hook.told()
    assert name == "needs_input"
    assert document["jobs"][0]["job_id"] == job
    assert document["jobs"][0]["why"].startswith("Allow this?")
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    second = desk.daemon()
    await desk.until(lambda: desk.scheduler_pid() == second.pid, "the second scheduler")
    other = desk.add("docs", "echo other")
    await desk.ended(other)
    second.send_signal(signal.SIGTERM)
    second.wait(20)
    assert len(hook.told()) == 1, "it asks still; the second scheduler sees the same question"
    assert desk.kinds(job).count("needs input") == 1
