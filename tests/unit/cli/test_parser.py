"""Words in any order, one clear line for what is wrong, and a table of commands that holds together."""

from __future__ import annotations

from importlib import import_module

import pytest

from cockpit.base.errors import UsageError
from cockpit.cli.commands import all_commands, find_command
from cockpit.cli.parser import Parser, _options_first, _split


@pytest.fixture
def parser() -> Parser:
    made = Parser("cockpit test", "tests")
    made.add_argument("words", nargs="*")
    made.add_argument("--size")
    made.add_argument("-q", "--quiet", action="store_true")
    return made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a", "--size", "1", "b"], (["a", "b"], "1", False)),
        (["--size=1", "a", "-q"], (["a"], "1", True)),
        (["a", "-"], (["a", "-"], None, False)),
        (["a", "--", "--size", "b"], (["a", "--size", "b"], None, False)),
        (["a", "--size", "-", "b"], (["a", "b"], "-", False)),
        ([], ([], None, False)),
    ],
)
def test_options_and_words_in_any_order(
    parser: Parser, words: list[str], expected: tuple[list[str], str | None, bool]
) -> None:
    args = parser.parse_args(_options_first(parser, words))
    assert (args.words, args.size, args.quiet) == expected


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--siez", "1"], "did you mean '--size'?"),
        (["--size"], "expected one argument"),
        (["--si", "1"], "unrecognized arguments: --si"),
        (["-x"], "unrecognized arguments: -x"),
    ],
)
def test_mistakes_are_one_line(parser: Parser, words: list[str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parser.parse_args(_options_first(parser, words))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_follows_the_dashes_is_another_programs_business() -> None:
    assert _split(["alice", "--timeout", "1", "--", "cmd", "--", "-x"]) == (
        ["alice", "--timeout", "1"],
        ["cmd", "--", "-x"],
    )
    assert _split(["alice"]) == (["alice"], [])


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.name)
def test_every_command_has_its_builders(command: object) -> None:
    found = find_command(command.name)  # type: ignore[attr-defined]  # a Command; pytest's ids know no types
    assert found is not None
    module = import_module(f"cockpit.cli.{found.module}")
    for word in found.words or ("",):
        parser = Parser(f"cockpit {found.name}", found.says)
        getattr(module, f"build_{found.name}" + (f"_{word}" if word else ""))(parser)
        assert callable(parser.get_default("run"))
    assert find_command("no such") is None
