"""What tmux is given arrives as it was meant, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.base.errors import UsageError
from cockpit.tmux.keys import key_name, typeable
from cockpit.tmux.words import (
    command_sequence,
    control_argument,
    control_line,
    process_argument,
    tmux_id,
    window_command,
)


def tmux_reads(line: str) -> str:
    """One word, read the way tmux reads quotes."""
    word, index = "", 0
    while index < len(line):
        if line[index] == "'":
            end = line.index("'", index + 1)
            word, index = word + line[index + 1 : end], end + 1
        elif line[index] == '"':
            end = line.index('"', index + 1)
            word += line[index + 1 : end].replace("\\n", "\n").replace("\\r", "\r")
            index = end + 1
        else:
            assert line[index] == "\\"
            word, index = word + line[index + 1], index + 2
    return word


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_quotes_hold_everything(word: str) -> None:
    quoted = control_argument(word)
    assert "\n" not in quoted
    assert tmux_reads(quoted) == word


def test_a_command_is_one_line() -> None:
    assert control_line(["send-keys", "-l", "a\nb;"]) == b"'send-keys' '-l' 'a'\"\\n\"'b;'\n"
    with pytest.raises(ValueError, match="NUL"):
        control_line(["x\0"])


@pytest.mark.parametrize(("word", "written"), [("a;", "a\\;"), ("a\\;", "a\\\\;"), (";a", ";a"), ("", "")])
def test_a_semicolon_at_the_end(word: str, written: str) -> None:
    assert process_argument(word) == written


def test_sequences() -> None:
    assert command_sequence([["a", "b;"], ["c"]]) == ["a", "b\\;", ";", "c"]


def test_window_commands() -> None:
    assert window_command(["/a b"]) == ["/bin/sh", "-c", 'exec "$0"', "/a b"]
    assert window_command(["a", "b;"]) == ["a", "b;"]
    with pytest.raises(ValueError, match="needs a command"):
        window_command([])


@pytest.mark.parametrize("target", ["", "job", "@", "@1 ", "@1.0", "=x:", "%1;"])
def test_only_ids_are_targets(target: str) -> None:
    with pytest.raises(ValueError, match="not a tmux id"):
        tmux_id(target)


@pytest.mark.parametrize(
    ("key", "name"),
    [("C-c", "C-c"), ("Escape", "Escape"), ("Esc", "Escape"), ("y", "y"), ("-", "-"), ("C--", "C--"),
     ("M-Enter", "M-Enter"), ("Ctrl-c", "C-c"), ("C-M-x", "C-M-x"), ("F12", "F12"), ("é", "é"), ("1", "1"), (";", ";")],
)  # fmt: skip
def test_keys(key: str, name: str) -> None:
    assert key_name(key) == name


@pytest.mark.parametrize("key", ["", "Entr", "X-c", "C-", "hello", "C-Entr", "\n", "--x", "F13"])
def test_keys_that_tmux_would_type_as_letters(key: str) -> None:
    with pytest.raises(UsageError, match="is not a key"):
        key_name(key)


def test_no_text_ends_a_paste_or_presses_keys() -> None:
    assert typeable("a\x1b[201~b\x03\x00\r\nc\rd\te\x7f\x9b") == "a[201~b\nc\nd\te"
