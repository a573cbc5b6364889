"""The grid of agents' screens: what stands where, every action and why it can't be done, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from cockpit.domain.screen import PaneState
from cockpit.tmux.screen import Screen
from cockpit.tui.screens.grid import GridScreen
from cockpit.tui.typist import Typist
from cockpit.tui.widgets.tile import Tile
from tests.ui.gridstage import FLEET, GridStage
from tests.ui.stage import Stage, lines, main, text, until, until_text


@pytest.fixture
def fleet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> GridStage:
    return GridStage(stage, monkeypatch)


def grid(pilot: Pilot[int]) -> GridScreen:
    return next(one for one in pilot.app.screen_stack if isinstance(one, GridScreen))


def seen(pilot: Pilot[int]) -> list[str]:
    """The users whose agents are seen, in the order of their tiles."""
    tiles = sorted(grid(pilot).query(Tile), key=lambda tile: (tile.region.y, tile.region.x))
    users = {job.id: job.user for job in grid(pilot).live.store.active()}
    return [users[tile.job_id] for tile in tiles if tile.region.height and tile.job_id in users]


def selected(pilot: Pilot[int]) -> str:
    job = grid(pilot).shown_job()
    return "" if job is None else job.user


async def until_said(pilot: Pilot[int], wanted: str) -> None:
    """Until a notification says it; one that is shown is wrapped."""
    await until(pilot, lambda: any(wanted in said.message for said in pilot.app._notifications), wanted)


async def opened(pilot: Pilot[int], count: int) -> None:
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, GridScreen))
    await until(pilot, lambda: len(seen(pilot)) == count, f"{count} tiles")
    await until(pilot, lambda: all(tile.picture.captured for tile in grid(pilot).query(Tile)))


async def test_who_needs_a_person_comes_first_and_who_works_next(fleet: GridStage) -> None:
    async with fleet.stage.open((200, 60)) as pilot:
        await opened(pilot, 9)
        assert seen(pilot)[:3] == ["carol", "erin", "grace"], "who waits longest is the first"
        assert seen(pilot)[-1] == "alice", "idle"
        assert selected(pilot) == "carol"
        assert "◆ carol/docs claude NEEDS YOU 8m" in text(pilot)
        assert "Do you want to proceed?" in text(pilot)
        assert "y→1  x→Escape" in text(pilot)
        assert "f6 back" in lines(pilot)[-1]


@pytest.mark.parametrize(("size", "count"), [((80, 24), 2), ((120, 40), 4), ((200, 60), 9)])
async def test_as_many_as_can_be_read_and_no_other_pane_is_captured(
    fleet: GridStage, size: tuple[int, int], count: int
) -> None:
    async with fleet.stage.open(size) as pilot:
        await opened(pilot, count)
        captured = [job.user for job in fleet.jobs if fleet.panes[job.id].captures]
        assert set(seen(pilot)) <= set(captured)
        assert len(captured) <= count + 1, "and the one that the main screen showed"


async def test_a_tile_moves_only_when_a_need_comes_or_goes(fleet: GridStage) -> None:
    async with fleet.stage.open((200, 60)) as pilot:
        await opened(pilot, 9)
        before = seen(pilot)
        bob = next(job for job in fleet.jobs if job.user == "bob")
        fleet.see(bob, PaneState.IDLE)
        await until_text(pilot, "○ bob/api")
        assert seen(pilot) == before
        fleet.see(bob, PaneState.BLOCKED)
        await until(pilot, lambda: seen(pilot)[3] == "bob")
        assert selected(pilot) == "carol"
        fleet.see(bob, PaneState.WORKING)
        await until_text(pilot, "● bob/api")
        fleet.see(next(job for job in fleet.jobs if job.user == "ivan"), PaneState.IDLE)
        await until_text(pilot, "○ ivan/docs")
        await pilot.press("r")
        await until(pilot, lambda: {"alice", "ivan"} == set(seen(pilot)[-2:]))


async def test_moving_by_keys_over_pages(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        await until_text(pilot, "1-4 of 9 agents")
        order = grid(pilot)._order.ids
        users = [next(job.user for job in fleet.jobs if job.id == one) for one in order]
        steps = {
            "l": 1,
            "j": 3,
            "h": 2,
            "k": 0,
            "right": 1,
            "down": 3,
            "left": 2,
            "up": 0,
            "tab": 1,
            "shift+tab": 0,
        }
        for key, place in steps.items():
            await pilot.press(key)
            await until(pilot, lambda place=place: selected(pilot) == users[place], key)
        await pilot.press("G")
        await until_text(pilot, "9-9 of 9 agents")
        assert selected(pilot) == users[8]
        await until_text(pilot, "need you: n")
        await pilot.press("right_square_bracket")
        await until_said(pilot, "Next page: this is the last page.")
        await pilot.press("tab")
        await until(pilot, lambda: selected(pilot) == users[0])
        await pilot.press("left_square_bracket")
        await until_said(pilot, "Page before: this is the first page.")
        await pilot.press("right_square_bracket")
        await until_text(pilot, "5-8 of 9 agents")
        await pilot.press("left_square_bracket")
        await until_text(pilot, "1-4 of 9 agents")
        await pilot.press("G", "g")
        await until(pilot, lambda: selected(pilot) == users[0])
        await pilot.press("3", "l")
        await until(pilot, lambda: selected(pilot) == users[3])


async def test_more_and_fewer_at_once(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press("plus")
        await until(pilot, lambda: len(seen(pilot)) == 5)
        await pilot.press("minus", "minus", "minus")
        await until(pilot, lambda: len(seen(pilot)) == 2)
        await pilot.press("minus")
        await until_said(pilot, "Fewer at once: two at once are the fewest; z shows one alone.")
        for _ in range(7):
            await pilot.press("plus")
        await until(pilot, lambda: len(seen(pilot)) == 9)
        await pilot.press("plus")
        await until_said(pilot, "More at once: all agents that run are seen already.")
        await pilot.press("z")
        await until(pilot, lambda: len(seen(pilot)) == 1)
        pilot.app.clear_notifications()  # escape would take them away first
        await pilot.press("escape")
        await until(pilot, lambda: len(seen(pilot)) == 9)
        await pilot.press("minus", "minus", "escape")
        await opened(pilot, 7)
    kept = json.loads(Path(fleet.stage.context.places.screen).read_text())
    assert kept["tiles"] == 7
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 7)
        for _ in range(3):
            await pilot.press("minus")
        await until(pilot, lambda: len(seen(pilot)) == 4)
    async with fleet.stage.open((200, 60)) as pilot:
        await opened(pilot, 9)  # four is what fits there: no number is wished for any more


async def test_one_scrolls_back_in_a_tile(fleet: GridStage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press("pagedown")
        await until_said(pilot, "This is live")
        pilot.app.clear_notifications()
        picture = grid(pilot).agent
        assert picture is not None
        await pilot.press("pageup", "pageup", "pageup")
        await until_text(pilot, "scrolled back: esc for live")
        await until_text(pilot, "what it printed before, 7")
        assert not picture.live, "no answer goes to a question that is out of sight"
        await pilot.press("pagedown", "pagedown", "pagedown")
        await until(pilot, lambda: picture.live, "the end is live")
        await pilot.press("pageup")
        await until_text(pilot, "scrolled back: esc for live")
        await pilot.press("escape")
        await until(pilot, lambda: picture.live)
        assert pilot.app.screen is grid(pilot), "escape took the scrolling back, and nothing else"
        other = sorted(grid(pilot).query(Tile), key=lambda tile: (tile.region.y, tile.region.x))[3].picture
        other.post_message(MouseScrollUp(other, 5, 5, 0, -1, 0, shift=False, meta=False, ctrl=False))
        await until(pilot, lambda: other.looking_back, "the wheel scrolls what it is over")
        monkeypatch.setattr(Typist, "put", lambda *_: None)
        other.start_typing()
        other.post_message(MouseScrollUp(other, 5, 5, 0, -1, 0, shift=False, meta=False, ctrl=False))
        await until(pilot, lambda: other.looking_back)
        await pilot.press("x")
        await until(pilot, lambda: other.live, "who types sees what is typed")
        pane = other.pane
        assert pane is not None
        capture = pane.capture_pane

        async def meanwhile(*words: Any, **more: Any) -> Screen:
            other.follower.pane = None  # it shows another job
            return await capture(*words, **more)

        monkeypatch.setattr(pane, "capture_pane", meanwhile)
        assert not await other.scroll_pages(-1)
        assert not other.looking_back, "another job's lines are not shown as this one's"


async def test_no_more_than_there_is_room_for(fleet: GridStage) -> None:
    async with fleet.stage.open((60, 20)) as pilot:
        await opened(pilot, 2)
        for _ in range(9):
            await pilot.press("plus")
        await until_said(pilot, "smaller ones could not be read here")


async def test_the_mouse_selects_and_opens(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        tile = sorted(grid(pilot).query(Tile), key=lambda tile: (tile.region.y, tile.region.x))[3]
        await pilot.click(tile, offset=(5, 5))
        await until(pilot, lambda: grid(pilot)._selected == tile.job_id)
        await pilot.click(tile, offset=(5, 5), times=2)
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        assert main(pilot).shown_job().id == tile.job_id  # type: ignore[union-attr]  # one is shown


async def test_enter_opens_the_job_and_n_the_next_that_needs_a_person(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        for user in ("erin", "grace", "carol"):
            await pilot.press("n")
            await until(pilot, lambda user=user: selected(pilot) == user)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        assert main(pilot).shown_job().user == "carol"  # type: ignore[union-attr]  # one is shown
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, GridScreen))
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_why_an_agent_that_asks_nothing_is_not_answered_and_whoever_only_looks(
    fleet: GridStage,
) -> None:
    async with fleet.stage.open((200, 60)) as pilot:
        await opened(pilot, 9)
        await pilot.press("G", "y")
        await until_said(pilot, "asks nothing, it is idle")
        main(pilot).cockpit.read_only = True
        for key in "xiKas":
            pilot.app.clear_notifications()
            await pilot.press(key)
            await until_said(pilot, "only looks (read-only)")


async def test_an_empty_grid_says_what_to_do(stage: Stage) -> None:
    async with stage.open() as pilot:
        await pilot.press("m")
        await until_text(pilot, "No agent runs.")
        await until_text(pilot, "Press e to enqueue a job")
        for key, word in (
            ("enter", "Open: no job is selected"),
            ("l", "Right: no agent runs"),
            ("plus", "More at once: no agent runs"),
            ("minus", "Fewer at once: no agent runs"),
            ("r", "Sort anew: no agent runs"),
            ("n", "Next that needs me: no agent needs you"),
            ("i", "Type to the agent: no job is selected"),
        ):
            await pilot.press(key)
            await until_said(pilot, word)


async def test_an_agent_that_ends_leaves_and_the_next_one_takes_its_place(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        before = seen(pilot)
        gone = next(job for job in fleet.jobs if job.user == before[3])
        fleet.stage.finish(fleet.stage.store.get(gone.id))
        await until_text(pilot, "1-4 of 8 agents")
        await until(pilot, lambda: len(seen(pilot)) == 4)
        assert seen(pilot)[:3] == before[:3]
        assert len(FLEET) == 9


async def test_under_another_screen_nothing_is_followed(fleet: GridStage) -> None:
    async with fleet.stage.open((120, 40)) as pilot:
        await until(pilot, lambda: main(pilot).agent.pane is not None)
        await opened(pilot, 4)
        assert main(pilot).agent.pane is None
        tiles = list(grid(pilot).query(Tile))
        assert all(tile.picture.pane for tile in tiles)
        await pilot.press("f6")
        await until(pilot, lambda: main(pilot).agent.pane is not None)
        assert all(tile.picture.pane is None for tile in tiles)


async def test_what_the_main_screens_actions_do_here(
    fleet: GridStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached: list[str] = []

    async def outside(_app: object, argv: list[str], **_: object) -> int:
        attached.append(argv[0])
        return 0

    monkeypatch.setattr("cockpit.tui.operations.jobs.run_outside", outside)
    monkeypatch.setattr("cockpit.controller.live.Live.attach_argv", lambda _, job: [job.user])
    async with fleet.stage.open((120, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press("c")
        await until(pilot, lambda: "Do you want to proceed?" in pilot.app.clipboard)
        await pilot.press("a")
        await until(pilot, lambda: attached == ["carol"])
        assert isinstance(pilot.app.screen, GridScreen), "one comes back to where one was"
        await pilot.press("s")
        await until_text(pilot, "Send to")
        await pilot.press("escape")
        await pilot.press("K")
        await until_text(pilot, "Kills carol's job")
        await pilot.press("escape")
        await pilot.press("question_mark")
        await until_text(pilot, "More screens at once, up to nine.")
        await pilot.press("escape", "z")
        await until(pilot, lambda: len(seen(pilot)) == 1)
        await pilot.press("z", "enter")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_a_question_that_is_not_seen_whole_is_shown_before_it_is_answered(fleet: GridStage) -> None:
    async with fleet.stage.open((80, 24)) as pilot:
        await opened(pilot, 2)
        await pilot.press("j", "y")
        await until_text(pilot, "Yes sends Enter.")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is grid(pilot))


async def test_the_order_is_the_same_after_the_terminal_was_resized(fleet: GridStage) -> None:
    async with fleet.stage.open((200, 60)) as pilot:
        await opened(pilot, 9)
        before = seen(pilot)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: len(seen(pilot)) == 2)
        assert seen(pilot) == before[:2]
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: seen(pilot) == before)
