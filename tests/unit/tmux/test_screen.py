"""What one screen tells, and what is too crippled to tell anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.tmux.execute import Executed, read_result, typed_line
from cockpit.tmux.receipts import echo_of, still_pending, tail_of, was_accepted
from cockpit.tmux.screen import Screen, StaleCapture, parse_screen, strip_escapes


def screen(
    *lines: str, cursor: tuple[int, int] | None = None, height: int = 8, wanted: int | None = None
) -> Screen:
    column, row = cursor or (len(lines[-1]) if lines else 0, max(0, len(lines) - 1))
    captured = "\n".join([*lines, *[""] * (height - len(lines))])
    state = f"77 80 {height} {column} {row} 1 0 0 5 0 99 @1 /dev/pts/1\nbash\na title: with words"
    return parse_screen("%1", captured, state, taken_at=1, escapes=False, wanted=wanted)[0]


def test_a_screen() -> None:
    shown = screen("one  ", "two")
    assert shown.text == "one\ntwo"
    assert (shown.title, shown.command, shown.window_id, shown.tty) == (
        "a title: with words",
        "bash",
        "@1",
        "/dev/pts/1",
    )
    assert (shown.size, shown.cursor, shown.pid) == ((80, 8), (3, 1), 99)
    assert screen("a", "b", "c", wanted=2).text == "b\nc"


@pytest.mark.parametrize(
    ("captured", "state"),
    [("", "77 80 24 0 0 1 0 0 0 0 9 @1 /t\nsh\n"), ("x", ""), ("x", "nonsense\nsh\nt"),
     ("a\n" * 30, "7 8 24 0 0 1 0 0 0 0 9 @1 /t\ns\n")],
)  # fmt: skip
def test_a_crippled_capture_is_stale(captured: str, state: str) -> None:
    with pytest.raises(StaleCapture):
        parse_screen("%1", captured, state, taken_at=1, escapes=False, wanted=None)


@given(st.text(), st.text())
def test_any_answer_is_a_screen_or_stale(captured: str, state: str) -> None:
    with pytest.raises(StaleCapture):
        parse_screen("%1", captured, state, taken_at=1, escapes=False, wanted=None)


def test_escapes_go() -> None:
    assert (
        strip_escapes("\x1b[1;38;2;1;2;3mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b(Bx")
        == "red link x"
    )


@pytest.mark.parametrize(
    ("lines", "cursor", "expected"),
    [
        (["$ "], (2, 0), True),
        (["user@host:~#"], (13, 0), True),
        (["❯\u00a0"], (2, 0), True),
        (["漢字 $ "], (7, 0), True),
        (["$ ls"], (4, 0), False),
        (["$ ls"], (2, 0), False),
        (["50%", ""], (0, 1), False),
        (["$   "], (4, 0), False),
    ],
)
def test_shell_prompt(lines: list[str], cursor: tuple[int, int], expected: bool) -> None:
    assert screen(*lines, cursor=cursor).at_shell_prompt() is expected


def test_wide_and_combining_characters_before_the_cursor() -> None:
    assert screen("漢字e\u0301x", cursor=(5, 0)).before_cursor() == "漢字e\u0301"


def test_echo_in_a_framed_composer() -> None:
    before = screen("╭──────╮", "│ >    │", "╰──────╯")
    now = screen("╭──────╮", "│ > ab │", "│ cde  │", "╰──────╯")
    assert echo_of("ab cde", before, now) == "abcde"
    assert echo_of("abx", before, now) is None
    assert echo_of("ab cde", now, now) is None  # it stood there before


def test_echo_as_placeholder() -> None:
    before, now = screen("> "), screen("> [Pasted text #1 +20 lines]")
    assert echo_of("x\n" * 20, before, now) == "[Pastedtext#1+20lines]"


@pytest.mark.parametrize(
    ("after", "accepted"),
    [
        (screen("$ hello", "", cursor=(0, 1)), False),  # the composer took Enter for a new line
        (screen("$ hello"), False),
        (screen("$ hello", "not found", "$ "), True),
        (screen("$ hello", "hello", cursor=(0, 2)), True),  # cat
        (screen("$ "), True),
    ],
)
def test_acceptance_by_the_cursor(after: Screen, accepted: bool) -> None:
    before = screen("$ hello")
    assert still_pending("hello", before)
    assert was_accepted("hello", before, after) is accepted


def test_acceptance_where_the_cursor_is_elsewhere() -> None:
    def agent(*lines: str) -> Screen:
        return screen(*lines, cursor=(0, 7))

    before = agent("> hello", "────", "? for shortcuts 12s")
    assert not was_accepted("hello", before, agent("> hello", "────", "? for shortcuts 13s"))
    assert was_accepted("hello", before, agent("> hello", "* Thinking…", "> ", "────", "? for shortcuts 13s"))


def test_tails() -> None:
    assert tail_of("a\nb c\n\n") == "bc"
    assert tail_of("x" * 100) == "x" * 24
    assert tail_of(" \n") == ""


def test_results_of_commands() -> None:
    typed = "$ " + typed_line("echo hi", "cpab12")
    assert read_result([typed], "cpab12") is None
    assert read_result([typed, "cpab12b", "hi", "", "cpab12e:0", "$"], "cpab12") == Executed("hi\n", 0, False)
    assert read_result([typed, "cpab12b", "hi", "cpab12e:3"], "cpab12") == Executed("hi", 3, False)
    assert read_result(["hi", "cpab12e:3"], "cpab12") == Executed("hi", 3, True)
