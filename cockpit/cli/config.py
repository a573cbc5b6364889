"""`cockpit config`: a sample with every setting, the check, what holds, where it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import Conflict, NotFound, Unavailable
from cockpit.cli.output import emit, say
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.config.settings import Settings


def build_config_init(parser: Parser) -> None:
    """Arguments of `cockpit config init`."""
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit config init       writes every setting, commented, at its default")
    parser.set_defaults(run=run_init)


def build_config_check(parser: Parser) -> None:
    """Arguments of `cockpit config check`."""
    parser.json()
    parser.examples("  cockpit config check && echo good")
    parser.set_defaults(run=run_check)


def build_config_show(parser: Parser) -> None:
    """Arguments of `cockpit config show`."""
    parser.add_argument(
        "section", nargs="?", metavar="SECTION", help="only this section, such as scheduler or agents.shell"
    )
    parser.json()
    parser.examples("  cockpit config show scheduler\n  cockpit config show --json | jq .scheduler.slots")
    parser.set_defaults(run=run_show)


def build_config_path(parser: Parser) -> None:
    """Arguments of `cockpit config path`."""
    parser.json()
    parser.examples('  $EDITOR "$(cockpit config path)"')
    parser.set_defaults(run=run_path)


def run_init(args: Namespace) -> int:
    """Write the commented sample."""
    from cockpit.base.files import write_atomic
    from cockpit.config.template import template

    path = find_places(os.environ).config_file
    if os.path.exists(path) and not args.force:
        raise Conflict(f"{path} is there already; --force replaces it, 'cockpit config check' checks it")
    if not args.dry_run:
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            write_atomic(path, template(), durable=True)
        except OSError as error:
            raise Unavailable(f"{path} can't be written: {error.strerror}") from error
    if args.json:
        emit({"path": path, "written": not args.dry_run} | ({"dry_run": True} if args.dry_run else {}))
    else:
        say(f"{path} {'would be' if args.dry_run else 'was'} written")
    return 0


def run_check(args: Namespace) -> int:
    """Every mistake, one line each; exit code 2 if there is any."""
    from cockpit.base.errors import ConfigError
    from cockpit.config.load import check_settings

    places = find_places(os.environ)
    mistakes = check_settings(places, os.environ)
    if mistakes and not args.json:
        raise _Mistakes([str(mistake) for mistake in mistakes])
    if args.json:
        document = [
            {"source": one.source, "line": one.line or None, "key": one.key or None, "problem": one.problem}
            for one in mistakes
        ]
        emit({"path": places.config_file, "ok": not mistakes, "mistakes": document})
        return ConfigError.exit_code if mistakes else 0
    exists = os.path.exists(places.config_file)
    say(
        f"{places.config_file} is good" if exists else f"{places.config_file} is not there: all defaults hold"
    )
    return 0


def _Mistakes(lines: list[str]) -> Exception:  # noqa: N802  # made as an error, told line by line
    from cockpit.base.errors import ConfigError

    error = ConfigError(lines[0])
    error.problems = lines  # type: ignore[attr-defined]  # failure.py tells each
    return error


def run_show(args: Namespace) -> int:
    """The settings that hold, wherever they came from."""
    from cockpit.config.load import load_settings

    shown: Any = _plain(load_settings(find_places(os.environ), os.environ))
    for part in args.section.split(".") if args.section else []:
        if not isinstance(shown, dict) or part not in shown:
            raise NotFound(f"no section '{args.section}'; 'cockpit config show' lists them")
        shown = shown[part]
    if args.json:
        emit(shown)
    else:
        say("\n".join(_lines(shown, args.section or "")))
    return 0


def _plain(settings: Settings) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(settings)


def _lines(value: Any, name: str) -> list[str]:
    """`section.key = value`, sorted as in the file."""
    import json

    if isinstance(value, dict) and value:
        return [
            line
            for key, item in value.items()
            for line in _lines(item, f"{name}.{key}" if name else str(key))
        ]
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}"]


def run_path(args: Namespace) -> int:
    """Where the file is, whether it exists or not."""
    path = find_places(os.environ).config_file
    if args.json:
        emit({"path": path, "exists": os.path.exists(path)})
    else:
        say(path)
    return 0
