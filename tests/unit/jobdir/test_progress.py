"""Whatever an agent writes into progress.md, a percentage and a message come out, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.jobdir.progress import NOTHING, Progress, append_progress, parse_progress, read_progress


@pytest.mark.parametrize(
    ("text", "percent", "message"),
    [
        ("30% building\n", 30, "building"),
        ("building: 30 %", 30, "building"),
        ("10% a\n20% b\n", 20, "b"),
        ("50%\n", 50, ""),
        ("# Progress\n- [x] tests\n40%\n", 40, "[x] tests"),
        ("no number", None, "no number"),
        ("40% before\nafter, without a number", 40, "after, without a number"),
        ("99.5% nearly", 99, "nearly"),
        ("400% done", 100, "done"),
        ("", None, ""),
        ("\n\n \n", None, ""),
        ("5% \x1b[31mred\x1b[0m", 5, "[31mred [0m"),
    ],
)
def test_what_counts(text: str, percent: int | None, message: str) -> None:
    assert parse_progress(text) == Progress(percent, message)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    found = parse_progress(text)
    assert found.percent is None or 0 <= found.percent <= 100
    assert len(found.message) <= 200
    assert not any(ord(character) < 32 for character in found.message)


@given(st.text(), st.integers(0, 100), st.from_regex(r"[a-z]+( [a-z]+){0,4}", fullmatch=True))
def test_the_last_line_counts(before: str, percent: int, message: str) -> None:
    assert parse_progress(f"{before}\n{percent}% {message}\n") == Progress(percent, message)


@given(st.binary(max_size=300))
def test_any_bytes_in_the_file(data: bytes) -> None:
    # One folder for all examples: each overwrites the last.
    folder = Path(f"/tmp/cockpit-progress-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    try:
        (folder / "progress.md").write_bytes(data)
        assert isinstance(read_progress(str(folder)), Progress)
    finally:
        (folder / "progress.md").unlink()
        folder.rmdir()


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "progress.md").write_text("1% old\n" + "x" * 100_000 + "\n77% new\n", encoding="utf-8")
    assert read_progress(str(tmp_path)) == Progress(77, "new")
    assert read_progress(str(tmp_path / "nowhere")) == NOTHING


def test_append_is_one_line_whatever_the_message(tmp_path: Path) -> None:
    append_progress(str(tmp_path), 10, "first\nsecond\tthird")
    append_progress(str(tmp_path), 20, "")
    assert (tmp_path / "progress.md").read_text(encoding="utf-8") == "10% first second third\n20%\n"
