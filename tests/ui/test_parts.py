"""The parts of the screen that need no screen: columns, colours, words, filters, keymaps, themes, forecasts."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.domain.job import State
from cockpit.store.values import Order
from cockpit.tui import window as window_module
from cockpit.tui.actions.action import Situation
from cockpit.tui.actions.keymap import check_keymap
from cockpit.tui.actions.registry import ACTIONS
from cockpit.tui.ansi import AnsiLines, change_pen
from cockpit.tui.columns import Column, fit
from cockpit.tui.filter_parser import parse_filter
from cockpit.tui.finding import Finding
from cockpit.tui.sources import Queue
from cockpit.tui.tail import Tail
from cockpit.tui.window import PAGE, Window
from cockpit.tui.words import age, bar, cut, plain, short_why
from tests.ui.stage import NOON, Stage

COLUMNS = (Column("a", 4), Column("b", 6, 12, drop=1), Column("c", 8, None, drop=2))


@given(st.integers(4, 200))
def test_columns_never_take_more_than_there_is(width: int) -> None:
    widths = fit(COLUMNS, width)
    assert sum(widths) + sum(1 for w in widths if w) - 1 <= width
    assert widths[0] == 4
    if width >= 20:
        assert all(widths)


def test_the_column_that_matters_least_goes_first() -> None:
    assert fit(COLUMNS, 11) == (4, 6, 0)
    assert fit(COLUMNS, 10) == (4, 0, 0)


@given(st.text(max_size=40), st.integers(0, 30))
def test_cut_gives_exactly_the_cells(text: str, width: int) -> None:
    assert cell_len(cut(plain(text), width)) == width


def test_ages_are_told_by_the_minute() -> None:
    told = {age(NOON, NOON + seconds * 1_000_000) for seconds in range(60)}
    assert told == {"<1m"}
    assert age(NOON, NOON + 61_000_000) == "1m"
    assert bar(62, 8) == "█████░░░"


def test_a_list_leaves_out_what_the_long_form_explains() -> None:
    assert short_why("a resume: the job is held ('cockpit resume 1')") == "held (press h)"
    assert short_why("a resume: project web is held ('cockpit resume --project web')") == "project web held"
    assert short_why("job 113754-a2f5 to complete") == "job 113754-a2f5"
    assert short_why("alice's lock, held by 113754-a2f5") == "alice's lock"


AGENT_LINES = (
    "\x1b[1;32mok\x1b[0m plain\x1b]0;title\x07 \x1b[38;5;208mor\x1b[38;2;1;2;3mange\x1b[m\r\n"
    "10%\r20%\r\x1b[K30%\ntab\there\x1b[2Jgone\x1b(B\b!\n\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ end"
)


@given(st.lists(st.integers(0, len(AGENT_LINES)), max_size=6))
def test_a_log_reads_the_same_in_whatever_pieces_it_comes(cuts: list[int]) -> None:
    whole, pieces = AnsiLines(), AnsiLines()
    expected = whole.feed(AGENT_LINES)
    edges = [0, *sorted(cuts), len(AGENT_LINES)]
    found = [line for a, b in pairwise(edges) for line in pieces.feed(AGENT_LINES[a:b])]
    assert [line.text for line in found] == [line.text for line in expected]
    assert [[s.style for s in line for _ in s.text] for line in found] == [
        [s.style for s in line for _ in s.text] for line in expected
    ]
    last, expected_last = pieces.last(), whole.last()
    assert last is not None
    assert expected_last is not None
    assert last.text == expected_last.text == "link end"


def test_escapes_become_colours_or_nothing() -> None:
    first, second, third = AnsiLines().feed(AGENT_LINES)
    assert [first.text, second.text, third.text] == ["ok plain orange", "30%", "tab     heregon!"]
    style = next(iter(first)).style
    assert style is not None
    assert style.bold
    assert style.color is not None
    assert style.color.number == 2


@given(st.text(alphabet="0123456789;:", max_size=20))
def test_no_colour_code_breaks_the_parser(parameters: str) -> None:
    foreground, background, _ = change_pen((None, None, frozenset()), parameters)
    for color in (foreground, background):
        assert color is None or isinstance(color, str) or 0 <= color <= 255


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    lines = AnsiLines()
    for line in lines.feed(text):
        assert line.text.isprintable() or not line.text.isascii()


def test_a_log_is_read_on_from_where_it_ended_and_anew_where_it_was_cut(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    tail = Tail(str(log))
    assert tail.read() == ([], None, False)
    log.write_bytes("one\ntw\xc3".encode("latin-1"))
    lines, last, anew = tail.read()
    assert ([line.text for line in lines], last and last.text, anew) == (["one"], "tw", True)
    with log.open("ab") as file:
        file.write(b"\xb6\n")  # the other half of an ö
    lines, last, anew = tail.read()
    assert ([line.text for line in lines], last, anew) == (["twö"], None, False)
    log.write_text("x\n")
    assert [line.text for line in tail.read()[0]] == ["x"]


def test_of_a_huge_log_only_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("".join(f"line {n}\n" for n in range(10_000)))
    lines, _, _ = Tail(str(log), most=1000).read()
    assert lines[-1].text == "line 9999"
    assert all(line.text.startswith("line ") for line in lines), "no half line at its head"


def test_what_comes_too_fast_is_passed_over_and_told(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("first\n")
    tail = Tail(str(log), most=1000)
    assert [line.text for line in tail.read()[0]] == ["first"]
    with log.open("a") as file:
        file.write("".join(f"line {n}\n" for n in range(10_000)))
    lines, _, anew = tail.read()
    assert lines[-1].text == "line 9999"
    assert (anew, tail.left_out > 80_000) == (False, True)


def test_a_line_without_an_end_is_broken_somewhere() -> None:
    parser = AnsiLines()
    found = [line for _ in range(50) for line in parser.feed("." * 1000)]
    last = parser.last()
    assert last is not None
    assert sum(line.cell_length for line in found) + last.cell_length == 50_000
    assert len(found) > 1


async def test_finding_looks_through_what_waits_or_through_all_of_a_state(stage: Stage) -> None:
    ids = [stage.enqueue("web" if n % 2 else "api") for n in range(300)]
    failed = stage.finish(stage.start("docs"), 1)
    finding = Finding(stage.store)
    assert [job.id for job in await finding.find(parse_filter("user:alice")[0])] == ids[1::2]
    assert [job.id for job in await finding.find(parse_filter("state:failed")[0])] == [failed.id]


def test_a_window_into_the_queue_shows_the_same_order_as_the_store(stage: Stage) -> None:
    for n in range(3 * PAGE + 5):
        stage.enqueue("web", priority=("low", "normal", "high")[n % 3])
    later = stage.enqueue("api", not_before=NOON + 3_600_000_000)
    counts = stage.store.counts()
    queue = Queue(stage.store)
    queue.reload(counts.states[State.PENDING], counts.states[State.DELAYED])
    expected = [job.id for job in stage.store.waiting(1000)] + [later]
    backwards = [queue.key(index) for index in reversed(range(len(queue)))]
    assert backwards[::-1] == expected
    fresh = Queue(stage.store)
    fresh.reload(counts.states[State.PENDING], counts.states[State.DELAYED])
    assert [fresh.index_of(job_id) for job_id in expected] == list(range(len(expected)))
    assert queue.index_of("nobody") is None


def test_keymaps_are_checked() -> None:
    usable, problems = check_keymap({"kill": "f7, delete", "kil": "y", "retry": "", "attach": "h"})
    assert usable == {"kill": "f7,delete", "attach": "h"}
    assert [problem.split(";")[0] for problem in problems] == [
        "ui.keys: no action 'kil'",
        "ui.keys: 'retry' has no key",
        "ui.keys: 'h' would be both 'attach' and 'hold'",
        "ui.keys: 'h' would be both 'attach' and 'grid_left'",
    ]


def test_the_registry_has_no_clash_of_its_own_and_says_why_not() -> None:
    assert check_keymap({action.id: action.keys for action in ACTIONS})[1] == []
    for action in ACTIONS:
        assert action.help.endswith(".")
        why = action.why_not(Situation("queue"))
        assert why is None or why[0].islower()


def test_a_window_goes_on_from_the_job_that_was_found_and_counts_no_offset(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [stage.enqueue() for _ in range(300)]

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("an offset was counted along the whole order")

    monkeypatch.setattr(stage.store, "key_at", fail)
    monkeypatch.setattr(stage.store, "waiting_key", fail)
    for order, back in product((Order.TAKEN, Order.AGE, Order.USER), (False, True)):
        window = Window(stage.store, order)
        window.arrange(order, back=back)
        expected = ids[::-1] if back else ids
        for place in (0, 1, 63, 64, 150, 191, 192, 299):
            window.reload(len(ids))
            assert window.index_of(expected[place]) == place
            near = range(max(0, place - 40), min(len(ids), place + 40))
            assert [window.key(index) for index in near] == [expected[index] for index in near]
        window.reload(len(ids))
        with monkeypatch.context() as patch:
            patch.setattr(stage.store, "waiting_rank", fail)  # from the beginning, where the end is nearer
            assert window.index_of(expected[290]) == 290


def test_a_place_that_takes_long_to_count_is_not_counted_with_every_change(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [stage.enqueue() for _ in range(300)]
    rank = stage.store.waiting_rank
    counted: list[str] = []
    monkeypatch.setattr(stage.store, "waiting_rank", lambda job: (counted.append(job.id), rank(job))[1])
    monkeypatch.setattr(window_module, "_LONG", 0.0)
    monkeypatch.setattr(window_module, "_SHARE", 10**9)
    window = Window(stage.store, Order.TAKEN, paced=True)
    assert window.reload(300) == 0
    assert window.index_of(ids[150]) == 150
    stage.store.cancel(ids[0], "cancelled by hand", stage.clock.now())
    assert window.reload(299) > 0, "it is to be counted later"
    assert window.index_of(ids[150]) == 150
    assert window.key(151) == ids[151], "what stands beside it is right at once"
    assert counted == [ids[150]]
    assert window.index_of(ids[1]) == 0, "at an end no other row is taken for it"
    monkeypatch.setattr(window_module, "_SHARE", 0)
    assert window.reload(299) == 0
    assert window.index_of(ids[150]) == 149
