"""argparse with our manners: one clear line instead of a usage dump, no abbreviations, examples below the help."""

from __future__ import annotations

import argparse
import os
import sys

from cockpit.base.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cockpit.cli.commands import Command

EXIT_CODES = """exit codes:
  0 ok, 1 failed, 2 usage, 3 not found, 4 conflict or locked, 5 unavailable (missing tool, full disk, newer database)"""


_MOST = 8  # names in one line

vars(argparse)["_"] = str  # looking for translations that are not there imports locale and searches folders


class Parser(argparse.ArgumentParser):
    """The parser of one command; `build` functions add to it and set `run` as default."""

    def __init__(self, prog: str, says: str) -> None:
        super().__init__(
            prog=prog,
            description=says,
            allow_abbrev=False,
            formatter_class=_formatter,
            epilog=EXIT_CODES,
        )

    def examples(self, text: str) -> None:
        """What `--help` shows below the options."""
        self.epilog = f"examples:\n{text.rstrip()}\n\n{EXIT_CODES}"

    def dry_run(self) -> None:
        """Add --dry-run."""
        self.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def json(self) -> None:
        """Add --json."""
        self.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse's never returns; this one neither
        """Raise instead of printing a usage text."""
        raise UsageError(
            f"{message}{self._nearest(message)}; 'cockpit {self.prog.partition(' ')[2]} --help' tells more"
        )

    def _nearest(self, message: str) -> str:
        if not message.startswith("unrecognized arguments: -"):
            return ""
        from cockpit.controller.context import nearest

        wrong = message.removeprefix("unrecognized arguments: ").split()[0].partition("=")[0]
        return nearest(wrong, [option for option in self._option_string_actions if option.startswith("--")])


def _formatter(prog: str) -> argparse.HelpFormatter:
    """With a width of our own: argparse would import shutil to find one, even where no help is shown."""
    try:
        width = os.get_terminal_size(1).columns
    except OSError:
        width = 100
    return argparse.RawDescriptionHelpFormatter(prog, width=max(60, min(width, 120)) - 2)


def run_command(command: Command, words: list[str]) -> int:
    """Parse `words` with the parser of `command`, and run it."""
    from importlib import import_module

    module = import_module(f"cockpit.cli.{command.module}")
    if not command.words:
        parser = Parser(f"cockpit {command.name}", command.says)
        getattr(module, f"build_{command.name}")(parser)
        return _parse_and_run(parser, words)
    word, rest = _sub_command(command, words)
    parser = Parser(f"cockpit {command.name} {word}", command.says)
    getattr(module, f"build_{command.name}_{word}")(parser)
    return _parse_and_run(parser, rest)


def _sub_command(command: Command, words: list[str]) -> tuple[str, list[str]]:
    """The sub-command and what follows it; the first one is the default where none is named."""
    if words and words[0] in ("-h", "--help"):
        from cockpit.cli.overview import group_help

        print(group_help(command))
        raise SystemExit(0)
    if not words or words[0].startswith("-"):
        return command.words[0], words
    if words[0] not in command.words:
        from cockpit.controller.context import nearest

        hint = nearest(words[0], list(command.words)) or f"; there are {', '.join(command.words)}"
        raise UsageError(f"unknown command 'cockpit {command.name} {words[0]}'{hint}")
    return words[0], words[1:]


def _parse_and_run(parser: Parser, words: list[str]) -> int:
    words, tail = _split(words) if parser.get_default("takes_command") else (words, [])
    args = parser.parse_args(_options_first(parser, words))
    if tail:
        args.command = tail
    code = args.run(args)
    return int(code or 0)


def _options_first(parser: Parser, words: list[str]) -> list[str]:
    """`words` with what is no option behind a `--`: argparse takes no options among optional arguments otherwise.

    (parse_intermixed_args does the same, for four times the price: it lays out the help text on its way.)
    """
    options: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            others += rest
        elif word == "-" or not word.startswith("-"):
            others.append(word)
        else:
            options.append(word)
            action = parser._option_string_actions.get(word)
            if action is not None and action.nargs is None:
                options += [value for value in (next(rest, None),) if value is not None]
    return [*options, "--", *others] if others else options


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """What comes before and after the first `--`: the latter is another program's business."""
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def warn(text: str) -> None:
    """A line on stderr that is no error."""
    print(f"cockpit: {text}", file=sys.stderr)


def warn_of_strangers(users: Iterable[str], known: Sequence[str]) -> None:
    """A line for each of `users` to whom no project belongs (`known` are the others): most likely a slip."""
    for user in sorted(set(users) - set(known)):
        from cockpit.cli.output import clean

        more = ", ..." if len(known) > _MOST else ""
        told = f"known users: {', '.join(known[:_MOST])}{more}" if known else "no project is configured"
        warn(f"no project belongs to '{clean(user)}'; {told}")
