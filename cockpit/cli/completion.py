"""`cockpit completion`: the shell's completion, made from the parsers themselves; jobs and projects are asked live."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, UsageError
from cockpit.cli.commands import Command, all_commands

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser

_WITH_JOB = (
    "jobs", "logs", "attach", "send", "keys", "answer", "capture", "wait", "exec", "kill", "cancel", "retry", "edit",
    "hold", "resume",
)  # fmt: skip
_SHELLS = ("bash", "zsh", "fish")


def build_completion(parser: Parser) -> None:
    """Arguments of `cockpit completion`."""
    parser.add_argument("what", choices=(*_SHELLS, "words"), metavar="bash|zsh|fish", help="the shell")
    parser.add_argument(
        "kind", nargs="?", choices=("jobs", "projects"), help="with 'words': what the shell asks for"
    )
    parser.json()
    parser.examples(
        '  eval "$(cockpit completion bash)"                  in ~/.bashrc\n'
        '  eval "$(cockpit completion zsh)"                   in ~/.zshrc\n'
        "  cockpit completion fish > ~/.config/fish/completions/cockpit.fish"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the script, or the words that it asks for."""
    if args.what == "words":
        if args.kind is None:
            raise UsageError("say which words: jobs or projects")
        lines = _words(args.kind)
    else:
        lines = {"bash": _bash, "zsh": _zsh, "fish": _fish}[args.what]()
    if args.json:
        from cockpit.cli.output import emit

        emit({"text": "\n".join(lines)})
    elif lines:
        print("\n".join(lines))
    return 0


def _words(kind: str) -> list[str]:
    """Ids of the newest jobs, or the projects; nothing where anything is wrong: a Tab is no place for an error."""
    from cockpit.cli.door import controller

    try:
        with controller(strict=True) as queue:
            if kind == "jobs":
                return [job.id for job in queue.store.jobs(limit=50)]
            return sorted(queue.context.settings.projects)
    except CockpitError:
        return []


def options_of(command: Command, word: str = "") -> list[str]:
    """The long options of a command or sub-command."""
    from cockpit.cli.parser import Parser

    parser = Parser(f"cockpit {command.name}", command.says)
    name = f"build_{command.name}" + (f"_{word}" if word else "")
    getattr(import_module(f"cockpit.cli.{command.module}"), name)(parser)
    return sorted(option for option in parser._option_string_actions if option.startswith("--"))


def _options(command: Command) -> list[str]:
    words = command.words or ("",)
    return sorted({option for word in words for option in options_of(command, word)})


def _cases() -> list[str]:
    """`name) words='...';;` for each command: its sub-commands, its options, and what is asked live."""
    cases = []
    for command in all_commands():
        words = [*command.words, *_options(command)]
        if command.name == "completion":
            words += _SHELLS
        live = ""
        if command.name in _WITH_JOB:
            live = " $(cockpit completion words jobs 2>/dev/null)"
        elif command.name in ("enqueue", "clear"):
            live = " $(cockpit completion words projects 2>/dev/null)"
        cases.append(f'    {command.name}) words="{" ".join(words)}{live}";;')
    return cases


def _names() -> str:
    return " ".join(command.name for command in all_commands())


def _bash() -> list[str]:
    return [
        "_cockpit() {",
        '  local words current="${COMP_WORDS[COMP_CWORD]}"',
        '  case "$([ "$COMP_CWORD" -gt 1 ] && echo "${COMP_WORDS[1]}")" in',
        f'    "") words="{_names()} --help --version";;',
        *_cases(),
        '    *) words="";;',
        "  esac",
        '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
        "}",
        "complete -o default -F _cockpit cockpit",
    ]


def _zsh() -> list[str]:
    return [
        "#compdef cockpit",
        "_cockpit() {",
        "  local command=''",
        "  (( CURRENT > 2 )) && command=${words[2]}",
        "  local found",
        '  case "$command" in',
        f'    "") found="{_names()} --help --version";;',
        *(case.replace("words=", "found=", 1) for case in _cases()),
        '    *) found="";;',
        "  esac",
        "  compadd -- ${=found}",
        "  _files",
        "}",
        "compdef _cockpit cockpit",
    ]


def _fish() -> list[str]:
    lines = ["complete -c cockpit -f"]
    for command in all_commands():
        says = command.says.replace("'", "\\'")
        lines.append(f"complete -c cockpit -n __fish_use_subcommand -a {command.name} -d '{says}'")
        seen = f"'__fish_seen_subcommand_from {command.name}'"
        lines += [f"complete -c cockpit -n {seen} -l {option[2:]}" for option in _options(command)]
        if command.words:
            lines.append(f"complete -c cockpit -n {seen} -a '{' '.join(command.words)}'")
        if command.name in _WITH_JOB:
            lines.append(f"complete -c cockpit -n {seen} -a '(cockpit completion words jobs 2>/dev/null)'")
        if command.name in ("enqueue", "clear"):
            lines.append(
                f"complete -c cockpit -n {seen} -a '(cockpit completion words projects 2>/dev/null)'"
            )
        if command.name == "completion":
            lines.append(f"complete -c cockpit -n {seen} -a '{' '.join(_SHELLS)}'")
    return [*lines, "complete -c cockpit -l help -l version"]
