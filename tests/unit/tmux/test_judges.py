"""When a wait has seen enough."""

from __future__ import annotations

import pytest

from cockpit.base.errors import UsageError
from cockpit.tmux.judges import HeldJudge, IdleJudge, PromptJudge, ShellPromptJudge
from cockpit.tmux.screen import Screen, parse_screen


def screen(*lines: str) -> Screen:
    state = f"7 80 {len(lines)} {len(lines[-1])} {len(lines) - 1} 1 0 0 0 0 9 @1 /dev/pts/1\nsh\ntitle"
    return parse_screen("%1", "\n".join(lines), state, taken_at=1, escapes=False, wanted=None)[0]


def test_idle_counts_from_the_last_change() -> None:
    judge = IdleJudge(2.0)
    assert judge.look(screen("a"), 10.0) == 2.0
    assert judge.look(screen("a"), 11.5) == 0.5
    assert judge.look(screen("b"), 11.9) == 2.0
    assert judge.look(screen("b"), 13.9) == "unchanged for 2.0 s"


def test_a_capture_that_failed_is_not_idle_time() -> None:
    judge = IdleJudge(2.0)
    judge.look(screen("a"), 10.0)
    judge.missed()
    assert judge.look(screen("a"), 20.0) == 2.0


def test_a_prompt_is_searched_in_every_line() -> None:
    judge = PromptJudge("^Do you .*\\?$")
    assert isinstance(judge.look(screen("x", "Do you want?   ", "> "), 0.0), str)
    assert judge.look(screen("x", "Do you want? no"), 0.0) == 1.0
    with pytest.raises(UsageError):
        PromptJudge("[")


def test_a_shell_prompt_must_stand_still() -> None:
    judge = ShellPromptJudge()
    assert judge.look(screen("$ "), 5.0) == pytest.approx(0.1)
    assert judge.look(screen("$ "), 5.2) == "$ "
    assert judge.look(screen("building"), 6.0) == 1.0


def test_half_a_picture_proves_nothing() -> None:
    judge = HeldJudge(lambda now: None if "> text" in now.plain else "it has gone", again=0.1)
    assert judge.look(screen("> text"), 10.0) == 0.1
    assert judge.look(screen(""), 10.5) == 0.05, "cleared, to be drawn anew"
    assert judge.look(screen("> text"), 10.54) == 0.1
    assert judge.look(screen(""), 11.0) == 0.05
    judge.missed()
    assert judge.look(screen("> "), 11.25) == 0.05
    assert judge.look(screen("> ", "spinner"), 11.5) == "it has gone"
