"""An agent's screen as strips: what is drawn anew when it changes, and when it only moves."""

from __future__ import annotations

import pytest

from cockpit.tui import picture
from cockpit.tui.picture import Picture

RED, END = "\x1b[31m", "\x1b[39m"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that were parsed."""
    found: list[str] = []
    parse = picture._parse

    def noted(line: str, pen: picture.Pen) -> object:
        found.append(line)
        return parse(line, pen)

    monkeypatch.setattr(picture, "_parse", noted)
    return found


def test_a_line_that_has_only_moved_is_the_strip_that_it_was(parsed: list[str]) -> None:
    shown = Picture()
    shown.update([f"line {number}" for number in range(50)])
    before = list(shown.strips)
    parsed.clear()
    assert shown.update([f"line {number}" for number in range(1, 51)]) == list(range(50))
    assert parsed == ["line 50"], "a pane that scrolls costs the lines that are new"
    assert all(now is was for now, was in zip(shown.strips, before[1:], strict=False))


def test_the_same_text_in_another_colour_is_another_line(parsed: list[str]) -> None:
    shown = Picture()
    shown.update(["plain", f"{RED}red", "still red", f"{END}plain"])
    parsed.clear()
    assert shown.update([f"{RED}red", "still red", f"{END}plain", "plain"]) == [0, 1, 2, 3]
    assert parsed == []
    shown.update(["still red", "plain", "", ""])
    assert parsed == ["still red", "", ""], (
        "it begins with another colour now, and the plain one with the same"
    )
    assert shown.text() == ["still red", "plain", "", ""]
    assert [strip._segments[0].style.color is None for strip in shown.strips[:2]] == [True, True]  # type: ignore[union-attr]
