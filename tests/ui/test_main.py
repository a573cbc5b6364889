"""The main screen over a real store: what it shows, how one moves, what stays selected."""

from __future__ import annotations

import pytest

from cockpit.base.errors import Unavailable
from cockpit.domain.job import ENDED
from cockpit.tui.widgets.agents_list import AgentsList
from cockpit.tui.widgets.queue_list import QueueList
from cockpit.tui.window import PAGE
from tests.ui.stage import OWNERS, Stage, lines, main, text, until, until_text


async def test_queue_agents_and_locks_are_shown_with_what_jobs_wait_for(stage: Stage) -> None:
    running = stage.start("web", log="hello from the agent\n", progress="62% building")
    waiting = stage.enqueue("web", "Fix the login button", "high")
    other = stage.enqueue("api")
    async with stage.open() as pilot:
        await until_text(pilot, "hello from the agent")
        shown = text(pilot)
        assert "1 running  2 queued" in lines(pilot)[0]
        assert any(waiting in line and "high" in line and "alice's lock" in line for line in lines(pilot))
        assert any(other in line and "its turn" in line for line in lines(pilot))
        assert "█████░░░  62%" in shown
        assert any("alice" in line and running.id in line and "left" in line for line in lines(pilot))
        assert f"alice/web {running.id}  shell  ● running" in shown


async def test_an_empty_home_says_what_to_do_next(stage: Stage) -> None:
    async with stage.open() as pilot:
        assert "No job waits." in text(pilot)
        assert "Press e to enqueue one." in text(pilot)
        assert "No agent runs." in text(pilot)
        assert "No user is locked." in text(pilot)


async def test_arrows_and_j_k_move_and_the_job_pane_follows(stage: Stage) -> None:
    ids = [stage.enqueue("web", f"prompt number {n}") for n in range(3)]
    async with stage.open() as pilot:
        queue = main(pilot).query_one(QueueList)
        for key, expected in (("j", 1), ("down", 2), ("down", 2), ("k", 1), ("g", 0), ("G", 2)):
            await pilot.press(key)
            assert queue.selected == ids[expected], key
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until_text(pilot, "prompt number 2")


async def test_the_selection_stays_with_its_job_when_rows_go(stage: Stage) -> None:
    ids = [stage.enqueue("web") for _ in range(5)]
    async with stage.open() as pilot:
        queue = main(pilot).query_one(QueueList)
        await pilot.press("j", "j", "j")
        assert queue.selected == ids[3]
        stage.store.cancel(ids[1], "gone", stage.clock.now())
        await until(pilot, lambda: len(queue.source) == 4)
        assert queue.selected == ids[3]
        assert queue.cursor == 2
        stage.store.cancel(ids[3], "gone", stage.clock.now())
        await until(pilot, lambda: len(queue.source) == 3)
        assert queue.chosen == ids[3], "it is in no list, and shown until one moves"
        await until_text(pilot, f"alice/web {ids[3]}  shell  ■ killed")
        await pilot.press("j")
        assert queue.chosen == ids[4]


async def test_a_job_that_starts_stays_the_shown_one_and_the_queue_keeps_the_focus(stage: Stage) -> None:
    first, second = stage.enqueue("web"), stage.enqueue("api")
    async with stage.open() as pilot:
        screen = main(pilot)
        assert screen.situation().job.id == first  # type: ignore[union-attr]  # there is one
        claim = stage.store.claim(100, 3600, stage.clock.now())
        assert claim is not None
        assert claim.job_id == first
        await until(pilot, lambda: screen.query_one(AgentsList).selected == first)
        assert screen.pane == "queue"
        assert screen.focused is screen.query_one(QueueList)
        assert screen.situation().job.id == first  # type: ignore[union-attr]  # there is one
        assert f"alice/web {first}" in text(pilot)
        await pilot.press("h")
        await until(pilot, lambda: stage.store.get(first).held)
        assert not stage.store.get(second).held
        stage.store.kill(first, "enough", stage.clock.now())
        stage.finish(stage.store.get(first), 1)
        await until(pilot, lambda: screen.situation().job.state in ENDED)  # type: ignore[union-attr]  # there is one
        assert screen.situation().job.id == first  # type: ignore[union-attr]  # there is one
        assert screen.query_one(AgentsList).chosen == first
        assert screen.pane == "queue"
        await pilot.press("tab", "R")
        await until(pilot, lambda: screen.query_one(QueueList).selected == first and screen.pane == "queue")
        await pilot.press("j")
        assert screen.situation().job.id == second  # type: ignore[union-attr]  # there is one


async def test_in_one_column_a_job_that_starts_leaves_the_queue_under_ones_hands(stage: Stage) -> None:
    first, second, third = (stage.enqueue(project) for project in OWNERS)
    async with stage.open((80, 24)) as pilot:
        screen = main(pilot)
        queue = screen.query_one(QueueList)
        assert queue.selected == first
        for left in (second, third, None):
            assert stage.store.claim(100, 3600, stage.clock.now()) is not None
            await until(pilot, lambda: queue.chosen == left)  # noqa: B023  # awaited within this round
            assert screen.pane == "queue"
            assert screen.focused is queue
            job = screen.situation().job
            assert (job and job.id) == left, "what has the cursor is meant"
            assert left is None or any(left in line and "▌" in line for line in lines(pilot))
        assert "Agents 3" in lines(pilot)[1]


async def test_what_one_has_just_enqueued_is_followed_to_the_agents(stage: Stage) -> None:
    stage.enqueue("api")
    async with stage.open((80, 24)) as pilot:
        screen = main(pilot)
        own = stage.enqueue("web", priority="critical")
        screen.reveal(own)
        await until(pilot, lambda: screen.query_one(QueueList).selected == own)
        assert stage.store.claim(100, 3600, stage.clock.now()) is not None
        await until(pilot, lambda: screen.pane == "agents")
        assert screen.query_one(AgentsList).selected == own


async def test_in_an_open_job_pane_the_job_stays_when_it_starts(stage: Stage) -> None:
    first, _ = stage.enqueue("web"), stage.enqueue("api")
    async with stage.open() as pilot:
        await pilot.press("enter")
        assert stage.store.claim(100, 3600, stage.clock.now()) is not None
        await until_text(pilot, f"alice/web {first}  shell  ◌ assigned")
        assert main(pilot).pane == "job"
        await pilot.press("escape")
        assert main(pilot).pane == "queue", "back where one came from"


async def test_what_others_enqueue_appears_by_itself(stage: Stage) -> None:
    async with stage.open() as pilot:
        job = stage.enqueue("docs")
        await until_text(pilot, job)


async def test_output_is_followed_as_it_grows(stage: Stage) -> None:
    job = stage.start("web", log="one\n")
    async with stage.open() as pilot:
        await until_text(pilot, "one")
        with stage.log(job).open("a", encoding="utf-8") as log:
            log.write("\x1b[32mtwo\x1b[0m\n" + "".join(f"line {n}\n" for n in range(100)))
        await until_text(pilot, "line 99")
        await pilot.press("o", "g")
        await until_text(pilot, "two")
        with stage.log(job).open("a", encoding="utf-8") as log:
            log.write("more\n")
        await until(pilot, lambda: len(main(pilot).query_one("#job-output")) == 103)  # type: ignore[attr-defined]  # a TextView
        assert "two" in text(pilot), "whoever scrolled back is not pulled to the end"


async def test_a_job_that_failed_stays_to_be_seen(stage: Stage) -> None:
    job = stage.start("web")
    async with stage.open() as pilot:
        stage.finish(job, 3)
        await until_text(pilot, "✖")
        assert any(
            all(word in line for word in ("✖", job.id[-4:], "failed", "exit code 3", "Build it"))
            for line in lines(pilot)
        )
        stage.clock.advance(3700)
        main(pilot).read()
        await until_text(pilot, "No agent runs.")


async def test_a_hundred_thousand_rows_are_never_held(stage: Stage) -> None:
    from cockpit.domain.job import NewJob

    new = [NewJob("web", "alice", "shell", f"prompt {n}") for n in range(3000)]
    accepted = stage.store.enqueue(new, stage.clock.now())
    async with stage.open() as pilot:
        screen = main(pilot)
        queue = screen.query_one(QueueList)
        await pilot.press("G")
        assert queue.selected == accepted[-1].job_id
        await until_text(pilot, accepted[-1].job_id)
        await pilot.press("k", "g")
        assert queue.selected == accepted[0].job_id
        assert sum(len(page) for page in screen.lists._waiting._pending._pages.values()) <= 8 * PAGE


async def test_nothing_is_drawn_when_nothing_changed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.start("web", log="hi\n", progress="10% at it")
    stage.enqueue("web")
    async with stage.open() as pilot:
        await until_text(pilot, "10%")
        await until_text(pilot, "1h left")
        await until_text(pilot, "│hi ")  # its screen can't be had: the job pane has turned to the output
        drawn: list[object] = []
        monkeypatch.setattr(pilot.app, "_display", lambda _screen, what: drawn.append(what))
        stage.clock.advance(20)
        for _ in range(3):
            main(pilot).read()
            await pilot.pause()
        assert not drawn
        stage.clock.advance(60)
        main(pilot).read()
        await until(pilot, lambda: drawn)


async def test_only_the_line_that_changed_is_drawn(stage: Stage) -> None:
    job = stage.start("web")
    stage.start("api")
    async with stage.open() as pilot:
        agents = main(pilot).query_one(AgentsList)
        drawn: list[int] = []
        render = agents.render_line
        agents.render_line = lambda y: (drawn.append(y), render(y))[1]  # type: ignore[method-assign]  # counts
        (stage.log(job).parent / "progress.md").write_text("40% half way", encoding="utf-8")
        await until_text(pilot, "40%")
        assert drawn == [1]


async def test_one_column_when_narrow(stage: Stage) -> None:
    stage.start("web", log="hello\n")
    job = stage.enqueue("api")
    async with stage.open((80, 24)) as pilot:
        assert "Agents 1" in lines(pilot)[1]
        assert "running" in text(pilot)
        await pilot.press("shift+tab")
        await until_text(pilot, job)
        await pilot.press("enter")
        await until_text(pilot, "waits for")
        assert "Events" in text(pilot)
        await pilot.press("escape")
        await until_text(pilot, "waiting for")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Locks" in text(pilot) and "Agents" in text(pilot))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_rows_tell_jobs_apart(stage: Stage, size: tuple[int, int]) -> None:
    running = stage.start("web", prompt="\n  Mend the header\nof all pages")
    job = stage.enqueue("api", "Sort orders\nby date")
    stage.store.hold("job", job, stage.clock.now())
    async with stage.open(size) as pilot:
        await until_text(pilot, "Mend the hea")
        assert any(running.id[-4:] in line and "Mend the hea" in line for line in lines(pilot))
        main(pilot).show_pane("queue")
        await until(
            pilot,
            lambda: any(
                job in line and "held (press h)" in line and "Sort orde" in line for line in lines(pilot)
            ),
        )


async def test_whose_jobs_wait_is_told_before_their_project_and_what_ended_is_counted_apart(
    stage: Stage,
) -> None:
    stage.finish(stage.start("docs"), 1)
    running, waiting = stage.start("web"), stage.enqueue("web")
    async with stage.open((120, 40)) as pilot:
        await until_text(pilot, "Agents 1 · 1 ended")
        shown = lines(pilot)
        assert any("alice " in line and waiting in line and "alice's lock" in line for line in shown)
        assert any(running.id[-4:] in line and "alice" in line and "running" in line for line in shown)


async def test_a_progress_bar_gives_way_to_words_where_there_is_no_room_for_both(stage: Stage) -> None:
    stage.start("web", progress="62% reading the schema")
    async with stage.open((80, 24)) as pilot:
        await until_text(pilot, " 62% reading the sch")
        await pilot.resize_terminal(99, 24)
        await until_text(pilot, "█████░░░  62% reading the sch")
        await pilot.resize_terminal(70, 24)
        await until(pilot, lambda: "█████░░░  62%" in text(pilot) and "reading" not in text(pilot))


async def test_a_job_that_waits_shows_its_prompt_at_once(stage: Stage) -> None:
    stage.enqueue("web", "Sort the orders\nby date, the newest first")
    async with stage.open() as pilot:
        await until_text(pilot, "It waits for its turn.")
        await until_text(pilot, "by date, the newest first")


async def test_a_narrow_header_is_shortened_by_priority(stage: Stage) -> None:
    stage.finish(stage.start("docs"), 1)
    stage.start("web")
    stage.enqueue("api")
    async with stage.open((80, 24)) as pilot:
        head = lines(pilot)[0]
        assert "1 running  1 queued  ✖ 1 failed" in head
        assert "…" not in head
        assert "  cockpit  slots 1/3" in head, "who schedules in short"
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "scheduler: cockpit, pid" in lines(pilot)[0])
        await pilot.resize_terminal(60, 24)
        await until(
            pilot, lambda: "1 running  1 queued  ✖ 1" in lines(pilot)[0] and "…" not in lines(pilot)[0]
        )


async def test_opens_on_the_first_list_that_has_anything(stage: Stage) -> None:
    async with stage.open((80, 24)) as pilot:
        assert main(pilot).pane == "queue"
        job = stage.start("web")
        await until(pilot, lambda: "Agents 1" in lines(pilot)[1])
        assert main(pilot).pane == "queue", "nothing that happens by itself changes it"
        assert main(pilot).situation().job is None
        stage.finish(job, 1)
        await until_text(pilot, "failed")
    async with stage.open((80, 24)) as pilot:
        assert main(pilot).pane == "agents"


async def test_a_click_selects_and_two_open(stage: Stage) -> None:
    ids = [stage.enqueue("web") for _ in range(3)]
    async with stage.open() as pilot:
        await pilot.click(QueueList, offset=(10, 4))
        assert main(pilot).query_one(QueueList).selected == ids[2]
        await pilot.click(QueueList, offset=(10, 3), times=2)
        await until_text(pilot, "Events")
        assert main(pilot).pane == "job"


async def test_filter_words_users_and_states(stage: Stage) -> None:
    mine, other = stage.enqueue("web"), stage.enqueue("api")
    failed = stage.finish(stage.start("docs"), 1)
    async with stage.open() as pilot:
        await pilot.press("slash", *"user:alice")
        await until(pilot, lambda: other not in text(pilot) and mine in text(pilot))
        await pilot.press("enter")
        assert main(pilot).pane == "queue"
        await pilot.press("escape")
        await until_text(pilot, other)
        await pilot.press("slash", *"state:failed", "enter")
        await until(pilot, lambda: main(pilot).query_one(QueueList).selected == failed.id)
        await pilot.press("slash", *" nonsense", "enter")
        await until_text(pilot, "No job fits the filter.")


async def test_a_store_that_is_gone_is_told_and_the_screen_lives(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cockpit.base.errors import Unavailable

    job = stage.enqueue("web")
    async with stage.open() as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(
                main(pilot).live.store, "counts", lambda: (_ for _ in ()).throw(Unavailable("disk is gone"))
            )
            main(pilot).read()
            await until_text(pilot, "disk is gone")
        await pilot.press("j")
        assert job in text(pilot)


async def test_a_store_that_is_busy_while_a_row_is_drawn_leaves_it_blank(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Unavailable("the queue is busy")

    stage.enqueue("web", "Fix the login")
    async with stage.open() as pilot:
        await until_text(pilot, "Fix the login")
        queue = main(pilot).query_one(QueueList)
        with monkeypatch.context() as patch:
            patch.setattr(queue, "cells", busy)
            assert not queue.render_line(1).text.strip()
        assert "Fix the l" in queue.render_line(1).text
