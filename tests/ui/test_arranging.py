"""Sorting, groups and saved filters: the sources alone, and by keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.job import ENDED, WAITING, Job, State
from cockpit.store.values import Order
from cockpit.tui import layout
from cockpit.tui.dialogs.saved_filters import SavedFiltersDialog
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.finding import Finding
from cockpit.tui.grouped import Group, Grouped, Heading
from cockpit.tui.job_lists import GROUPS, SORTS, Arrangement, JobLists
from cockpit.tui.saved_filters import STARTERS, Saved, SavedFilters, parse_saved
from cockpit.tui.sources import Held
from cockpit.tui.widgets.queue_list import QueueList
from tests.ui.stage import NOON, OWNERS, Stage, lines, main, text, until, until_text


@given(st.lists(st.integers(0, 4), max_size=6), st.sets(st.integers(0, 5)))
def test_rows_headings_and_keys_agree(counts: list[int], folded: set[int]) -> None:
    rows: Held[str] = Held(str)
    rows.set([f"r{n}" for n in range(sum(counts))])
    grouped: Grouped[str] = Grouped(rows)
    grouped.folded = {f"g{n}" for n in folded}
    grouped.regroup([Group(f"g{n}", f"g{n}", count) for n, count in enumerate(counts)])
    shown = [grouped.row(index) for index in range(len(grouped))]
    assert [row.title for row in shown if isinstance(row, Heading)] == [
        f"g{n}" for n, c in enumerate(counts) if c
    ]
    visible = [f"r{sum(counts[:n]) + k}" for n, c in enumerate(counts) if n not in folded for k in range(c)]
    assert [row for row in shown if isinstance(row, str)] == visible
    assert grouped.count == sum(counts)
    assert grouped.row(-1) is None
    assert grouped.row(len(grouped)) is None
    for index in range(len(grouped)):
        assert grouped.index_of(grouped.key(index) or "") == index
    for n in range(sum(counts)):
        place = grouped.index_of(f"r{n}")
        assert place is not None, "a row of a folded group is found at its heading"
        assert shown[place] == f"r{n}" or isinstance(shown[place], Heading)


@pytest.fixture
def waiting(stage: Stage) -> Stage:
    """Twelve jobs of three users, and a delayed one."""
    for n in range(12):
        stage.enqueue(
            ("web", "api", "docs")[n % 3], f"prompt {n}", ("low", "normal", "high", "critical")[n % 4]
        )
        stage.clock.advance(1)
    stage.enqueue("web", "later", not_before=stage.clock.now() + 3_600_000_000)
    return stage


def rows_of(lists: JobLists) -> list[Job | Heading]:
    return [row for row in map(lists.queue.row, range(len(lists.queue))) if row is not None]


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("filtered", [False, True])
async def test_every_sort(waiting: Stage, sort: str, back: bool, filtered: bool) -> None:
    lists = JobLists(waiting.store)
    lists.arranged = Arrangement("", sort, back)
    if filtered:
        lists.filter = parse_filter("state:waiting")[0]
    lists.take(waiting.store.counts(), [])
    await lists.search(NOON)
    jobs = [row for row in rows_of(lists) if isinstance(row, Job)]
    assert len(jobs) == 13
    pending = [job for job in jobs if job.state is State.PENDING]
    keys = {
        "": [job.priority for job in pending],
        "age": [job.seq for job in pending],
        "user": [job.user for job in pending],
        "project": [job.project for job in pending],
        "state": [job.state is State.PENDING for job in jobs],
    }[sort]
    assert keys == sorted(keys, reverse=back if sort != "state" else not back)


@pytest.mark.parametrize("group", [name for name in GROUPS if name])
@pytest.mark.parametrize("filtered", [False, True])
async def test_every_group(waiting: Stage, group: str, filtered: bool) -> None:
    lists = JobLists(waiting.store)
    lists.arranged = Arrangement(group)
    if filtered:
        lists.filter = parse_filter("prompt")[0]
    lists.take(waiting.store.counts(), [])
    await lists.search(NOON)
    rows = rows_of(lists)
    headings = [(row.title, row.count) for row in rows if isinstance(row, Heading)]
    names = {"user": sorted(OWNERS.values()), "project": sorted(OWNERS), "state": ["pending"]}[group]
    expected = [(name, 12 // len(names)) for name in names]
    assert headings == expected + ([] if filtered else [("delayed", 1)])
    title = ""
    for row in rows:
        if isinstance(row, Heading):
            title = row.title
        elif title != "delayed":
            assert getattr(row, group) == title


async def test_groups_of_a_long_queue_are_counted_seldom_and_come_right(
    waiting: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = JobLists(waiting.store)
    lists.arranged = Arrangement("user")
    assert lists.take(waiting.store.counts(), []) == 0
    lists._cost = 10.0  # as if there were a million
    waiting.enqueue("web")
    assert lists.take(waiting.store.counts(), []) > 0
    lists._counted -= 1000
    assert lists.take(waiting.store.counts(), []) == 0
    assert sum(row.count for row in rows_of(lists) if isinstance(row, Heading)) == 14


async def test_groups_by_keys(waiting: Stage) -> None:
    async with waiting.open() as pilot:
        await pilot.press("B", "u")
        await until_text(pilot, "Queue by user 13")
        await until_text(pilot, "▾ alice  4")
        await pilot.press("g")
        queue = main(pilot).query_one(QueueList)
        assert queue.on_heading
        await pilot.press("K")
        await until_text(pilot, "Kill or cancel: no job is selected")
        await pilot.press("enter")
        await until_text(pilot, "▸ alice  4")
        assert "prompt 0" not in text(pilot)
        await pilot.press("enter", "j")
        await until(pilot, lambda: main(pilot).shown_job() is not None)
        await pilot.press("B", "n")
        await until_text(pilot, "Queue 13")


async def test_sorting_by_keys_and_the_other_way_round(waiting: Stage) -> None:
    async with waiting.open() as pilot:
        await pilot.press("b", "a")
        await until_text(pilot, "Queue age ↑ 13")
        await pilot.press("g")
        first = main(pilot).shown_job()
        await pilot.press("b", "a")
        await until_text(pilot, "Queue age ↓ 13")
        assert main(pilot).shown_job() == first, "what is selected stays so"
        await pilot.press("g")
        assert main(pilot).shown_job() != first
        await pilot.press("b", "escape")
        await until_text(pilot, "Queue age ↓ 13")


async def test_the_filter_is_in_the_title_and_knows_what_runs(waiting: Stage) -> None:
    async with waiting.open() as pilot:
        await pilot.press("slash", *"user:al", "tab", "enter")
        await until_text(pilot, "Queue  user:alice · 5")
        await pilot.press("slash", *"age>1d", "enter")
        await until_text(pilot, "No job fits the filter.")
        assert "age>1d ·" not in text(pilot), "the dot stands before a number"


async def test_who_only_looks_keeps_nothing_in_the_persons_home(waiting: Stage) -> None:
    saved = SavedFilters(waiting.context.places.home)
    saved.save("mine", "user:bob")
    kept = saved.all()
    async with waiting.open() as pilot:
        main(pilot).cockpit.read_only = True
        await pilot.press("less_than_sign", "S")
        await until_text(pilot, "mine")
        await pilot.press("d")
        await until_text(pilot, "this cockpit only looks (read-only)")
        await pilot.press("slash", *"user:al", "enter", "S", "s", *"other", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, SavedFiltersDialog))
        assert main(pilot).panes.arrangement != layout.Arrangement(), "it was divided anew, for this session"
    assert not Path(waiting.context.places.screen).exists()
    assert saved.all() == kept


async def test_filters_are_saved_used_and_forgotten(waiting: Stage) -> None:
    path = Path(waiting.context.places.home) / "filters.json"
    async with waiting.open() as pilot:
        await pilot.press("S")
        await until_text(pilot, "waits for long")
        await pilot.press("escape", "slash", *"user:bob", "enter")
        await until_text(pilot, "user:bob · 4")
        await pilot.press("S", "s", *"mine", "enter")
        await until_text(pilot, "Filter mine is saved")
        assert json.loads(path.read_text())["filters"]["mine"] == "user:bob"
        pilot.app.clear_notifications()  # escape would take them away first
        await pilot.press("escape")
        await until_text(pilot, "Queue 13")
        await pilot.press("S")
        await until_text(pilot, "user:bob")
        await pilot.press("2")
        await until_text(pilot, "user:bob · 4")
        await pilot.press("f", "S")
        await until_text(pilot, "failed today")
        await pilot.press("1")
        await until_text(pilot, "History  state:failed day:today")
        await pilot.press("S", "j", "d")
        await until_text(pilot, "Filter mine is forgotten")
        assert "mine" not in json.loads(path.read_text())["filters"]
        assert "state:failed day:today" in lines(pilot)[1]
        await pilot.press("U")
        await until_text(pilot, "Filter mine is back")
        assert json.loads(path.read_text())["filters"]["mine"] == "user:bob"


def test_a_file_that_is_no_file_of_filters(tmp_path: Path) -> None:
    saved = SavedFilters(str(tmp_path))
    assert saved.all() == list(STARTERS)
    path = tmp_path / "filters.json"
    path.write_text("{not json")
    assert saved.all() == []
    saved.save("a", "user:bob")
    assert saved.all() == [Saved("a", "user:bob")]
    assert (tmp_path / "filters.json.bad").read_text() == "{not json"
    saved.remove("a")
    assert saved.all() == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )
)
def test_any_json_gives_filters_that_can_be_used(value: object) -> None:
    for file in (json.dumps(value), json.dumps({"filters": value})):
        for saved in parse_saved(file):
            assert parse_filter(saved.text)[0]


FILTERS = (
    "user:al",
    "!user:al",
    "project:w,d",
    "pri:high",
    "state:failed",
    "state:ended web",
    "prompt",
    "PROMPT,later",
)
FILTERS += (
    "agent:sh",
    "agent:x",
    "reason:code",
    "!prompt",
    "id:12",
    "age>5s",
    "day:today",
    "state:waiting !pri:low",
)


@pytest.mark.parametrize("wanted", FILTERS)
async def test_what_is_found_is_what_fits(stage: Stage, wanted: str) -> None:
    """What the store judges and what is judged here together let through what the filter alone does."""
    store = stage.store
    for project, code in (("web", 0), ("api", 3)):
        stage.finish(stage.start(project, prompt=f"prompt of {project}"), code)
    for n in range(12):
        stage.enqueue(("web", "api", "docs")[n % 3], f"prompt {n}", ("low", "normal", "high")[n % 3])
        stage.clock.advance(1)
    stage.enqueue("web", "later", not_before=stage.clock.now() + 3_600_000_000)
    now, fits = stage.clock.now(), parse_filter(wanted)[0]
    finding = Finding(store)
    for order, states in ((Order.ENDED, ENDED), (Order.TAKEN, WAITING)):
        if order is Order.TAKEN and "state:" in wanted and "waiting" not in wanted:
            continue
        found = {job.id for job in await finding.find(fits, now, order)}
        jobs = [job for job in store.jobs(limit=100) if job.state in states]
        assert found == {job.id for job in jobs if fits.matches(job, now, store.head)}
