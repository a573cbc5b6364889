"""The agent's own screen in the cockpit: real tmux, the real scheduler, a scripted agent."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cockpit.controller.opening import open_store
from cockpit.domain.job import NewJob
from cockpit.tmux.keys import key_name
from cockpit.tui.picture import Picture, with_cursor, with_style
from cockpit.tui.typist import Piece, merged, piece_of, tmux_key
from tests.conftest import Home
from tests.ui.fleet import Fleet, agent, shown, until_asked, until_shown
from tests.ui.stage import lines, main, text, until, until_text

pytestmark = pytest.mark.tmux


@pytest.fixture
def fleet(home: Home, tmp_path: Path) -> Fleet:
    return Fleet(tmp_path, home.config)


async def test_a_running_jobs_screen_is_shown_in_colour_with_what_it_asks(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        job_id = await fleet.run("web")
        await until_asked(pilot)
        assert main(pilot).query_one("#job-tabs").current == "Screen"  # type: ignore[attr-defined]  # Tabs
        await until_shown(pilot, "Allow it? [y/n]")
        row = next(line for line in lines(pilot) if "NEEDS YOU" in line and f" {job_id[-4:]} " in line)
        assert "◆" in row
        assert "Allow it?" in row
        await until_text(pilot, "y sends y Enter")
        first = agent(pilot).view.picture.strips[0]
        assert [segment.text for segment in first][:1] == ["reading"]
        assert next(iter(first)).style.bold  # type: ignore[union-attr]  # it has one
        assert fleet.job(job_id).state == "running"


async def test_tab_leads_from_the_agents_screen_to_the_queue(fleet: Fleet) -> None:
    """There another job is meant, and the job pane turns its tab: it kept the focus."""
    async with fleet.open() as pilot:
        asking = await fleet.run("web")
        await until_asked(pilot)
        others = open_store(fleet.context.places)  # whose jobs lead nobody to them
        waiting = others.enqueue([NewJob("web", "alice", "asker", "waits")], fleet.context.clock.now())[
            0
        ].job_id
        others.close()
        await until_text(pilot, "waits")
        main(pilot).go_to(asking)
        await pilot.press("v")
        await until(pilot, lambda: main(pilot).pane == "job" and main(pilot).shown_job() == fleet.job(asking))
        await pilot.press("tab")
        await until(pilot, lambda: main(pilot).shown_job() == fleet.job(waiting))
        await pilot.pause()
        assert main(pilot).focused is main(pilot).query_one("#queue")


async def test_keys_go_to_the_agent_until_it_is_left(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await pilot.press("i")
        await until_text(pilot, "TYPING: ctrl+] leaves")
        await until(pilot, lambda: agent(pilot).captured.size[0] < 100)  # type: ignore[union-attr]  # it is there
        await pilot.press(*"no, q", "enter")
        await until_shown(pilot, "you said <no, q>")
        await pilot.press(*"Kill; 'this' $HOME ü", "left", "backspace", "ctrl+q", "enter")
        await until_shown(pilot, "heard <Kill; 'this' $HOME")
        assert agent(pilot).typing
        await pilot.press("ctrl+right_square_bracket")
        await until(pilot, lambda: "TYPING" not in text(pilot))
        await pilot.press("question_mark")
        await until_text(pilot, "Everywhere")


async def test_the_agents_window_is_as_large_as_its_screen_while_one_looks(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        job_id = await fleet.run(
            "docs", "tput cup 3 100; echo far; trap 'stty size' WINCH; while :; do sleep 0.1; done"
        )
        widget = agent(pilot)
        await until(pilot, lambda: widget.captured is not None)
        assert fleet.live is not None
        pane = await fleet.live.panes.of(fleet.job(job_id))
        room = (widget.size.width, widget.size.height)
        assert room < (200, 50)
        await until_shown(pilot, f"{room[1]} {max(60, room[0])}")
        widget._fitter._away = 0.05
        await pilot.press("o")
        async with asyncio.timeout(10):
            while (await pane.capture_pane()).size != (200, 50):
                await pilot.pause(0.01)
        await pilot.press("v")
        await until(pilot, lambda: (widget.captured and widget.captured.size[1]) == room[1])
        await widget._fitter.close()
        assert (await pane.capture_pane()).size == (200, 50), "whoever quits gives it back"


async def test_what_is_wider_than_the_screen_is_seen_by_the_arrows(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        agent(pilot)._fitter._settled = 100.0  # as where a person is attached
        await fleet.run("docs", "tput cup 3 100; echo far; exec sleep 60")
        await until_text(pilot, "it is wider: v, then →")
        assert "far" not in text(pilot)
        await pilot.press("v", "right", "right")
        await until_text(pilot, "far")
        await until_text(pilot, "it is wider: ←")


async def test_a_paste_arrives_as_one_piece_and_presses_nothing(fleet: Fleet) -> None:
    from textual import events

    async with fleet.open() as pilot:
        await fleet.run("docs", r"printf '\033[?2004h'; stty raw -echo; echo ready; exec cat -v")
        await until_shown(pilot, "ready")
        await pilot.press("i")
        await until(pilot, lambda: agent(pilot).typing)
        agent(pilot).post_message(events.Paste("y\nrm *"))
        await until(pilot, lambda: "^[[200~y" in shown(pilot) and "rm *^[[201~" in shown(pilot))


async def test_scroll_back_stands_still_and_comes_back(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("docs", "seq 1 300; read go; seq 301 310; exec sleep 60")
        await until_shown(pilot, "300")
        await pilot.press("v", "pageup", "pageup")
        await until_text(pilot, "scrolled back")
        assert "│215 " in text(pilot)
        assert "│300 " not in text(pilot)
        before = agent(pilot).follower.captures
        assert agent(pilot).pane is not None
        await agent(pilot).pane.send_key("Enter")  # type: ignore[union-attr]  # it has one
        await pilot.press("g")
        await until(pilot, lambda: any(line.rstrip(" │").endswith("│1") for line in lines(pilot)))
        assert agent(pilot).follower.captures == before, "while one looks back nothing is captured"
        await pilot.press("G")
        await until_shown(pilot, "310")
        assert "scrolled back" not in text(pilot)


async def test_copy_puts_the_screen_or_what_is_marked_into_the_clipboard(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await until_shown(pilot, "Allow it?")
        await pilot.press("c")
        await until(pilot, lambda: "rm -rf build" in pilot.app.clipboard)
        assert pilot.app.clipboard.endswith("Allow it? [y/n]")
        await pilot.mouse_down(agent(pilot), offset=(0, 0))
        await pilot.hover(agent(pilot), offset=(6, 0))
        await pilot.mouse_up(agent(pilot), offset=(6, 0))
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.clipboard == "reading", pilot.app.clipboard)


async def test_nothing_is_captured_while_hidden(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("docs", "while :; do date +%N; sleep 0.02; done")
        await until(pilot, lambda: agent(pilot).follower.captures > 3)
        await pilot.press("o")
        await until(pilot, lambda: agent(pilot).pane is None)
        before = agent(pilot).follower.captures
        size = Path(fleet.live.log_path(fleet.live.store.active()[0])).stat().st_size  # type: ignore[union-attr]  # open
        log = Path(fleet.live.log_path(fleet.live.store.active()[0]))  # type: ignore[union-attr]  # open
        await until(pilot, lambda: log.stat().st_size > size + 200)
        assert agent(pilot).follower.captures == before
        await pilot.press("v")
        await until(pilot, lambda: agent(pilot).follower.captures > before)


async def test_a_flood_is_captured_no_more_often_than_painted(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("docs", "seq 1 1000000000")
        await until(pilot, lambda: agent(pilot).follower.captures > 10)
        widget = agent(pilot)
        assert widget.follower.captures <= widget.paintings + 2


async def test_a_tmux_that_does_not_answer_leaves_the_old_picture_dimmed(fleet: Fleet) -> None:
    import os
    import signal

    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await until_shown(pilot, "Allow it?")
        assert fleet.live is not None
        fleet.live.client.timeout = 0.3
        server = fleet.live.client.server_pid
        os.kill(server, signal.SIGSTOP)
        try:
            agent(pilot).follower.look()
            await until_text(pilot, "as it was <1m ago")
            assert "Allow it?" in text(pilot)
            await pilot.press("j")
        finally:
            os.kill(server, signal.SIGCONT)
        await until(pilot, lambda: "as it was" not in text(pilot))


async def test_a_job_that_ends_leaves_its_output(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        job_id = await fleet.run("docs", "echo last words; read go")
        await until_shown(pilot, "last words")
        await agent(pilot).pane.send_key("Enter")  # type: ignore[union-attr]  # it has one
        await until(pilot, lambda: fleet.job(job_id).state == "completed")
        await until(pilot, lambda: main(pilot).query_one("#job-tabs").current == "Output")  # type: ignore[attr-defined]  # Tabs
        await until_text(pilot, "last words")


async def test_what_an_agent_costs_is_measured_beside_the_loop(fleet: Fleet) -> None:
    async with fleet.open((250, 40)) as pilot:
        await fleet.run("docs", "while :; do :; done")
        await until(pilot, lambda: "1 running" in lines(pilot)[0] and re.search("●.* docs", text(pilot)))
        main(pilot)._measure()
        await until(pilot, lambda: any("docs" in line and "%" in line for line in lines(pilot)))
        await pilot.press("enter")
        await until_text(pilot, "of a core, ")


def test_keys_have_tmux_names() -> None:
    names = {
        "enter": "Enter", "shift+tab": "BTab", "ctrl+c": "C-c", "alt+full_stop": "M-.", "f5": "F5",
        "ctrl+left": "C-Left",
        "ctrl+backslash": "C-\\", "ctrl+@": "C-Space", "alt+x": "M-x", "ctrl+underscore": "C-_", "backspace": "BSpace",
        "shift+up": "S-Up", "super+c": None, "f13": None, "+": "+",
    }  # fmt: skip
    assert {key: tmux_key(key) for key in names} == names
    for name in filter(None, names.values()):
        assert key_name(name) == name


def test_pieces_travel_together_and_pastes_alone() -> None:
    pieces = [
        piece_of("h", "h"),
        piece_of("question_mark", "?"),
        piece_of("enter", "\r"),
        piece_of("up", None),
    ]
    found = merged(
        [piece for piece in pieces if piece] + [Piece("paste", text="a"), Piece("paste", text="b")]
    )
    assert [(piece.kind, piece.text or piece.keys) for piece in found] == [
        ("text", "h?"), ("keys", ("Enter", "Up")), ("paste", "a"), ("paste", "b"),
    ]  # fmt: skip
    assert piece_of("super+c", None) is None


def test_a_picture_tells_the_lines_that_changed() -> None:
    picture = Picture()
    assert picture.update(["\x1b[31mred", "still red\x1b[0m", "plain"]) == [0, 1, 2]
    assert picture.update(["\x1b[31mred", "still red\x1b[0m", "plain!"]) == [2]
    assert picture.update(["\x1b[32mred", "still red\x1b[0m", "plain!"]) == [0, 1], "the colour runs on"
    assert picture.update(["\x1b[32mred", "\x0elqqk\x0f x\x1b[0m"]) == [1, 2]
    assert picture.text() == ["red", "┌──┐ x"]
    assert picture.last() == 1


def test_cursor_and_marks_keep_wide_characters() -> None:
    line = with_cursor(Strip([Segment("日本")]), 6, "reverse")
    assert (line.text, line.cell_length) == ("日本   ", 7)
    assert with_style(Strip([Segment("abc")]), Style(bold=True), 1, -1).text == "abc"
