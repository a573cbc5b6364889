"""The log by keys: what happened by time, followed, filtered; and the way to a job."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.times import SECOND
from cockpit.store.batches import _Pace
from cockpit.store.queue import PIECE
from cockpit.store.sqlite import SqliteStore
from cockpit.tui.app import NOTICES
from cockpit.tui.happened import Happenings
from cockpit.tui.own_log import OwnLog, Said, parse_log
from cockpit.tui.screens.history import HistoryScreen
from cockpit.tui.screens.log import LogScreen
from cockpit.tui.widgets.log_list import LogList
from tests.conformance.kit import Desk, new
from tests.ui.stage import Stage, lines, main, text, until, until_text


def write_log(stage: Stage, text: str, level: str = "WARNING") -> None:
    """One line of cockpit.log, of now."""
    now = stage.clock.now()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now // SECOND))
    with Path(stage.context.places.log).open("a", encoding="utf-8") as file:
        file.write(f"{stamp},{now % SECOND // 1000:03} 4711 {level} {text}\n")


def log(pilot: object) -> LogScreen:
    screen = pilot.app.screen  # type: ignore[attr-defined]  # a pilot
    assert isinstance(screen, LogScreen)
    return screen


async def test_what_happened_is_told_with_what_cockpit_said_between(stage: Stage) -> None:
    job = stage.start("web")
    stage.clock.advance(60)
    write_log(stage, "tmux went away")
    stage.clock.advance(60)
    stage.finish(job, 3)
    async with stage.open((140, 30)) as pilot:
        await pilot.press("l")
        await until_text(pilot, "✖ failed")
        shown = [line for line in lines(pilot) if "│" in line]
        places = [
            next(n for n, line in enumerate(shown) if word in line)
            for word in ("queued", "tmux went", "failed")
        ]
        assert places == sorted(places)
        assert "exit code 3" in shown[places[2]]
        assert "Log 6" in text(pilot)


async def test_new_ones_are_followed_until_one_looks_back(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open((120, 30)) as pilot:
        await pilot.press("f5")
        await until_text(pilot, "Log 1")
        second = stage.enqueue("api")
        await until_text(pilot, "Log 2")
        await until(pilot, lambda: log(pilot).shown_job() == stage.store.get(second))
        await pilot.press("k")
        chosen = log(pilot).shown_job()
        stage.enqueue("docs")
        await until_text(pilot, "Log 3")
        assert log(pilot).shown_job() == chosen
        await pilot.press("G")
        fourth = stage.enqueue("api")
        await until_text(pilot, fourth)
        await until(pilot, lambda: log(pilot).shown_job() == stage.store.get(fourth))


async def test_it_is_filtered_by_the_same_words(stage: Stage) -> None:
    stage.finish(stage.start("web"), 3)
    stage.start("api")
    write_log(stage, "user bob is odd", "ERROR")
    async with stage.open((140, 30)) as pilot:
        await pilot.press("l", "slash", *"user:alice state:failed", "enter")
        await until_text(pilot, "state:failed · 1")
        assert "running" not in "".join(line for line in lines(pilot) if line.startswith("│"))
        stage.finish(stage.start("web"), 4)
        await until_text(pilot, "state:failed · 2")
        await pilot.press("escape")
        await until_text(pilot, "Log 1")
        await pilot.press("slash", *"odd", "enter")
        await until_text(pilot, "Log  odd · 1")
        await pilot.press("c")
        await until_text(pilot, "Copy the id: no job is selected")
        await pilot.press("enter")
        await until_text(pilot, "Go to the job: this row tells of no job")
        for _ in range(4):  # toasts, which come when they come, are taken away first; then the filter
            if pilot.app.screen is not main(pilot):
                await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))


async def test_from_a_row_to_its_job(stage: Stage) -> None:
    done = stage.finish(stage.start("web"), 3)
    waits = stage.enqueue("api")
    async with stage.open((140, 30)) as pilot:
        await pilot.press("l")
        await until_text(pilot, waits)
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.clipboard == waits)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        await until(pilot, lambda: (main(pilot).shown_job() or done).id == waits)
        await pilot.press("l")
        await until_text(pilot, waits)
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        await until(pilot, lambda: screen.shown_job() == done)


async def test_nothing_happened_yet(stage: Stage) -> None:
    async with stage.open((80, 24)) as pilot:
        await pilot.press("l")
        await until_text(pilot, "Nothing has happened yet.")


def test_a_log_is_read_with_the_end_of_its_tracebacks() -> None:
    said = parse_log(
        "half a line\n2026-01-14 10:42:16,123 77 INFO it schedules\n"
        "2026-01-14 10:42:17,000 77 ERROR it does not schedule\nTraceback (most recent call last):\n  File x\n"
        "ValueError: no\n2026-99-99 10:42:17,000 77 INFO never\n"
    )
    assert [(each.level, each.text) for each in said] == [
        ("info", "it schedules"),
        ("error", "it does not schedule: ValueError: no"),
    ]
    assert said[1].at - said[0].at == 877_000


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    parse_log(text)


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert OwnLog(str(tmp_path / "none")).read() == []


def test_places_and_keys_agree_whatever_stands_between(tmp_path: Path) -> None:
    desk = Desk(lambda: SqliteStore(str(tmp_path / "cockpit.db")))
    said = []
    for n in range(150):
        desk.add(f"u{n}")
        if n % 7 == 0:
            said += [Said(desk.now + 1, "info", f"after {n}"), Said(desk.now + 1, "info", f"and {n}")]
        desk.clock.advance(1)
    rows = Happenings(desk.store)
    assert rows.reload(said)
    assert not rows.reload(said)
    told = [rows.row(index) for index in range(len(rows))]
    assert [row.at for row in told if row] == sorted(row.at for row in told if row)
    assert len(told) == 150 + len(said)
    assert None not in told
    for index in range(len(rows)):
        assert rows.index_of(rows.key(index) or "") == index
    desk.store.close()


def test_a_batch_on_its_way_in_leaves_no_blank_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(lambda: SqliteStore(str(tmp_path / "cockpit.db")))
    other = desk.open_store()
    rows = Happenings(other)

    def look() -> list[object]:
        rows.reload([])
        return [rows.row(index) for index in range(len(rows))]

    desk.add()
    monkeypatch.setattr(_Pace, "end", lambda _: look())
    desk.accept(*(new() for _ in range(3 * PIECE)))
    told = look()
    assert len(told) == 1 + 3 * PIECE
    assert None not in told
    other.close()
    desk.store.close()


async def test_a_saying_stays_selected_while_others_come_and_go(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        cockpit = main(pilot).cockpit
        cockpit.tell(["the first", "the second"])
        await pilot.press("l")
        await until_text(pilot, "the second")
        rows = pilot.app.screen.query_one(LogList)
        await pilot.press("k")
        assert selected(rows) == "the second"
        cockpit.told.appendleft((cockpit.told[0][0] - SECOND, "an older one"))
        cockpit.tell(["a newer one"])
        stage.enqueue("api")
        await until_text(pilot, "a newer one")
        await until_text(pilot, "bob")
        assert selected(rows) == "the second"
        assert rows.lost is None


def selected(rows: LogList) -> str | None:
    row = rows.selected_row()
    return None if row is None else row.reason


async def test_notices_do_not_grow_without_end(stage: Stage) -> None:
    async with stage.open() as pilot:
        cockpit = main(pilot).cockpit
        cockpit.tell(f"notice {n}" for n in range(NOTICES + 50))
        assert len(cockpit.told) == NOTICES
        assert cockpit.notices()[0] == f"notice {NOTICES + 49}"
        for n in range(500):
            cockpit.live.problems.append(f"problem {n}")
        assert len(cockpit.live.take_problems()) == 100
        assert not cockpit.live.problems
