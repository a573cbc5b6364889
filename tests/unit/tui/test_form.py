"""History, drafts, templates, lists and values of the enqueue form, without a screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.errors import UsageError
from cockpit.tui.form.drafts import Draft, Drafts
from cockpit.tui.form.history import PromptHistory
from cockpit.tui.form.several import job_lines, looks_like_list
from cockpit.tui.form.templates import fill, first_place, parse_template, read_templates
from cockpit.tui.form.values import Values, parse_retries, parse_start, to_requests

NOON = 1_700_049_600_000_000  # 2023-11-15 12:00 UTC


def pages(*texts: str, size: int = 2) -> object:
    """A store with these prompts, the newest first."""
    rows = [(len(texts) - place, text) for place, text in enumerate(texts)]

    def page(before: int | None) -> list[tuple[int, str]]:
        return [row for row in rows if before is None or row[0] < before][:size]

    return page


def test_earlier_prompts_come_newest_first_and_once() -> None:
    history = PromptHistory(pages("three", "two", "two", "three", "one"))  # type: ignore[arg-type]  # a page
    assert history.older("my draft") == "three"
    assert history.older("three") == "two"
    assert history.older("two, changed") == "one"
    assert history.older("one") is None
    assert [history.newer("one"), history.newer("two, changed")] == ["two, changed", "three"]
    assert history.newer("three") == "my draft"
    assert history.newer("my draft") is None


def test_the_draft_comes_back_after_a_change_of_project() -> None:
    history = PromptHistory(pages("of web"))  # type: ignore[arg-type]  # a page
    assert history.older("my draft") == "of web"
    history.turn_to(pages("of api"), "of web")  # type: ignore[arg-type]  # a page
    assert history.older("of web") == "my draft"
    assert history.older("my draft") == "of api"


def test_a_thousand_equal_prompts_are_not_read_to_the_end_in_one_step() -> None:
    asked: list[int | None] = []

    def page(before: int | None) -> list[tuple[int, str]]:
        asked.append(before)
        start = before or 10_000
        return [(start - n, "the same") for n in range(1, 21)]

    history = PromptHistory(page)
    assert history.older("") == "the same"
    assert history.older("the same") is None
    assert len(asked) <= 6


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=12), st.lists(st.booleans(), max_size=40))
def test_the_draft_is_never_lost(draft: str, texts: list[str], steps: list[bool]) -> None:
    history = PromptHistory(pages(*texts))  # type: ignore[arg-type]  # a page
    shown = draft
    for older in steps:
        shown = (history.older(shown) if older else history.newer(shown)) or shown
    while (newer := history.newer(shown)) is not None:
        shown = newer
    assert shown == draft


def test_lines_of_a_list_are_jobs_without_their_marks() -> None:
    assert job_lines("- one\n\n * two\n- [ ] three\n") == ["one", "two", "three"]
    assert job_lines("1. one\n2) two") == ["one", "two"]
    assert job_lines("- one\ntwo") == ["- one", "two"]
    assert job_lines("- only one") == ["- only one"]
    assert job_lines(" \n") == []


@given(st.text())
def test_every_line_that_says_something_is_a_job(text: str) -> None:
    lines = job_lines(text)
    assert len(lines) == sum(bool(line.strip()) for line in text.splitlines())
    assert all(line.strip() for line in lines)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Fix the header\nSort the orders\n", True),
        ("- Fix the header\n- Sort, by date,\n", True),
        ("def f():\n    return 1\n", False),
        ("One line", False),
        ("Dear agent,\nplease look at this", False),
        ("x" * 200 + "\nshort", False),
    ],
)
def test_what_looks_like_a_list_of_jobs(text: str, fits: bool) -> None:
    assert looks_like_list(text) is fits


def test_templates_have_a_title_and_a_prompt_and_bad_ones_are_told(tmp_path: Path) -> None:
    (tmp_path / "fix.md").write_text("# Fix a bug\n\nFix {what} in {project}.\nTest it.\n")
    (tmp_path / "bare.md").write_text("Audit\nLook for holes")
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "title.md").write_text("# Only a title\n")
    (tmp_path / "latin.md").write_bytes(b"# T\nm\xfcll\n")
    (tmp_path / "large.md").write_text("# T\n" + "x" * 300_000)
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "notes.txt").write_text("not one")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    found = read_templates(str(tmp_path))
    assert [(each.name, each.title) for each in found.usable] == [("bare", "Audit"), ("fix", "Fix a bug")]
    assert found.usable[1].prompt == "Fix {what} in {project}.\nTest it."
    assert list(found.problems) == [
        "empty.md: is empty; the first line is the title, the rest the prompt",
        "folder.md: is no file",
        "gone.md: is no file",
        "large.md: is larger than 256 KB",
        "latin.md: line 2 is not UTF-8",
        "title.md: has a title, but no prompt below it",
    ]
    assert read_templates(str(tmp_path / "none")) == read_templates(str(tmp_path / "notes"))


def test_placeholders_are_filled_where_known_and_left_otherwise() -> None:
    told = fill("{project} of {user}: {what} {Not} {}", {"project": "{user}", "user": ""})
    assert told == "{user} of {user}: {what} {Not} {}"
    assert first_place("a {what} b") == (2, 8)
    assert first_place("a { what } {}") is None


@given(st.text())
def test_no_text_breaks_a_template(text: str) -> None:
    found = parse_template("name", text)
    if not isinstance(found, str):
        assert found.title.strip()
        assert found.prompt.strip()
        assert fill(found.prompt, {}) == found.prompt


def test_drafts_are_private_newest_first_and_few(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path / "forms"))
    assert drafts.all() == []
    for n in range(12):
        drafts.save(Draft(f"{n:02}", n, {"prompt": f"🚀 \"quoted\" 'text' {n}"}))
    assert [draft.id for draft in drafts.all()] == [f"{n:02}" for n in range(11, 2, -1)]
    assert drafts.all()[0].values["prompt"] == "🚀 \"quoted\" 'text' 11"
    path = tmp_path / "forms" / "draft-11.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    drafts.remove("11")
    drafts.remove("never was")
    assert drafts.all()[0].id == "10"
    (tmp_path / "forms" / "draft-bad.json").write_text('{"saved_at": "x"')
    (tmp_path / "forms" / "draft-odd.json").write_text("[1]")
    assert len(drafts.all()) == 8


def test_the_last_project_is_remembered(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path / "forms"))
    assert drafts.last_project() == ""
    drafts.remember_project("web")
    assert Drafts(str(tmp_path / "forms")).last_project() == "web"
    (tmp_path / "forms" / "last.json").write_text("nonsense")
    assert drafts.last_project() == ""


def test_a_folder_that_can_not_be_written_keeps_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    drafts = Drafts(str(tmp_path / "file" / "forms"))
    drafts.save(Draft("a", 1, {"prompt": "half a pair \ud800"}))
    drafts.remember_project("web")
    assert (drafts.all(), drafts.last_project()) == ([], "")
    assert os.path.isfile(tmp_path / "file")


def test_values_become_requests() -> None:
    values = Values("web ", "- a\n- b", "yes", "high", "", " bob", "x, y", "18:30", "2", "1h")
    first, second = to_requests(values, NOON, ("113754-a2f5",))
    assert (first.prompt, second.prompt) == ("a", "b")
    assert (first.project, first.user, first.agent) == ("web", "bob", None)
    assert (first.at, first.delay, first.retries, first.timeout) == ("18:30", None, 2, "1h")
    assert first.after == ("113754-a2f5",)
    assert values.needed == ("x", "y")
    assert Values.of(values.texts() | {"unknown": "x"}) == values


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", (None, None)),
        ("10m", ("10m", None)),
        ("90", ("90", None)),
        ("18:30", (None, "18:30")),
        ("tomorrow 9:00", (None, "tomorrow 9:00")),
        ("2026-01-14 10:42", (None, "2026-01-14 10:42")),
    ],
)
def test_a_start_is_a_delay_or_a_time(text: str, start: tuple[str | None, str | None]) -> None:
    assert parse_start(text, NOON) == start


@pytest.mark.parametrize("text", ["soon", "25:00", "-5", "10 monkeys", "tomorrow", "2026-13-01"])
def test_a_bad_start_is_told_with_all_that_is_allowed(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"is no time; write 10m, 2h, 1d, 18:30, tomorrow 9:00 or 2026-01-14 10:42"
    ):
        parse_start(text, NOON)


def test_retries_are_a_number() -> None:
    assert (parse_retries(""), parse_retries(" 3 ")) == (None, 3)
    for text in ("-1", "many", "1001", "9" * 5000, "²"):
        with pytest.raises(UsageError, match="0 to 1000"):
            parse_retries(text)
