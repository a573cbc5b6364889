"""Marks and counts: what one key does to many."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from cockpit.domain.job import Job, Priority, State
from cockpit.tui import marks
from cockpit.tui.dialogs import send_many
from cockpit.tui.operations.agents import AgentOperations
from cockpit.tui.uncommitted import uncommitted
from cockpit.tui.widgets.queue_list import QueueList
from tests.ui.stage import Stage, lines, main, text, until, until_text


async def test_marked_jobs_are_shown_counted_and_cancelled_as_one_after_one_question(stage: Stage) -> None:
    ids = [stage.enqueue("web", f"number {n}") for n in range(4)]
    async with stage.open() as pilot:
        await pilot.press("space", "space", "j", "space")
        await until_text(pilot, "✓ 3 marked")
        assert [line[1:3] for line in lines(pilot)[3:7]] == [" ✓", " ✓", "  ", "▌✓"], "cursor and mark"
        await pilot.press("K")
        await until_text(pilot, "Cancels 3 jobs that wait:")
        assert f"alice's job {ids[0]} in web" in text(pilot)
        before = stage.store.last_event()
        await pilot.press("y")
        await until_text(pilot, "3 jobs are cancelled. U undoes it.")
        assert [stage.store.get(id_).state for id_ in ids] == ["killed", "killed", "pending", "killed"]
        assert stage.store.last_event() == before + 3
        assert "marked" not in lines(pilot)[-1]


async def test_kill_of_marked_ones_says_which_run_which_wait_and_which_are_left(stage: Stage) -> None:
    ended = stage.finish(stage.start("docs")).id
    running = stage.start("api").id
    waiting = stage.enqueue("web")
    async with stage.open() as pilot:
        screen = main(pilot)
        screen.marks.add([ended, running, waiting])
        screen.show_marks()
        await pilot.press("K")
        await until_text(pilot, "Kills 1 running job:")
        shown = text(pilot)
        assert "Cancels 1 job that waits:" in shown
        assert "1 other marked job can't be ended and stays." in shown
        await pilot.press("y")
        await until(pilot, lambda: stage.store.get(running).wish is not None)
        await until(pilot, lambda: stage.store.get(waiting).state is State.KILLED)


async def test_hold_priority_and_retry_of_marked_ones(stage: Stage) -> None:
    ids = [stage.enqueue("web"), stage.enqueue("api"), stage.enqueue("docs")]
    async with stage.open() as pilot:
        await pilot.press("A", "h")
        await until(pilot, lambda: all(stage.store.get(id_).held for id_ in ids))
        await until_text(pilot, "3 jobs are held")
        await pilot.press("A", "h")
        await until(pilot, lambda: not any(stage.store.get(id_).held for id_ in ids))
        await pilot.press("A", "plus")
        await until(pilot, lambda: all(stage.store.get(id_).priority is Priority.HIGH for id_ in ids))
        await pilot.press("A", "R")
        await until_text(pilot, "Retry: not for any of the 3 marked ones")
        for id_ in ids[:2]:
            stage.store.cancel(id_, "gone", stage.clock.now())
        await until(pilot, lambda: main(pilot).situation().marked[0].state is State.KILLED)
        await pilot.press("R")
        await until_text(pilot, "Brings 2 jobs back into the queue")
        await pilot.press("y")
        await until(pilot, lambda: stage.store.counts().states[State.PENDING] == 3)


async def test_locks_of_marked_jobs_are_released_together(stage: Stage) -> None:
    first, second = stage.start("web").id, stage.start("api").id
    async with stage.open() as pilot:
        await pilot.press("A", "u")
        await until_text(pilot, "Release 2 locks (alice, bob)?")
        await pilot.press("y")
        await until(pilot, lambda: all(stage.store.get(id_).wish for id_ in (first, second)))


async def test_escape_and_a_second_all_take_the_marks_away(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("A")
        await until_text(pilot, "✓ 1 marked")
        await pilot.press("A")
        await until(pilot, lambda: "marked" not in text(pilot))
        await pilot.press("space")
        await until_text(pilot, "✓ 1 marked")
        await pilot.press("escape")
        await until(pilot, lambda: "marked" not in text(pilot))
        await pilot.press("tab", "tab", "tab")
        main(pilot).action_act("mark")
        await until_text(pilot, "Mark: no list has the focus")


async def test_no_more_are_marked_than_one_transaction_bears(stage: Stage, monkeypatch: object) -> None:
    for _ in range(4):
        stage.enqueue("web")
    assert hasattr(monkeypatch, "setattr")
    monkeypatch.setattr(marks, "MOST", 2)
    monkeypatch.setattr("cockpit.tui.operations.marking.MOST", 2)
    async with stage.open() as pilot:
        await pilot.press("A")
        await until_text(pilot, "2 jobs of 4 are marked")
        pilot.app.clear_notifications()  # escape would take them away first
        await pilot.press("escape", "space", "space", "space")
        await until_text(pilot, "No more than 2 can be marked at once.")


async def test_a_count_repeats_and_goes_to_rows(stage: Stage) -> None:
    ids = [stage.enqueue("web") for _ in range(12)]
    async with stage.open() as pilot:
        queue = main(pilot).query_one(QueueList)
        await pilot.press("5")
        await until_text(pilot, "5× a count for the next key; esc forgets it")
        await pilot.press("j")
        assert queue.selected == ids[5]
        await pilot.press("3", "k")
        assert queue.selected == ids[2]
        await pilot.press("1", "0", "G")
        assert queue.selected == ids[9]
        await pilot.press("4", "escape", "k")
        assert queue.selected == ids[8], "escape forgets the count"
        await pilot.press("3", "space")
        await until_text(pilot, "✓ 3 marked")
        await pilot.press("4", "escape")
        assert [job.id for job in main(pilot).situation().marked] == ids[8:11], (
            "escape forgets the count alone"
        )
        await pilot.press("escape", "2", "plus")
        await until(pilot, lambda: stage.store.get(ids[11]).priority is Priority.CRITICAL)


async def test_what_is_not_committed_is_counted_before_an_agent_is_ended(stage: Stage) -> None:
    stage.start("web")
    folder = stage.context.settings.projects["web"].path
    subprocess.run(["git", "init", "-q", folder], check=True)
    for name in ("a", "b c", "d"):
        Path(folder, name).write_text("x", encoding="utf-8")
    async with stage.open() as pilot:
        await pilot.press("K")
        await until_text(pilot, "3 files uncommitted")


async def test_a_folder_that_is_no_repository_is_not_counted(stage: Stage) -> None:
    assert await uncommitted(stage.context.places.home) is None
    assert await uncommitted("/nowhere/at/all") is None


async def test_marked_ones_of_the_history_come_back_together(stage: Stage) -> None:
    ids = [stage.finish(stage.start("web"), 1).id for _ in range(2)]
    async with stage.open() as pilot:
        await pilot.press("f")
        await until_text(pilot, "History")
        await pilot.press("A")
        await until_text(pilot, "✓ 2 marked")
        await pilot.press("escape")
        await until(pilot, lambda: "marked" not in text(pilot))
        await pilot.press("A", "R")
        await until_text(pilot, "Brings 2 jobs back into the queue")
        await pilot.press("y")
        await until(pilot, lambda: all(stage.store.get(id_).state is State.PENDING for id_ in ids))
        assert pilot.app.screen is not main(pilot), "the list stays"


async def test_a_count_of_marks_shows_one_job_beside_the_list_and_not_each(stage: Stage) -> None:
    for _ in range(30):
        stage.enqueue()
    async with stage.open() as pilot:
        queue = main(pilot).query_one(QueueList)
        shown: list[str | None] = []
        queue.on_moved = lambda rows: shown.append(rows.selected)
        await pilot.press("2", "5", "space")
        await until_text(pilot, "✓ 25 marked")
        assert shown == [queue.source.key(25)]
        await pilot.press("9", "space")
        await until_text(pilot, "✓ 30 marked")
        assert queue.cursor == 29


async def test_one_line_for_the_marked_agents_goes_to_all_of_them_also_when_one_leaves(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, api, docs = (stage.start(project).id for project in ("web", "api", "docs"))
    waiting = stage.enqueue("web")
    sent: list[tuple[str, str]] = []
    go_on = asyncio.Event()

    async def send_to(_: object, job: Job, text: str, enter: bool) -> str:
        sent.append((job.id, text))
        await go_on.wait()
        return "✖ its pane is gone" if job.id == docs else "✔ accepted"

    monkeypatch.setattr(AgentOperations, "_send_to", send_to)
    monkeypatch.setattr(send_many, "_AT_ONCE", 1)
    async with stage.open() as pilot:
        main(pilot).marks.add([web, docs, waiting])
        main(pilot).show_marks()
        await pilot.press("s")
        await until_text(pilot, "2 agents get it. 1 marked job does not run.")
        shown = text(pilot)
        assert "is:marked" in shown
        assert api not in shown
        await pilot.press(*"go on", "enter")
        await until(pilot, lambda: sent)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        go_on.set()
        await until_text(pilot, f"Sent to 1 of 2. {docs} ✖ its pane is gone.")
        assert sorted(sent) == sorted([(web, "go on"), (docs, "go on")])
        assert not len(main(pilot).marks)


async def test_a_line_is_for_agents_whose_prompt_has_these_words(stage: Stage) -> None:
    stage.start("web", prompt="Fix the login")
    other = stage.start("api", prompt="Write notes").id
    async with stage.open() as pilot:
        await pilot.press("s")
        pilot.app.screen.query_one("#to").value = "login"  # type: ignore[attr-defined]  # an Input
        await until_text(pilot, "1 agent gets it.")
        assert other not in text(pilot)


def test_a_change_of_the_store_costs_what_has_changed_not_what_is_marked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [stage.enqueue("web") for _ in range(30)]
    known = marks.Marks(stage.store)
    known.add(ids)
    assert [job.id for job in known.jobs()] == ids
    stage.store.hold("job", ids[3], stage.clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(stage.store, "get", lambda _: pytest.fail("it is known"))
        known.forget()
        assert [job.id for job in known.jobs() if job.held] == [ids[3]]
    for id_ in ids:
        stage.store.hold("job", id_, stage.clock.now())
    monkeypatch.setattr(marks, "_MANY", 5)
    known.forget()
    assert all(job.held for job in known.jobs()), "so much has happened that all are read again"
