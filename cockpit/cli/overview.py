"""`cockpit --help`, `--version`, and what is said to an unknown command."""

from __future__ import annotations

from cockpit.base.errors import UsageError
from cockpit.cli.commands import Command, all_commands

_HEAD = """usage: cockpit [COMMAND] [--help]

A queue and a full-screen cockpit for people who run many coding agents at once.
Without a command: the cockpit itself.

commands:"""
_TAIL = """
examples:
  cockpit                                     open the cockpit
  cockpit --low-bandwidth                     the same over a slow link: fewer paintings
  cockpit enqueue web "Fix the login button"  give project web a job
  cockpit jobs --watch                        see them all, live
  cockpit COMMAND --help                      options and examples of a command

environment: COCKPIT_HOME (state), COCKPIT_CONFIG (the file), COCKPIT_SECTION__KEY (any setting), NO_COLOR
exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict or locked, 5 unavailable"""


def overview(words: list[str]) -> int:
    """`--help`, `help`, `--version`; raises UsageError for anything else, that is for what is no command."""
    first = words[0]
    if first == "help" and len(words) > 1:
        first = words[1]
    if first in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if first in ("-V", "--version"):
        from cockpit import __version__

        print(f"cockpit {__version__}")
        return 0
    from cockpit.controller.context import nearest

    kind = "option" if first.startswith("-") else "command"
    known = (
        ["--help", "--version", "--low-bandwidth"]
        if kind == "option"
        else [command.name for command in all_commands()]
    )
    hint = _inside(first) or nearest(first, known) or _inside(_close(first))
    raise UsageError(f"unknown {kind} '{first}'{hint}; 'cockpit --help' lists them all")


def _inside(word: str) -> str:
    """`; did you mean 'cockpit daemon stop'?` where some commands have a sub-command of this name, else empty."""
    found = [f"'cockpit {each.name} {word}'" for each in all_commands() if word in each.words]
    return f"; did you mean {' or '.join(found[:3])}?" if found else ""


def _close(word: str) -> str:
    """The sub-command whose name is nearest, or an empty string."""
    import difflib

    words = [sub for command in all_commands() for sub in command.words]
    return next(iter(difflib.get_close_matches(word, words, n=1, cutoff=0.7)), "")


def help_text() -> str:
    """All commands, a line each."""
    lines = [f"  {command.name:<12} {command.says}" for command in all_commands()]
    return "\n".join([_HEAD, *lines, _TAIL])


def group_help(command: Command) -> str:
    """A command's sub-commands."""
    lines = [
        f"usage: cockpit {command.name} {{{'|'.join(command.words)}}} [--help]",
        "",
        f"{command.says}; '{command.words[0]}' where none is named.",
        "",
        f"examples:\n  cockpit {command.name} {command.words[0]}",
        *(f"  cockpit {command.name} {word} --help" for word in command.words[1:]),
    ]
    return "\n".join(lines)
